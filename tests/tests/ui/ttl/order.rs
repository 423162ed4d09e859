//! A TTL with units that do not begin with a number.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "m5")]
pub async fn unit_first(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
