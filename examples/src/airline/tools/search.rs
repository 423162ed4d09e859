//! Searching the timetable.

use std::collections::BTreeMap;

use toolwright::{State, tool};

use crate::airline::error::AirlineError;
use crate::airline::store::Store;
use crate::airline::timetable::{self, Offer};

/// Where from, where to, and when.
type Route = (String, String, String);

/// List the airports that the airline flies to: for each three-letter code, the city.
#[tool(ttl = "1h", shared, reads = "timetable")]
pub async fn list_all_airports(
    #[state] store: Store,
) -> Result<BTreeMap<String, String>, AirlineError> {
    store.look_up(timetable::airports).await
}

/// Find the flights without a stop between two airports that can be booked for a day, with times, free seats and prices
/// by cabin.
#[tool(ttl = "1h", shared, batch = "direct_flights", reads = "timetable")]
pub async fn search_direct_flight(
    /// The airport to leave from, as a three-letter code such as `JFK`.
    origin: String,
    /// The airport to reach, as a three-letter code such as `LAX`.
    destination: String,
    /// The day of departure as year, month and day: `2024-01-01`.
    date: String,
) -> Result<Vec<Offer>, AirlineError>;

/// Find the connections with one change of planes between two airports that can be booked for a day: pairs of flights,
/// with times, free seats and prices by cabin.
#[tool(ttl = "1h", shared, batch = "one_stop_flights", reads = "timetable")]
pub async fn search_onestop_flight(
    /// The airport to leave from, as a three-letter code such as `JFK`.
    origin: String,
    /// The airport to reach, as a three-letter code such as `LAX`.
    destination: String,
    /// The day on which the first flight departs as year, month and day: `2024-05-01`.
    date: String,
) -> Result<Vec<[Offer; 2]>, AirlineError>;

async fn direct_flights(
    State(store): State<Store>,
    routes: Vec<Route>,
) -> Result<Vec<Vec<Offer>>, AirlineError> {
    store
        .look_up(move |connection| {
            let offers = routes.iter().map(|(origin, destination, date)| {
                timetable::direct(connection, origin, destination, date)
            });
            offers.collect()
        })
        .await
}

async fn one_stop_flights(
    State(store): State<Store>,
    routes: Vec<Route>,
) -> Result<Vec<Vec<[Offer; 2]>>, AirlineError> {
    store
        .look_up(move |connection| {
            let offers = routes.iter().map(|(origin, destination, date)| {
                timetable::one_stop(connection, origin, destination, date)
            });
            offers.collect()
        })
        .await
}
