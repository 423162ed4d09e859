//! A function without a body that nothing answers.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = "5m")]
pub async fn lookup_order(
    /// The order's id.
    order_id: String,
) -> Result<String, String>;

fn main() {}
