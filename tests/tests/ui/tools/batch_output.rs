//! A batch method that answers with another type.

use toolwright::tools;

/// A shop.
pub struct Shop;

#[tools]
impl Shop {
    /// Count the items of one order.
    #[tool(batch = "Self::lookup_orders")]
    pub async fn count_items(
        &self,
        /// The order's id.
        order_id: String,
    ) -> u32;

    /// The names of the orders.
    pub async fn lookup_orders(&self, ids: Vec<String>) -> Vec<String> {
        ids
    }
}

fn main() {}
