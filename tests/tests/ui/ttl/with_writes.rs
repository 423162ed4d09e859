//! A TTL on a tool that writes.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m", writes = "order/{order_id}")]
pub async fn writes(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
