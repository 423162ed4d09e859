//! The one change that the shop's tools make.

use rusqlite::params;
use serde::Serialize;

use crate::shop::clock::Clock;
use crate::shop::database::Link;
use crate::shop::error::ShopError;
use crate::shop::money::Money;

/// A refund that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refund {
    /// For example `R-10234`: one order has one refund at most.
    pub refund_id: String,
    /// The order, which is `refunded` now.
    pub order_id: String,
    /// Who got the money.
    pub customer_id: String,
    /// How much: the order's total.
    pub amount: Money,
    /// The customer's store credit after it.
    pub store_credit: Money,
    /// When, in UTC.
    pub refunded_at: String,
}

/// Refunds an order of the tenant in full, to its customer's store credit.
///
/// It changes the order, the customer's history and the balance, or nothing at all; it belongs in a
/// transaction.
///
/// # Errors
///
/// When there is no such order, when it is not this customer's, or when its state forbids it.
pub fn refund(
    link: &Link<'_>,
    tenant: &str,
    order_id: &str,
    customer_id: &str,
    reason: &str,
    clock: Clock,
) -> Result<Refund, ShopError> {
    let order = link.row(
        "SELECT customer_id, status, total_cents FROM orders WHERE tenant = ?1 AND id = ?2",
        params![tenant, order_id],
        |row| {
            let order: (String, String, Money) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(order)
        },
    )?;
    let (owner, status, amount) = order.ok_or_else(|| ShopError::NoOrder(order_id.to_owned()))?;
    if owner != customer_id {
        return Err(ShopError::NotTheirs {
            order_id: order_id.to_owned(),
            customer_id: customer_id.to_owned(),
        });
    }
    if !matches!(status.as_str(), "processing" | "shipped" | "delivered") {
        return Err(ShopError::NotRefundable {
            order_id: order_id.to_owned(),
            status,
        });
    }
    link.execute(
        "UPDATE orders SET status = 'refunded' WHERE tenant = ?1 AND id = ?2",
        params![tenant, order_id],
    )?;
    let store_credit = link.row(
        "UPDATE balances SET cents = cents + ?3 WHERE tenant = ?1 AND customer_id = ?2
         RETURNING cents",
        params![tenant, customer_id, amount],
        |row| row.get(0),
    )?;
    let store_credit = store_credit.ok_or_else(|| ShopError::NoCustomer(customer_id.to_owned()))?;
    let refund = Refund {
        refund_id: order_id.replacen("A-", "R-", 1),
        order_id: order_id.to_owned(),
        customer_id: customer_id.to_owned(),
        amount,
        store_credit,
        refunded_at: clock.timestamp(),
    };
    link.execute(
        "INSERT INTO refunds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            tenant,
            refund.refund_id,
            order_id,
            customer_id,
            amount,
            reason,
            refund.refunded_at,
        ],
    )?;
    Ok(refund)
}
