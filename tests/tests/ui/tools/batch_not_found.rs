//! A batch method that there is not.

use toolwright::tools;

/// A shop.
pub struct Shop;

#[tools]
impl Shop {
    /// Count the items of one order.
    #[tool(batch = "Self::lookup_order")]
    pub async fn a_typo(
        &self,
        /// The order's id.
        order_id: String,
    ) -> u32;

    /// The number of items of each order.
    pub async fn lookup_orders(&self, ids: Vec<String>) -> Vec<u32> {
        ids.into_iter().map(|_| 1).collect()
    }
}

fn main() {}
