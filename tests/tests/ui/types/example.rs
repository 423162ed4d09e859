//! Examples that cannot be shown.

use schemars::JsonSchema;
use serde::Deserialize;
use toolwright::tool;

/// Not `Serialize`.
#[derive(Deserialize, JsonSchema)]
pub struct Id(pub u32);

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// The order's id.
    #[arg(example = Id(7))]
    id: Id,
    /// The shop's.
    #[arg(example(1, Id(8)))]
    shop: u32,
) -> u32 {
    id.0 + shop
}

fn main() {}
