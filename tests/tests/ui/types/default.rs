//! Defaults that cannot be shown, or that there are not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toolwright::tool;

/// Not `Serialize`.
#[derive(Deserialize, JsonSchema, Default)]
pub struct NotSerialize;

/// Not `Default`.
#[derive(Deserialize, JsonSchema, Serialize)]
pub struct NotDefault;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// A default that cannot be shown.
    #[arg(default)]
    not_serialize: NotSerialize,
    /// No default.
    #[arg(default)]
    not_default: NotDefault,
) -> Result<u32, String> {
    let (NotSerialize, NotDefault) = (not_serialize, not_default);
    Ok(1)
}

fn main() {}
