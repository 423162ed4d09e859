//! A resource that is named after a parameter that a model does not fill in.

use toolwright::tool;

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// Look up one order.
#[tool(reads = "db/{db}/{order_id}")]
pub async fn lookup_order(
    #[state] db: Db,
    /// The order's id.
    order_id: String,
) -> Result<String, String> {
    let Db = db;
    Ok(order_id)
}

fn main() {}
