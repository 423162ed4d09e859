//! Titles that say nothing.

use toolwright::tool;

/// Look up one order.
#[tool(title = "")]
pub async fn empty() -> u32 {
    1
}

/// Look up one order.
#[tool(title = "  ")]
pub async fn spaces() -> u32 {
    1
}

/// Look up one order.
#[tool(title = Order)]
pub async fn no_string() -> u32 {
    1
}

/// Look up one order.
#[tool(title)]
pub async fn bare() -> u32 {
    1
}

fn main() {}
