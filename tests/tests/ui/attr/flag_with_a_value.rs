//! Options that are there or not, with a value.

use toolwright::tool;

/// Refund one order.
#[tool(writes = "order", idempotent = true)]
pub async fn idempotent() -> u32 {
    1
}

/// Refund one order.
#[tool(writes = "order", destructive = "yes")]
pub async fn destructive() -> u32 {
    1
}

/// Look up one order.
#[tool(coerce(numbers))]
pub async fn coerce() -> u32 {
    1
}

/// Look up one order.
#[tool(output_schema = u32)]
pub async fn output_schema() -> u32 {
    1
}

fn main() {}
