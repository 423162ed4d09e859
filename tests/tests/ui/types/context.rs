//! A context of another type.

use toolwright::tool;

/// The shop's database.
pub struct Db;

/// Look up one order.
#[tool]
pub async fn lookup_order(#[context] db: &Db) -> Result<u32, String> {
    let Db = db;
    Ok(1)
}

fn main() {}
