//! Caps that let nothing run, or that are no number.

use toolwright::tool;

/// Look up one order.
#[tool(max_concurrency = 0)]
pub async fn zero() -> u32 {
    1
}

/// Look up one order.
#[tool(max_concurrency = 4294967296)]
pub async fn too_large() -> u32 {
    1
}

/// Look up one order.
#[tool(max_concurrency = "4")]
pub async fn a_string() -> u32 {
    1
}

/// Look up one order.
#[tool(max_concurrency)]
pub async fn bare() -> u32 {
    1
}

fn main() {}
