//! A tool for one tenant and for all.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m", tenant_scoped, shared)]
pub async fn both(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
