//! A TTL with one unit twice.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m5m")]
pub async fn minutes(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
