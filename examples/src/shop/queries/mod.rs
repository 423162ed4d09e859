//! What the shop asks its database: plain functions over one connection, for one tenant.
//!
//! Where a batch makes sense it is the primitive, one statement for any number of ids, and one is
//! a batch of one.

mod customers;
mod orders;
mod products;
mod refunds;
mod shipping;

pub use self::customers::{Balance, Customer, balances, customers};
pub use self::orders::{History, HistoryEntry, Order, OrderLine, history, orders};
pub use self::products::{Product, Search, search};
pub use self::refunds::{Refund, refund};
pub use self::shipping::{Quote, Tracking, quote, trackings};

/// Many ids as the one JSON parameter that `json_each` takes apart.
fn json_list<S: AsRef<str>>(ids: &[S]) -> String {
    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    serde_json::Value::from(ids).to_string()
}

#[cfg(test)]
mod tests;
