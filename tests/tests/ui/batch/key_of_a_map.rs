//! A batch function that answers with a map from another key.

use std::collections::HashMap;

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The number of items of each order.
pub async fn lookup_orders(ids: Vec<String>) -> HashMap<usize, u32> {
    ids.into_iter().enumerate().map(|(at, _)| (at, 1)).collect()
}

fn main() {}
