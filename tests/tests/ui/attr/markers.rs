//! `#[state]` and `#[context]` where they do not belong, or with what they do not take.

#![allow(unused_variables)]

use toolwright::{Context, tool};

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    #[context] owned: Context,
    #[context] mutable: &mut Context,
    #[state] db: &mut Db,
    #[state] long: &'static Db,
    #[state]
    #[context]
    both: &Context,
    #[state(Db)] value: Db,
    #[arg(rename = "db")]
    #[state]
    arg: Db,
    #[state] opaque: impl Clone,
) -> Result<String, String> {
    Ok("an order".to_owned())
}

fn main() {}
