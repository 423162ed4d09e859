//! Parcels: where they are, and what they would cost.

use std::collections::HashMap;

use rusqlite::params;
use serde::Serialize;

use super::json_list;
use crate::shop::database::Link;
use crate::shop::error::ShopError;
use crate::shop::generator::{TariffRow, words};
use crate::shop::money::Money;

/// Where a parcel is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tracking {
    /// For example `A-10234`.
    pub order_id: String,
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number.
    pub tracking_number: String,
    /// `in transit` or `delivered`.
    pub status: String,
    /// The place of the last scan.
    pub last_seen: String,
    /// The time of the last scan, in UTC.
    pub updated_at: String,
    /// The date on which it arrives or arrived.
    pub expected_on: String,
}

/// The parcels of these orders of the tenant, by order, in one round trip; an order that does not
/// exist or was not sent is left out.
///
/// # Errors
///
/// When the database does not answer.
pub fn trackings<S: AsRef<str>>(
    link: &Link<'_>,
    tenant: &str,
    order_ids: &[S],
) -> Result<HashMap<String, Tracking>, ShopError> {
    let found = link.rows(
        "SELECT order_id, carrier, tracking_number, status, last_seen, updated_at, expected_on
         FROM shipments WHERE tenant = ?1 AND order_id IN (SELECT value FROM json_each(?2))",
        params![tenant, json_list(order_ids)],
        |row| {
            Ok(Tracking {
                order_id: row.get(0)?,
                carrier: row.get(1)?,
                tracking_number: row.get(2)?,
                status: row.get(3)?,
                last_seen: row.get(4)?,
                updated_at: row.get(5)?,
                expected_on: row.get(6)?,
            })
        },
    )?;
    Ok(found
        .into_iter()
        .map(|tracking| (tracking.order_id.clone(), tracking))
        .collect())
}

/// What sending a parcel costs, and how long it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The country's ISO 3166 code.
    pub destination: String,
    /// `standard`, `express` or `overnight`.
    pub speed: String,
    /// The parcel's weight.
    pub weight_grams: u32,
    /// What it costs.
    pub price: Money,
    /// Working days, at best.
    pub days_min: u32,
    /// Working days, at worst.
    pub days_max: u32,
}

/// The price of a parcel, from the tariff table, in one round trip.
///
/// # Errors
///
/// When the weight is not between 1 g and 30 kg, or nothing is delivered to the destination.
pub fn quote(
    link: &Link<'_>,
    weight_grams: u32,
    destination: &str,
    speed: &'static str,
) -> Result<Quote, ShopError> {
    if !(1..=30_000).contains(&weight_grams) {
        return Err(ShopError::OutOfRange {
            argument: "weight_grams",
            allowed: "between 1 and 30000",
        });
    }
    let Some(destination) = words::DESTINATIONS
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(destination))
    else {
        return Err(ShopError::NoDestination(destination.to_owned()));
    };
    let tariff = link.row(
        "SELECT base_cents, kilo_cents, days_min, days_max
         FROM tariffs WHERE destination = ?1 AND speed = ?2",
        params![destination, speed],
        |row| {
            Ok(TariffRow {
                destination,
                speed,
                base: row.get(0)?,
                each_kilo: row.get(1)?,
                days_min: row.get(2)?,
                days_max: row.get(3)?,
            })
        },
    )?;
    let tariff = tariff.ok_or_else(|| ShopError::NoDestination(destination.to_owned()))?;
    Ok(Quote {
        destination: destination.to_owned(),
        speed: speed.to_owned(),
        weight_grams,
        price: tariff.price(weight_grams),
        days_min: tariff.days_min,
        days_max: tariff.days_max,
    })
}
