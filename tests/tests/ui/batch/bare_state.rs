//! A batch function that takes state without `State`.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// The number of items of each order.
pub async fn lookup_orders(_: Db, ids: Vec<String>) -> Vec<u32> {
    ids.into_iter().map(|_| 1).collect()
}

fn main() {}
