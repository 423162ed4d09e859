//! A TTL without a unit.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5")]
pub async fn number(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "1h30")]
pub async fn after_a_sum(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
