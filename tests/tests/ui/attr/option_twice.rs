//! Options that are given twice.

use toolwright::tool;

/// Look up one order.
#[tool(shared, shared)]
pub async fn shared_twice(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(name = "a", version = 1, name = "b", version = 2)]
pub async fn two_of_them(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
