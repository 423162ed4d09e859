//! A TTL that says nothing.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "")]
pub async fn nothing(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = " ")]
pub async fn a_space(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
