//! Timeouts that are none.

use toolwright::tool;

/// Tell the time.
#[tool(timeout = "5")]
pub async fn no_unit() -> u32 {
    1
}

/// Tell the time.
#[tool(timeout = "0")]
pub async fn zero() -> u32 {
    1
}

/// Tell the time.
#[tool(timeout = "2d")]
pub async fn too_long() -> u32 {
    1
}

/// Tell the time.
#[tool(timeout = "5 parsecs")]
pub async fn unknown_unit() -> u32 {
    1
}

/// Tell the time.
#[tool(timeout = 5)]
pub async fn no_string() -> u32 {
    1
}

/// Tell the time.
#[tool(timeout)]
pub async fn bare() -> u32 {
    1
}

fn main() {}
