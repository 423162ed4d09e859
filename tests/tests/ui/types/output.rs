//! Results that cannot be shown to a model.

use toolwright::tool;

/// An order that nobody can serialize.
pub struct Order;

/// An error that nobody can display.
pub struct ShopError;

/// Look up one order.
#[tool]
pub async fn no_result() -> Order {
    Order
}

/// Look up one order.
#[tool]
pub async fn an_option() -> Option<Order> {
    None
}

/// Look up one order.
#[tool]
pub async fn not_serialize() -> Result<Order, String> {
    Ok(Order)
}

/// Look up one order.
#[tool]
pub async fn not_display() -> Result<u32, ShopError> {
    Err(ShopError)
}

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn of_a_batch(
    /// The order's id.
    order_id: String,
) -> Option<u32>;

/// Count the items of one order.
#[tool(batch = "lookup_orders")]
pub async fn not_display_of_a_batch(
    /// The order's id.
    order_id: String,
) -> Result<u32, ShopError> {
    drop(order_id);
    Ok(1)
}

/// The number of items of each order.
pub async fn lookup_orders(ids: Vec<String>) -> Vec<u32> {
    ids.into_iter().map(|_| 1).collect()
}

fn main() {}
