//! A TTL that is no string.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = 5)]
pub async fn number(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = -5)]
pub async fn negative(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = 1.5)]
pub async fn fraction(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = true)]
pub async fn boolean(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = 'm')]
pub async fn character(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = five)]
pub async fn path(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = Duration::from_secs(5))]
pub async fn call(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl("5m"))]
pub async fn list(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
