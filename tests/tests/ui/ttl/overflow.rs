//! A TTL that no number holds.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "99999999999999999999d")]
pub async fn digits(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "18446744073709551615d")]
pub async fn product(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
