//! A function that returns what it borrowed.

use toolwright::tool;

/// The shop's database.
#[derive(Clone)]
pub struct Db {
    /// The name of the shop.
    pub shop: String,
}

/// Tell the name of the shop.
#[tool]
pub async fn name_of_the_shop(#[state] db: &Db) -> Result<&str, String> {
    Ok(&db.shop)
}

fn main() {}
