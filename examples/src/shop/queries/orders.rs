//! Orders, alone and by customer.

use std::collections::HashMap;

use rusqlite::params;
use serde::Serialize;

use super::json_list;
use crate::shop::database::Link;
use crate::shop::error::ShopError;
use crate::shop::money::Money;

/// An order as a model reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Order {
    /// For example `A-10234`.
    pub order_id: String,
    /// Whose it is.
    pub customer_id: String,
    /// When, as a timestamp in UTC.
    pub placed_at: String,
    /// `processing`, `shipped`, `delivered`, `cancelled` or `refunded`.
    pub status: String,
    /// The country's ISO 3166 code.
    pub destination: String,
    /// What was ordered.
    pub items: Vec<OrderLine>,
    /// What sending it cost.
    pub shipping: Money,
    /// Items and shipping.
    pub total: Money,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderLine {
    /// For example `P-117`.
    pub product_id: String,
    /// For example `Copper Kettle`.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: Money,
}

/// These orders of the tenant, by id, in two round trips; an id without an order is left out.
///
/// # Errors
///
/// When the database does not answer.
pub fn orders<S: AsRef<str>>(
    link: &Link<'_>,
    tenant: &str,
    ids: &[S],
) -> Result<HashMap<String, Order>, ShopError> {
    let found = link.rows(
        "SELECT id, customer_id, placed_at, status, destination, shipping_cents, total_cents
         FROM orders WHERE tenant = ?1 AND id IN (SELECT value FROM json_each(?2))",
        params![tenant, json_list(ids)],
        |row| {
            Ok(Order {
                order_id: row.get(0)?,
                customer_id: row.get(1)?,
                placed_at: row.get(2)?,
                status: row.get(3)?,
                destination: row.get(4)?,
                items: Vec::new(),
                shipping: row.get(5)?,
                total: row.get(6)?,
            })
        },
    )?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let mut orders: HashMap<String, Order> = found
        .into_iter()
        .map(|order| (order.order_id.clone(), order))
        .collect();
    let known: Vec<&String> = orders.keys().collect();
    let lines = link.rows(
        "SELECT items.order_id, items.product_id, products.name, items.quantity, items.unit_cents
         FROM items JOIN products ON products.id = items.product_id
         WHERE items.tenant = ?1 AND items.order_id IN (SELECT value FROM json_each(?2))
         ORDER BY items.order_id, items.line",
        params![tenant, json_list(&known)],
        |row| {
            let ordered = OrderLine {
                product_id: row.get(1)?,
                name: row.get(2)?,
                quantity: row.get(3)?,
                unit_price: row.get(4)?,
            };
            Ok((row.get::<_, String>(0)?, ordered))
        },
    )?;
    for (order_id, line) in lines {
        if let Some(order) = orders.get_mut(&order_id) {
            order.items.push(line);
        }
    }
    Ok(orders)
}

/// The orders of one customer, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// Whose orders they are.
    pub customer_id: String,
    /// How many there are in all.
    pub orders_in_all: u32,
    /// The newest of them.
    pub orders: Vec<HistoryEntry>,
}

/// One order of a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryEntry {
    /// For example `A-10234`.
    pub order_id: String,
    /// When, as a timestamp in UTC.
    pub placed_at: String,
    /// `processing`, `shipped`, `delivered`, `cancelled` or `refunded`.
    pub status: String,
    /// How many things were ordered.
    pub items: u32,
    /// Items and shipping.
    pub total: Money,
}

/// The newest orders of a customer of the tenant, in one round trip.
///
/// # Errors
///
/// When there is no such customer, or `limit` is not between 1 and 50.
pub fn history(
    link: &Link<'_>,
    tenant: &str,
    customer_id: &str,
    limit: u32,
) -> Result<History, ShopError> {
    if !(1..=50).contains(&limit) {
        return Err(ShopError::OutOfRange {
            argument: "limit",
            allowed: "between 1 and 50",
        });
    }
    // The customer comes first, so that one without orders differs from one who does not exist.
    let rows = link.rows(
        "SELECT count(orders.id) OVER (), orders.id, orders.placed_at, orders.status,
                (SELECT sum(quantity) FROM items
                 WHERE items.tenant = orders.tenant AND items.order_id = orders.id),
                orders.total_cents
         FROM customers
         LEFT JOIN orders ON orders.tenant = customers.tenant AND orders.customer_id = customers.id
         WHERE customers.tenant = ?1 AND customers.id = ?2
         ORDER BY orders.placed_at DESC, orders.id DESC
         LIMIT ?3",
        params![tenant, customer_id, limit],
        |row| {
            let orders_in_all: u32 = row.get(0)?;
            let Some(order_id) = row.get(1)? else {
                return Ok((orders_in_all, None));
            };
            let entry = HistoryEntry {
                order_id,
                placed_at: row.get(2)?,
                status: row.get(3)?,
                items: row.get(4)?,
                total: row.get(5)?,
            };
            Ok((orders_in_all, Some(entry)))
        },
    )?;
    let Some((orders_in_all, _)) = rows.first() else {
        return Err(ShopError::NoCustomer(customer_id.to_owned()));
    };
    Ok(History {
        customer_id: customer_id.to_owned(),
        orders_in_all: *orders_in_all,
        orders: rows.into_iter().filter_map(|(_, entry)| entry).collect(),
    })
}
