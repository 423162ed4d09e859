//! A batch function that takes the keys before the context.

use toolwright::Context;
use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The number of items of each order.
pub async fn lookup_orders(ids: Vec<String>, _: &Context) -> Vec<u32> {
    ids.into_iter().map(|_| 1).collect()
}

fn main() {}
