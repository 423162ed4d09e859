//! `cache_key_exclude` names an argument twice.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "request_id, request_id")]
pub async fn in_a_string(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude("request_id", "request_id"))]
pub async fn in_a_list(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
