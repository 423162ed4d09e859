//! A tool that is declared twice.

use toolwright::tool;

/// Look up one order.
#[tool]
#[tool(ttl = "5m")]
pub async fn lookup_order() -> Result<String, String> {
    Ok("an order".to_owned())
}

/// Look up one order.
#[toolwright::tool]
#[toolwright::tool]
pub async fn lookup_another() -> Result<String, String> {
    Ok("an order".to_owned())
}

fn main() {}
