//! A TTL that is given twice.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m", ttl = "1h")]
pub async fn both(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "5", ttl = "6")]
pub async fn both_wrong(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
