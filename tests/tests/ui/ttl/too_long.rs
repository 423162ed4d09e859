//! A TTL over a year.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "366d")]
pub async fn days(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "364d25h")]
pub async fn sum(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
