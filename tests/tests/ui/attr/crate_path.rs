//! The path of the crate as a string.

use toolwright::tool;

/// Look up one order.
#[tool(crate = "toolwright")]
pub async fn a_string(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
