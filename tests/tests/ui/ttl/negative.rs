//! A TTL below zero.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "-5m")]
pub async fn minutes(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "-5")]
pub async fn no_unit(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
