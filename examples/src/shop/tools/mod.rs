//! The tools: what a model may ask of the shop, declared once.
//!
//! Each has the freshness that its data deserves, from a day for a tariff to none for the time, and
//! says what it reads or writes, so that a refund is seen at once by who looks next.

mod customers;
mod orders;
mod products;
mod refunds;
mod shipping;
mod time;

pub use self::customers::{account_balance, lookup_customer};
pub use self::orders::{lookup_order, order_history};
pub use self::products::{Category, search_products};
pub use self::refunds::{RefundReason, issue_refund};
pub use self::shipping::{Speed, shipping_quote, track_shipment};
pub use self::time::{Now, current_time};

use std::collections::HashMap;

use toolwright::{Context, Registry, RegistryError, registry};

use super::error::ShopError;

/// All nine tools of the shop.
///
/// # Errors
///
/// Never in practice: the tools are declared rightly, and a test of this crate says so.
pub fn registry() -> Result<Registry, RegistryError> {
    registry![
        lookup_order,
        order_history,
        lookup_customer,
        account_balance,
        search_products,
        shipping_quote,
        track_shipment,
        issue_refund,
        current_time,
    ]
}

/// The shop that the session works for. It comes from the session, never from the model.
fn tenant(ctx: &Context) -> Result<String, ShopError> {
    ctx.tenant().map(str::to_owned).ok_or(ShopError::NoTenant)
}

/// Deals what a query found out to who asked for it: one answer for each id, in their order.
fn deal<V: Clone>(
    ids: Vec<String>,
    found: &HashMap<String, V>,
    missing: fn(String) -> ShopError,
) -> Vec<Result<V, ShopError>> {
    ids.into_iter()
        .map(|id| found.get(&id).cloned().ok_or_else(|| missing(id)))
        .collect()
}

#[cfg(test)]
mod tests;
