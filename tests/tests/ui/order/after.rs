//! `after` that names no other tool.

use toolwright::tool;

/// Look up one order.
#[tool(after = "itself")]
pub async fn itself() -> u32 {
    1
}

/// Look up one order.
#[tool(name = "look-up", after = "find, look-up")]
pub async fn by_its_other_name() -> u32 {
    1
}

/// Look up one order.
#[tool(after = "")]
pub async fn empty() -> u32 {
    1
}

/// Look up one order.
#[tool(after = "find,")]
pub async fn comma_at_the_end() -> u32 {
    1
}

/// Look up one order.
#[tool(after = "orders::find")]
pub async fn no_name() -> u32 {
    1
}

/// Look up one order.
#[tool(after("find", "find"))]
pub async fn twice() -> u32 {
    1
}

/// Look up one order.
#[tool(after = find)]
pub async fn no_string() -> u32 {
    1
}

/// Look up one order.
#[tool(after)]
pub async fn bare() -> u32 {
    1
}

fn main() {}
