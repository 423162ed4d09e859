//! A default of another type.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// How many.
    #[arg(default = "ten")]
    limit: u32,
) -> Result<u32, String> {
    Ok(limit)
}

fn main() {}
