//! Customers and their balances.

use toolwright::{Context, State, tool};

use super::{deal, tenant};
use crate::shop::database::Db;
use crate::shop::error::ShopError;
use crate::shop::queries::{self, Balance, Customer};

/// Look up one customer by id: name, e-mail address, city, country, loyalty tier and the date of
/// joining. Use it to greet the customer and to check who they are.
#[tool(
    ttl = "12h",
    tenant_scoped,
    batch = "lookup_customers",
    reads = "customer/{customer_id}/profile"
)]
pub async fn lookup_customer(
    /// The customer's id, for example `C-1042`.
    customer_id: String,
) -> Result<Customer, ShopError>;

async fn lookup_customers(
    ctx: &Context,
    State(db): State<Db>,
    customer_ids: Vec<String>,
) -> Result<Vec<Result<Customer, ShopError>>, ShopError> {
    let tenant = tenant(ctx)?;
    db.read(move |link| {
        let found = queries::customers(link, &tenant, &customer_ids)?;
        Ok(deal(customer_ids, &found, ShopError::NoCustomer))
    })
    .await
}

/// Get a customer's store credit in euros. Use it before you promise that something is paid or
/// refunded, and again after a refund.
#[tool(
    ttl = "30s",
    tenant_scoped,
    batch = "account_balances",
    reads = "balance/{customer_id}"
)]
pub async fn account_balance(
    /// The customer's id, for example `C-1042`.
    customer_id: String,
) -> Result<Balance, ShopError>;

async fn account_balances(
    ctx: &Context,
    State(db): State<Db>,
    customer_ids: Vec<String>,
) -> Result<Vec<Result<Balance, ShopError>>, ShopError> {
    let tenant = tenant(ctx)?;
    db.read(move |link| {
        let found = queries::balances(link, &tenant, &customer_ids)?;
        Ok(deal(customer_ids, &found, ShopError::NoCustomer))
    })
    .await
}
