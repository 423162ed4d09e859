//! A TTL with a plus sign.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "+5m")]
pub async fn plus(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
