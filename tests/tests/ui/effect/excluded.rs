//! What is read depends on an argument that the cache key leaves out.

use toolwright::tool;

/// Look up one order.
#[tool(
    ttl = "5m",
    cache_key_exclude = "request_id",
    reads = "request/{request_id}"
)]
pub async fn excluded(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
