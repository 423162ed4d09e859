//! A TTL in words.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5 minutes")]
pub async fn minutes(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "five minutes")]
pub async fn no_digit(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "forever")]
pub async fn forever(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
