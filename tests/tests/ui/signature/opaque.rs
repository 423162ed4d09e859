//! Types that have no name.

use serde::Serialize;
use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn opaque_argument(
    /// The order's id.
    order_id: impl Into<String>,
) -> Result<String, String> {
    Ok(order_id.into())
}

/// Look up one order.
#[tool]
pub async fn opaque_result() -> Result<impl Serialize, String> {
    Ok(1)
}

fn main() {}
