//! A value that is wrong is not missed elsewhere: one mistake, one error.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = 5, cache_key_exclude = "request_id")]
pub async fn ttl(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Count the items of one order.
#[tool(batch = 5, cache_key_exclude = "request_id")]
pub async fn batch(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<u32, String>;

fn main() {}
