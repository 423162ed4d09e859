//! Rates that are none.

use toolwright::tool;

/// Look up one order.
#[tool(rate = 10)]
pub async fn a_number() -> u32 {
    1
}

/// Look up one order.
#[tool(rate)]
pub async fn bare() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "10")]
pub async fn no_time() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "10/")]
pub async fn no_unit() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "10/fortnight")]
pub async fn unknown_unit() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "10 / sec")]
pub async fn written_out() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "ten/s")]
pub async fn words() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "-1/sec")]
pub async fn negative() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "0/minute")]
pub async fn zero() -> u32 {
    1
}

/// Look up one order.
#[tool(rate = "4294967296/s")]
pub async fn too_many() -> u32 {
    1
}

fn main() {}
