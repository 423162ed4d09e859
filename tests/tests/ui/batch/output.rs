//! A batch function that answers with another type.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The names of the orders.
pub async fn lookup_orders(ids: Vec<String>) -> Vec<String> {
    ids
}

fn main() {}
