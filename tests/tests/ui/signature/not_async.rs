//! A function that is not async.

use toolwright::tool;

/// Look up one order.
#[tool]
pub fn lookup_order(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
