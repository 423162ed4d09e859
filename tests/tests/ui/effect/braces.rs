//! Braces that do not match.

use toolwright::tool;

/// Look up one order.
#[tool(reads = "order/{order_id")]
pub async fn not_closed(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(reads = "order/order_id}")]
pub async fn not_opened(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(reads = "order/{{order_id}")]
pub async fn opened_twice(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(writes = "order/{{order_id}}")]
pub async fn doubled(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
