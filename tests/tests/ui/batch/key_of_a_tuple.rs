//! A batch function of one argument, where two make the key.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
    /// The customer.
    customer: u64,
) -> Result<u32, String>;

/// The number of items of each order.
pub async fn lookup_orders(ids: Vec<String>) -> Vec<u32> {
    ids.into_iter().map(|_| 1).collect()
}

fn main() {}
