//! A method with a mistake among sound ones: one error, and neither the methods nor the set are missed.

use toolwright::{registry, tools};

/// A shop.
pub struct Shop;

#[tools]
impl Shop {
    /// Look up one order.
    #[tool]
    pub async fn sound(
        &self,
        /// The order's id.
        order_id: String,
    ) -> String {
        order_id
    }

    /// Count the orders.
    #[tool(ttl = "5")]
    pub async fn broken(&self) -> u32 {
        self.helper()
    }

    /// Count the shops.
    #[tool(reads = "order/{order}")]
    pub async fn also_broken(
        /// The order's id.
        order_id: String,
    ) -> usize {
        order_id.len()
    }

    fn helper(&self) -> u32 {
        1
    }
}

fn main() {
    assert!(registry![Shop].is_ok());
    drop((Shop.sound("1".to_owned()), Shop.broken(), Shop::also_broken("1".to_owned())));
}
