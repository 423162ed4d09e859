//! Resources without a name.

use toolwright::tool;

/// Look up one order.
#[tool(reads = "")]
pub async fn nothing(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(reads = "order/{order_id},")]
pub async fn comma_at_the_end(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(writes = "order/")]
pub async fn slash_at_the_end(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(writes = "/order")]
pub async fn slash_at_the_begin(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(writes = "order//items")]
pub async fn two_slashes(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
