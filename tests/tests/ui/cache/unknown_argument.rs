//! `cache_key_exclude` names an argument that there is not.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "reqest_id")]
pub async fn a_typo(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "trace")]
pub async fn nothing_near(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "request_id, tracing")]
pub async fn one_of_two(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude("request_id", "tracing"))]
pub async fn in_a_list(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Tell the time.
#[tool(ttl = "5m", cache_key_exclude = "request_id")]
pub async fn no_arguments() -> Result<String, String> {
    Ok("noon".to_owned())
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "trace")]
pub async fn one_argument(
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    Ok(order_id)
}

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "id")]
pub async fn by_its_other_name(
    /// The order's id.
    #[arg(rename = "order_id")]
    id: String,
) -> Result<String, String> {
    Ok(id)
}

fn main() {}
