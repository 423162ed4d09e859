//! State without its mark.

use toolwright::tool;

/// The shop's database.
pub struct Db;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// The database.
    db: &Db,
    /// A list of them.
    all: &[Db],
) -> usize {
    let Db = db;
    all.len()
}

fn main() {}
