//! Arguments of types that cannot be read from JSON, or that have no schema.

use schemars::JsonSchema;
use serde::Deserialize;
use toolwright::tool;

/// Neither.
pub struct Plain;

/// No schema.
#[derive(Deserialize)]
pub struct NoSchema;

/// No way to read it.
#[derive(JsonSchema)]
pub struct NoDeserialize;

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "plain")]
pub async fn lookup_order(
    /// Neither.
    plain: Plain,
    /// A list of it.
    list: Vec<Plain>,
    /// No schema.
    no_schema: NoSchema,
    /// No way to read it.
    no_deserialize: Vec<NoDeserialize>,
) -> Result<usize, String> {
    let (Plain, NoSchema) = (plain, no_schema);
    Ok(list.len() + no_deserialize.len())
}

fn main() {}
