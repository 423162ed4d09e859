//! A batch function that answers once for all.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The number of all items.
pub async fn lookup_orders(ids: Vec<String>) -> Result<u32, String> {
    u32::try_from(ids.len()).map_err(|error| error.to_string())
}

fn main() {}
