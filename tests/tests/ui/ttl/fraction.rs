//! A TTL with a fraction.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "1.5h")]
pub async fn point(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "1,5h")]
pub async fn comma(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = ".5h")]
pub async fn no_digit(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
