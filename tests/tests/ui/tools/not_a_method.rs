//! `#[tool]` inside of a block: on what is no function, and with options as it does not take them.

use toolwright::tools;

/// A shop.
pub struct Shop;

#[tools]
impl Shop {
    /// Its name.
    #[tool]
    #[allow(dead_code)]
    pub const NAME: &str = "the corner shop";

    /// Look up one order.
    #[tool]
    pub async fn sound(&self) -> u32 {
        1
    }

    /// Look up one order.
    #[tool = "5m"]
    pub async fn a_value(&self) -> u32 {
        1
    }
}

fn main() {}
