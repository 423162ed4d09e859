//! `cache_key_exclude` that holds no names.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "")]
pub async fn empty(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "request_id,")]
pub async fn comma_at_the_end(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = request_id)]
pub async fn no_string(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = [request_id])]
pub async fn no_strings(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude())]
pub async fn empty_list(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude)]
pub async fn bare(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
