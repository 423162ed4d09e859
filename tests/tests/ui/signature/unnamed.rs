//! Arguments that have no name.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// A pair.
    (shop, order): (String, String),
    /// Nothing.
    _: String,
) -> Result<String, String> {
    Ok(format!("{shop}/{order}"))
}

fn main() {}
