//! Options that this version does not have.

use toolwright::tool;

/// Look up one order.
#[tool(timeout = "5s")]
pub async fn n0(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(retries = 3)]
pub async fn n1(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(batch_max = 64, batch_window = "10ms")]
pub async fn n2(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(stale_while_revalidate = "30s")]
pub async fn n3(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(after = "lookup_order")]
pub async fn n4(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(idempotent)]
pub async fn n5(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
