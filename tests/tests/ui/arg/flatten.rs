//! A struct that is all arguments at once, with options of one argument or with arguments beside it.

#![allow(unused_variables)]

use schemars::JsonSchema;
use serde::Deserialize;
use toolwright::tool;

/// What to look for.
#[derive(Deserialize, JsonSchema)]
pub struct Search {
    /// The words.
    pub words: String,
}

/// Search the orders.
#[tool]
pub async fn beside_another(
    #[arg(flatten)] search: Search,
    /// How many.
    limit: u32,
) -> u32 {
    limit
}

/// Search the orders.
#[tool]
pub async fn two(#[arg(flatten)] search: Search, #[arg(flatten)] other: Search) -> u32 {
    1
}

/// Search the orders.
#[tool]
pub async fn with_options(
    #[arg(flatten, default, rename = "search", undocumented, example = 1, from = beside_another)]
    search: Search,
) -> u32 {
    1
}

/// Search the orders.
#[tool]
pub async fn with_a_range(#[arg(flatten, range = 1..5)] search: Search) -> u32 {
    1
}

/// Search the orders.
#[tool]
pub async fn with_a_length(#[arg(flatten, length = 1..5)] search: Search) -> u32 {
    1
}

/// Search the orders.
#[tool]
pub async fn with_formats(#[arg(flatten, pattern = "x", email)] search: Search) -> u32 {
    1
}

/// Search the orders.
#[tool]
pub async fn with_a_value(#[arg(flatten = true)] search: Search) -> u32 {
    1
}

/// Search the orders.
#[tool(ttl = "5m", cache_key_exclude = "ctx")]
pub async fn excludes_the_context(
    #[context] ctx: &toolwright::Context,
    #[arg(flatten)] search: Search,
) -> u32 {
    1
}

fn main() {}
