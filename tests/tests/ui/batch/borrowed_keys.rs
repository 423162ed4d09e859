//! A batch function that borrows the keys.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The number of items of each order.
pub async fn lookup_orders(ids: &[String]) -> Vec<u32> {
    ids.iter().map(|_| 1).collect()
}

fn main() {}
