//! A batch method of another key.

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

    /// The number of items of each order.
    pub async fn lookup_orders(&self, ids: Vec<u64>) -> Vec<u32> {
        ids.into_iter().map(|_| 1).collect()
    }
}

fn main() {}
