//! Parcels: what they would cost, and where they are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toolwright::{Context, State, tool};

use super::{deal, tenant};
use crate::shop::database::Db;
use crate::shop::error::ShopError;
use crate::shop::queries::{self, Quote, Tracking};

/// How fast a parcel goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speed {
    /// Three to seven working days.
    Standard,
    /// Two or three working days.
    Express,
    /// The next working day.
    Overnight,
}

impl Speed {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Express => "express",
            Self::Overnight => "overnight",
        }
    }
}

/// Quote what it costs to send a parcel, and how many working days it takes. Use it before an order
/// is placed; for an order that was sent, use `track_shipment`.
#[tool(ttl = "1d", shared, reads = "tariff")]
pub async fn shipping_quote(
    #[state] db: Db,
    /// The weight of the whole parcel in grams.
    #[arg(range = 1..=30_000)]
    weight_grams: u32,
    /// The country to send it to, as a two-letter ISO 3166 code.
    #[arg(pattern = "^[A-Za-z]{2}$", example = "DE")]
    destination: String,
    /// How fast it should go.
    #[arg(default = Speed::Standard)]
    speed: Speed,
) -> Result<Quote, ShopError> {
    db.read(move |link| queries::quote(link, weight_grams, &destination, speed.as_str()))
        .await
}

/// Track the parcel of an order: carrier, tracking number, place and time of the last scan, and the
/// day on which it arrives or arrived. Use it when the customer asks where an order is.
#[tool(
    ttl = "2m",
    tenant_scoped,
    batch = "track_shipments",
    reads = "shipment/{order_id}"
)]
pub async fn track_shipment(
    /// The order's id, for example `A-10234`.
    order_id: String,
) -> Result<Tracking, ShopError>;

async fn track_shipments(
    ctx: &Context,
    State(db): State<Db>,
    order_ids: Vec<String>,
) -> Result<Vec<Result<Tracking, ShopError>>, ShopError> {
    let tenant = tenant(ctx)?;
    db.read(move |link| {
        let found = queries::trackings(link, &tenant, &order_ids)?;
        Ok(deal(order_ids, &found, ShopError::NotShipped))
    })
    .await
}
