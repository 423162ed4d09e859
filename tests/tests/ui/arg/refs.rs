//! `refs` that says too much, or stands where no reference can.

#![allow(unused_variables)]

use schemars::JsonSchema;
use serde::Deserialize;
use toolwright::{Context, tool};

/// What to look for.
#[derive(Deserialize, JsonSchema)]
pub struct Search {
    /// The words.
    pub words: String,
}

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    #[context]
    #[arg(refs)]
    ctx: &Context,
    #[state]
    #[arg(refs)]
    db: Db,
    /// A value.
    #[arg(refs = true)]
    a_value: String,
    /// A list.
    #[arg(refs("lookup_user"))]
    a_list: String,
    /// Twice.
    #[arg(refs, refs)]
    twice: String,
    /// Two attributes.
    #[arg(refs)]
    #[arg(refs)]
    two: String,
    /// Nearly.
    #[arg(ref)]
    nearly: String,
) -> u32 {
    1
}

/// Search the orders.
#[tool]
pub async fn all_at_once(#[arg(flatten, refs)] search: Search) -> u32 {
    1
}

fn main() {}
