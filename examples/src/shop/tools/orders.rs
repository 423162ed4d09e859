//! Orders: one by its id, many by their customer.

use toolwright::{Context, State, tool};

use super::{deal, tenant};
use crate::shop::database::Db;
use crate::shop::error::ShopError;
use crate::shop::queries::{self, History, Order};

/// Look up one order by its id: status, items with unit prices, shipping cost, total, destination
/// and the customer it belongs to. Use it whenever the customer names an order.
#[tool(
    ttl = "1h",
    cache_key_exclude = "request_id",
    tenant_scoped,
    batch = "lookup_orders",
    reads = "order/{order_id}"
)]
pub async fn lookup_order(
    /// The order's id, for example `A-10234`.
    order_id: String,
    /// Any text that correlates log lines. It never changes the answer.
    request_id: Option<String>,
) -> Result<Order, ShopError>;

async fn lookup_orders(
    ctx: &Context,
    State(db): State<Db>,
    order_ids: Vec<String>,
) -> Result<Vec<Result<Order, ShopError>>, ShopError> {
    let tenant = tenant(ctx)?;
    db.read(move |link| {
        let found = queries::orders(link, &tenant, &order_ids)?;
        Ok(deal(order_ids, &found, ShopError::NoOrder))
    })
    .await
}

/// List a customer's orders, newest first: id, date, status, number of items and total of each.
/// Use it when the customer does not know the order's id; `lookup_order` has the details.
#[tool(ttl = "5m", tenant_scoped, reads = "customer/{customer_id}/orders")]
pub async fn order_history(
    #[context] ctx: &Context,
    #[state] db: Db,
    /// The customer's id, for example `C-1042`.
    customer_id: String,
    /// How many orders to list at most, from 1 to 50.
    #[arg(default = 10)]
    limit: u32,
) -> Result<History, ShopError> {
    let tenant = tenant(ctx)?;
    db.read(move |link| queries::history(link, &tenant, &customer_id, limit))
        .await
}
