//! `cache_key_exclude` on a tool that has neither a cache key nor a batch key.

use toolwright::tool;

/// Look up one order.
#[tool(cache_key_exclude = "request_id")]
pub async fn neither(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
