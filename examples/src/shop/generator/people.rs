//! Customers and their orders: what belongs to one tenant.

use super::catalogue::{ProductRow, TariffRow};
use super::rng::Rng;
use super::words::{CARRIERS, CITIES, FIRST_NAMES, HUBS, LAST_NAMES};
use crate::shop::clock::{Clock, DAY, date, timestamp};
use crate::shop::money::Money;

/// How many orders a customer has on average.
pub(crate) const ORDERS_EACH: usize = 5;

/// The rows of one tenant.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The tenant.
    pub tenant: &'static str,
    /// Everybody who ever ordered.
    pub customers: Vec<CustomerRow>,
    /// All orders, oldest first.
    pub orders: Vec<OrderRow>,
}

/// A customer of one tenant.
#[derive(Debug, Clone)]
pub struct CustomerRow {
    /// For example `C-1042`.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// An address that reaches nobody.
    pub email: String,
    /// Where they live.
    pub city: &'static str,
    /// The country's ISO 3166 code.
    pub country: &'static str,
    /// `standard`, `silver` or `gold`.
    pub tier: &'static str,
    /// The date of the first order, or before.
    pub customer_since: String,
    /// What the shop owes them.
    pub balance: Money,
}

/// An order of one tenant.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// For example `A-10234`.
    pub id: String,
    /// Whose it is.
    pub customer_id: String,
    /// When, as a timestamp.
    pub placed_at: String,
    /// `processing`, `shipped`, `delivered` or `cancelled`.
    pub status: &'static str,
    /// The country's ISO 3166 code.
    pub destination: &'static str,
    /// What sending it costs.
    pub shipping: Money,
    /// What was ordered, one to four products.
    pub items: Vec<ItemRow>,
    /// Where it is, once it left.
    pub shipment: Option<ShipmentRow>,
}

impl OrderRow {
    /// The items and the shipping.
    #[must_use]
    pub fn total(&self) -> Money {
        let items: Money = self
            .items
            .iter()
            .map(|item| item.unit_price * i64::from(item.quantity))
            .sum();
        items + self.shipping
    }
}

/// A line of an order.
#[derive(Debug, Clone)]
pub struct ItemRow {
    /// Which product.
    pub product_id: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: Money,
}

/// A parcel on its way, or arrived.
#[derive(Debug, Clone)]
pub struct ShipmentRow {
    /// Who carries it.
    pub carrier: &'static str,
    /// The carrier's number.
    pub tracking_number: String,
    /// `in transit` or `delivered`.
    pub status: &'static str,
    /// The place of the last scan.
    pub last_seen: String,
    /// The time of the last scan.
    pub updated_at: String,
    /// The date on which it arrives or arrived.
    pub expected_on: String,
}

pub(super) fn shop(
    mut rng: Rng,
    tenant: &'static str,
    orders: usize,
    products: &[ProductRow],
    tariffs: &[TariffRow],
) -> Shop {
    let mut customers: Vec<_> = (0..orders.div_ceil(ORDERS_EACH))
        .scan(1_000, |number, _| {
            *number += rng.between(1, 4);
            Some(customer(&mut rng, *number, tenant))
        })
        .collect();
    let mut number = 10_000;
    let first = Clock::OPENING.seconds() - 400 * DAY;
    let mut placed: Vec<i64> = (0..orders)
        .map(|_| first + i64::from(rng.between(0, 400 * 86_400)))
        .collect();
    placed.sort_unstable();
    let orders: Vec<OrderRow> = placed
        .into_iter()
        .enumerate()
        .map(|(position, placed)| {
            number += rng.between(1, 4);
            // The oldest orders go round, so that everybody has one that was delivered long ago.
            let known = position < customers.len();
            let whose = if known {
                position
            } else {
                rng.below(customers.len())
            };
            let buyer = &mut customers[whose];
            if known {
                buyer.customer_since = date(placed - i64::from(rng.between(0, 300)) * DAY);
            }
            order(&mut rng, number, buyer, placed, known, (products, tariffs))
        })
        .collect();
    Shop {
        tenant,
        customers,
        orders,
    }
}

fn customer(rng: &mut Rng, number: u32, tenant: &str) -> CustomerRow {
    let (first, last) = (rng.pick(&FIRST_NAMES), rng.pick(&LAST_NAMES));
    let (city, country) = *rng.pick(&CITIES);
    CustomerRow {
        id: format!("C-{number}"),
        name: format!("{first} {last}"),
        email: format!("{}.{number}@{tenant}.example", last.to_lowercase()),
        city,
        country,
        tier: match rng.between(0, 10) {
            0 => "gold",
            1..=3 => "silver",
            _ => "standard",
        },
        customer_since: String::new(),
        balance: Money::cents(if rng.chance(60) {
            0
        } else {
            i64::from(rng.between(100, 9_000))
        }),
    }
}

fn order(
    rng: &mut Rng,
    number: u32,
    buyer: &CustomerRow,
    placed: i64,
    surely_delivered: bool,
    (products, tariffs): (&[ProductRow], &[TariffRow]),
) -> OrderRow {
    let mut weight = 0;
    let items = (0..rng.between(1, 5))
        .map(|_| {
            let product = rng.pick(products);
            let quantity = if rng.chance(75) { 1 } else { rng.between(2, 5) };
            weight += product.weight_grams * quantity;
            ItemRow {
                product_id: product.id.clone(),
                quantity,
                unit_price: product.price,
            }
        })
        .collect();
    let speed = match rng.between(0, 10) {
        0 => "overnight",
        1..=2 => "express",
        _ => "standard",
    };
    let tariff = tariffs
        .iter()
        .find(|tariff| tariff.destination == buyer.country && tariff.speed == speed)
        .expect("there is a tariff for every country and speed");
    let age = Clock::OPENING.seconds() - placed;
    let status = if surely_delivered {
        "delivered"
    } else if rng.chance(3) {
        "cancelled"
    } else if age < 2 * DAY {
        "processing"
    } else if age < 8 * DAY {
        "shipped"
    } else {
        "delivered"
    };
    OrderRow {
        id: format!("A-{number}"),
        customer_id: buyer.id.clone(),
        placed_at: timestamp(placed),
        status,
        destination: buyer.country,
        shipping: tariff.price(weight),
        items,
        shipment: shipment(rng, status, placed, buyer),
    }
}

fn shipment(rng: &mut Rng, status: &str, placed: i64, buyer: &CustomerRow) -> Option<ShipmentRow> {
    let delivered = match status {
        "delivered" => true,
        "shipped" => false,
        _ => return None,
    };
    let hours = if delivered {
        rng.between(30, 150)
    } else {
        rng.between(24, 46)
    };
    let seen = placed + i64::from(hours) * 3_600 + i64::from(rng.between(0, 3_600));
    let days_left = if delivered { 0 } else { rng.between(6, 9) };
    Some(ShipmentRow {
        carrier: rng.pick::<&str>(&CARRIERS),
        tracking_number: format!("{:010}", rng.bits() % 10_000_000_000),
        status: if delivered { "delivered" } else { "in transit" },
        last_seen: if delivered {
            format!("{}, {}", buyer.city, buyer.country)
        } else {
            format!("{}, {}", rng.pick(&HUBS), buyer.country)
        },
        updated_at: timestamp(seen),
        expected_on: date(seen + i64::from(days_left) * DAY),
    })
}
