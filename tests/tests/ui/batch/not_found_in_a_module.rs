//! A batch function that is not in the module.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = "orders::lookup_orders")]
pub async fn count_items(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// The orders.
pub mod orders {}

fn main() {}
