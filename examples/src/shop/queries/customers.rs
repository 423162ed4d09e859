//! Customers, and what the shop owes them.

use std::collections::HashMap;

use rusqlite::params;
use serde::Serialize;

use super::json_list;
use crate::shop::database::Link;
use crate::shop::error::ShopError;
use crate::shop::money::Money;

/// A customer as a model reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Customer {
    /// For example `C-1042`.
    pub customer_id: String,
    /// First and last name.
    pub name: String,
    /// Where to write to.
    pub email: String,
    /// Where they live.
    pub city: String,
    /// The country's ISO 3166 code.
    pub country: String,
    /// `standard`, `silver` or `gold`.
    pub tier: String,
    /// A date.
    pub customer_since: String,
}

/// What the shop owes a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// For example `C-1042`.
    pub customer_id: String,
    /// Store credit, to be spent on any order.
    pub store_credit: Money,
}

/// These customers of the tenant, by id, in one round trip; an unknown id is left out.
///
/// # Errors
///
/// When the database does not answer.
pub fn customers<S: AsRef<str>>(
    link: &Link<'_>,
    tenant: &str,
    ids: &[S],
) -> Result<HashMap<String, Customer>, ShopError> {
    let found = link.rows(
        "SELECT id, name, email, city, country, tier, customer_since
         FROM customers WHERE tenant = ?1 AND id IN (SELECT value FROM json_each(?2))",
        params![tenant, json_list(ids)],
        |row| {
            Ok(Customer {
                customer_id: row.get(0)?,
                name: row.get(1)?,
                email: row.get(2)?,
                city: row.get(3)?,
                country: row.get(4)?,
                tier: row.get(5)?,
                customer_since: row.get(6)?,
            })
        },
    )?;
    Ok(found
        .into_iter()
        .map(|customer| (customer.customer_id.clone(), customer))
        .collect())
}

/// These balances of the tenant's customers, by id, in one round trip; an unknown id is left out.
///
/// # Errors
///
/// When the database does not answer.
pub fn balances<S: AsRef<str>>(
    link: &Link<'_>,
    tenant: &str,
    ids: &[S],
) -> Result<HashMap<String, Balance>, ShopError> {
    let found = link.rows(
        "SELECT customer_id, cents
         FROM balances WHERE tenant = ?1 AND customer_id IN (SELECT value FROM json_each(?2))",
        params![tenant, json_list(ids)],
        |row| {
            Ok(Balance {
                customer_id: row.get(0)?,
                store_credit: row.get(1)?,
            })
        },
    )?;
    Ok(found
        .into_iter()
        .map(|balance| (balance.customer_id.clone(), balance))
        .collect())
}
