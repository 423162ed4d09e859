//! State as only batch functions take it.

use toolwright::{State, tool};

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// Look up one order.
#[tool]
pub async fn lookup_order(State(db): State<Db>, other: State<Db>) -> Result<String, String> {
    let (Db, State(Db)) = (db, other);
    Ok("an order".to_owned())
}

fn main() {}
