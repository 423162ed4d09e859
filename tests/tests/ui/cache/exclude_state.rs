//! `cache_key_exclude` names a parameter that a model does not fill in.

use toolwright::{Context, tool};

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "db, ctx")]
pub async fn lookup_order(
    #[context] ctx: &Context,
    #[state] db: Db,
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    let (_, _) = (ctx, db);
    Ok(order_id)
}

fn main() {}
