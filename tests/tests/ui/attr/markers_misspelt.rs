//! Marks of parameters that there are not.

#![allow(unused_variables)]

use toolwright::{Context, tool};

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    #[sate] db: Db,
    #[Context] ctx: &Context,
    /// The order's id.
    #[args(default = 5)]
    order_id: u32,
    /// Whatever is known on a parameter stays.
    #[allow(unused_mut)]
    mut shop: u32,
) -> u32 {
    order_id
}

fn main() {}
