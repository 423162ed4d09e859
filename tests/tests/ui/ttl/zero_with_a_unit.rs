//! A TTL of zero that has a unit.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "0s")]
pub async fn seconds(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "0h0m")]
pub async fn sum(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
