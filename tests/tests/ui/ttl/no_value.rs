//! A TTL without a value.

use toolwright::tool;

/// Look up one order.
#[tool(ttl)]
pub async fn bare(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl =)]
pub async fn nothing_behind(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = , shared)]
pub async fn nothing_before_the_comma(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl "5m")]
pub async fn no_equals(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
