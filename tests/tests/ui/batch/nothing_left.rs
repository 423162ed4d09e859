//! A batch tool whose calls nothing tells apart.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders", cache_key_exclude = "order_id")]
pub async fn all_excluded(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// Count the items of all orders.
#[tool(batch = lookup_orders)]
pub async fn no_arguments() -> Result<u32, String>;

/// The number of items of each order.
pub async fn lookup_orders(ids: Vec<String>) -> Vec<u32> {
    ids.into_iter().map(|_| 1).collect()
}

fn main() {}
