//! A batch function that answers with a map to another type.

use std::collections::HashMap;

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The names of the orders.
pub async fn lookup_orders(ids: Vec<String>) -> Result<HashMap<String, String>, String> {
    Ok(ids.into_iter().map(|id| (id.clone(), id)).collect())
}

fn main() {}
