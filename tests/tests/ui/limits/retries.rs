//! Retries that are no number, too many, or of what must not be done twice.

use toolwright::tool;

/// Refund one order.
#[tool(writes = "order", retries = 2)]
pub async fn writes() -> u32 {
    1
}

/// Look up one order.
#[tool(retries = 0)]
pub async fn zero() -> u32 {
    1
}

/// Look up one order.
#[tool(retries = 11)]
pub async fn too_many() -> u32 {
    1
}

/// Look up one order.
#[tool(retries = -1)]
pub async fn negative() -> u32 {
    1
}

/// Look up one order.
#[tool(retries = "2")]
pub async fn a_string() -> u32 {
    1
}

/// Look up one order.
#[tool(retries)]
pub async fn bare() -> u32 {
    1
}

fn main() {}
