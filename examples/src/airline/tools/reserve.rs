//! Booking, changing and cancelling reservations.
//!
//! What a write declares is what it may change. A booking makes a reservation whose id is not known before, so it
//! writes any; a change takes money from the customer whose reservation it is, who is not among the arguments, so it
//! writes any user.

use toolwright::{Context, tool};

use super::tenant;
use crate::airline::amount::Count;
use crate::airline::booking::{self, Booking};
use crate::airline::change;
use crate::airline::choice::{Cabin, Insurance, TripType};
use crate::airline::error::AirlineError;
use crate::airline::model::{FlightChoice, Passenger, Payment, Reservation};
use crate::airline::store::Store;

/// Make a reservation. The payments must add up to the price: all fares, 30 dollars a passenger if insurance is wanted,
/// and 50 dollars for each bag that is not free.
#[tool(tenant_scoped, writes = "user/{user_id}, reservation/*")]
#[expect(clippy::too_many_arguments, reason = "a model fills them in by name")]
pub async fn book_reservation(
    #[context] context: &Context,
    #[state] store: Store,
    /// Who books and pays: a user id such as `sara_doe_496`.
    user_id: String,
    /// The airport where the trip starts, as a three-letter code such as `SFO`.
    origin: String,
    /// The airport to which the trip leads, as a three-letter code such as `JFK`.
    destination: String,
    /// Whether the trip leads there, or there and back.
    flight_type: TripType,
    /// The cabin of all passengers on all flights.
    cabin: Cabin,
    /// All flights of the trip, in their order.
    flights: Vec<FlightChoice>,
    /// All who fly.
    passengers: Vec<Passenger>,
    /// How the price is paid, by ways to pay that are in the customer's profile.
    payment_methods: Vec<Payment>,
    /// How many bags are checked in, free ones included.
    total_baggages: Count,
    /// How many of the bags are to be paid for.
    nonfree_baggages: Count,
    /// Whether travel insurance is wanted.
    insurance: Insurance,
) -> Result<Reservation, AirlineError> {
    let booking = Booking {
        user_id,
        origin,
        destination,
        flight_type,
        cabin,
        flights,
        passengers,
        payment_methods,
        total_baggages,
        nonfree_baggages,
        insurance,
    };
    store
        .write(tenant(context)?, |rows| booking::book(rows, booking))
        .await
}

/// Change the flights of a reservation, or its cabin, or both. The difference to what was paid is charged or refunded.
#[tool(tenant_scoped, writes = "reservation/{reservation_id}, user/*")]
pub async fn update_reservation_flights(
    #[context] context: &Context,
    #[state] store: Store,
    /// The reservation's id, six letters and digits such as `ZFA04Y`.
    reservation_id: String,
    /// The cabin of all passengers on all flights.
    cabin: Cabin,
    /// Every flight that the trip is to have, those that stay as they are included.
    flights: Vec<FlightChoice>,
    /// What the difference is charged to, or refunded to: a credit card or gift card of the profile, by its id.
    payment_id: String,
) -> Result<Reservation, AirlineError> {
    store
        .write(tenant(context)?, move |rows| {
            change::flights(rows, &reservation_id, cabin, flights, &payment_id)
        })
        .await
}

/// Set how many bags a reservation has. Bags that are added and not free cost 50 dollars each.
#[tool(tenant_scoped, writes = "reservation/{reservation_id}, user/*")]
pub async fn update_reservation_baggages(
    #[context] context: &Context,
    #[state] store: Store,
    /// The reservation's id, six letters and digits such as `ZFA04Y`.
    reservation_id: String,
    /// How many bags there are to be, free ones included.
    total_baggages: Count,
    /// How many of the bags are to be paid for, those included that were paid for before.
    nonfree_baggages: Count,
    /// What pays for the bags: a credit card or gift card of the profile, by its id.
    payment_id: String,
) -> Result<Reservation, AirlineError> {
    store
        .write(tenant(context)?, move |rows| {
            change::baggages(
                rows,
                &reservation_id,
                total_baggages,
                nonfree_baggages,
                &payment_id,
            )
        })
        .await
}

/// Replace the passengers of a reservation by others, as many as there were.
#[tool(tenant_scoped, writes = "reservation/{reservation_id}")]
pub async fn update_reservation_passengers(
    #[context] context: &Context,
    #[state] store: Store,
    /// The reservation's id, six letters and digits such as `ZFA04Y`.
    reservation_id: String,
    /// All who are to fly, those who stay included.
    passengers: Vec<Passenger>,
) -> Result<Reservation, AirlineError> {
    store
        .write(tenant(context)?, move |rows| {
            change::passengers(rows, &reservation_id, passengers)
        })
        .await
}

/// Cancel a reservation as a whole. All that was paid is refunded to where it came from.
#[tool(tenant_scoped, writes = "reservation/{reservation_id}")]
pub async fn cancel_reservation(
    #[context] context: &Context,
    #[state] store: Store,
    /// The reservation's id, six letters and digits such as `ZFA04Y`.
    reservation_id: String,
) -> Result<Reservation, AirlineError> {
    store
        .write(tenant(context)?, move |rows| {
            change::cancel(rows, &reservation_id)
        })
        .await
}
