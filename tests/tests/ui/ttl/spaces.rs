//! A TTL with spaces.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5 m")]
pub async fn between(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = " 5m")]
pub async fn before(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "1h 30m")]
pub async fn sum(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
