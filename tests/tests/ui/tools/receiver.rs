//! `self` in forms that no call can give.

use toolwright::tools;

/// A shop.
pub struct Shop;

#[tools]
impl Shop {
    /// Sell an order.
    #[tool]
    pub async fn mutable(&mut self) -> u32 {
        1
    }

    /// Look up one order.
    #[tool]
    pub async fn written_out(self: &Self) -> u32 {
        1
    }

    /// Sell an order.
    #[tool]
    pub async fn mutable_and_written_out(self: &mut Self) -> u32 {
        1
    }

    /// Look up one order.
    #[tool]
    pub async fn for_ever(&'static self) -> u32 {
        1
    }
}

fn main() {}
