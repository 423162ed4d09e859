//! Who appears in the conversations: regulars of a shop, and one customer for each agent alone.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use crate::shop::generator::{OrderRow, Rows, Shop, words::TENANTS};

/// How many customers of a shop talk to all of its agents.
const REGULARS: usize = 4;

/// The people of one shop.
#[derive(Debug)]
pub(super) struct Cast<'a> {
    /// They come back, to any agent; nobody changes anything of theirs.
    pub(super) regulars: Vec<Person<'a>>,
    /// One for each agent of the shop, who talks to nobody else.
    pub(super) own: Vec<Person<'a>>,
}

/// A customer and their orders.
#[derive(Debug)]
pub(super) struct Person<'a> {
    pub(super) id: &'a str,
    /// Newest first, never empty.
    pub(super) orders: Vec<&'a OrderRow>,
}

impl<'a> Person<'a> {
    /// The order that they ask about: the newest that was sent.
    pub(super) fn sent(&self) -> &'a OrderRow {
        self.all_sent().next().unwrap_or(self.orders[0])
    }

    /// The order that arrived last, and may be sent back.
    pub(super) fn arrived(&self) -> &'a OrderRow {
        let arrived = |order: &&OrderRow| order.status == "delivered";
        self.all_sent().find(arrived).unwrap_or(self.sent())
    }

    /// Their orders that were sent, newest first.
    pub(super) fn all_sent(&self) -> impl Iterator<Item = &'a OrderRow> {
        let orders = self.orders.iter().copied();
        orders.filter(|order| order.shipment.is_some())
    }
}

impl<'a> Cast<'a> {
    /// The cast of every shop, in the order of the tenants.
    pub(super) fn of(rows: &'a Rows, agents: usize) -> Result<Vec<Self>, TooFewOrders> {
        let too_few = TooFewOrders { agents };
        rows.shops
            .iter()
            .enumerate()
            .map(|(shop, rows)| {
                let seats = (agents + TENANTS.len() - 1 - shop) / TENANTS.len();
                let mut people = people(rows);
                if people.len() < REGULARS + seats {
                    return Err(too_few);
                }
                let mut own = people.split_off(REGULARS);
                own.truncate(seats);
                Ok(Self {
                    regulars: people,
                    own,
                })
            })
            .collect()
    }
}

/// All who have an order that was sent, the best customers first.
fn people(shop: &Shop) -> Vec<Person<'_>> {
    let mut orders: HashMap<&str, Vec<&OrderRow>> = HashMap::new();
    for order in shop.orders.iter().rev() {
        orders.entry(&order.customer_id).or_default().push(order);
    }
    let mut people: Vec<Person<'_>> = shop
        .customers
        .iter()
        .filter_map(|customer| {
            Some(Person {
                id: &customer.id,
                orders: orders.remove(customer.id.as_str())?,
            })
        })
        .filter(|person| person.all_sent().next().is_some())
        .collect();
    // Stable: customers with as many orders stay in the order of their ids.
    people.sort_by_key(|person| Reverse(person.orders.len()));
    people
}

/// How many orders the shops need for so many agents.
#[must_use]
pub const fn orders_needed(agents: usize) -> usize {
    TENANTS.len()
        * (REGULARS + agents.div_ceil(TENANTS.len()))
        * crate::shop::generator::ORDERS_EACH
}

/// There are too few orders, and so too few customers, for so many agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFewOrders {
    agents: usize,
}

impl fmt::Display for TooFewOrders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agents } = self;
        let needed = orders_needed(*agents);
        write!(f, "{agents} agents need at least {needed} orders")
    }
}

impl std::error::Error for TooFewOrders {}
