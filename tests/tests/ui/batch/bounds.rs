//! Bounds of a batch that are none, or that bound nothing.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch_window = "10ms", batch_max = 64)]
pub async fn no_batch(
    /// The order's id.
    order_id: String,
) -> usize {
    order_id.len()
}

/// Count the items of one order.
#[tool(batch = "lookup_orders", batch_window = "2s", batch_max = 0)]
pub async fn out_of_bounds(
    /// The order's id.
    order_id: String,
) -> u32;

/// Count the items of one order.
#[tool(batch = "lookup_orders", batch_window = "10", batch_max = 4294967296)]
pub async fn no_unit(
    /// The order's id.
    order_id: String,
) -> u32;

/// Count the items of one order.
#[tool(batch = "lookup_orders", batch_window = 10, batch_max = "64")]
pub async fn of_the_wrong_kind(
    /// The order's id.
    order_id: String,
) -> u32;

/// Count the items of one order.
#[tool(batch = "lookup_orders", batch_window = "", batch_max)]
pub async fn empty(
    /// The order's id.
    order_id: String,
) -> u32;

/// The number of items of each order.
pub async fn lookup_orders(ids: Vec<String>) -> Vec<u32> {
    ids.into_iter().map(|_| 1).collect()
}

fn main() {}
