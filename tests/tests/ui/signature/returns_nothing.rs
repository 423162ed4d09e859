//! A function that returns nothing.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// The order's id.
    order_id: String,
) {
    drop(order_id);
}

fn main() {}
