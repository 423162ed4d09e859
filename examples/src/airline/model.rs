//! What the airline keeps: users and reservations, typed where the tools act and carried along where they do not.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::amount::{Amount, Count};
use super::choice::{Cabin, Insurance, TripType};

/// A user's profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// What the user can pay with, by payment id.
    pub payment_methods: BTreeMap<String, PaymentMethod>,
    /// The ids of the user's reservations, oldest first.
    pub reservations: Vec<String>,
    /// Name, address and all else that no tool changes.
    #[serde(flatten)]
    pub profile: Map<String, Value>,
}

/// One way to pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentMethod {
    /// The payment id, again.
    pub id: String,
    /// What kind of payment method this is.
    pub source: Source,
    /// What is left on a gift card or a certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Brand, last digits and the like.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// The kinds of payment methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Pays any amount.
    CreditCard,
    /// Pays what is left on it.
    GiftCard,
    /// Pays once, for a booking; what it does not pay is lost.
    Certificate,
}

impl PaymentMethod {
    /// What this method can pay at most; `None` for no limit.
    #[must_use]
    pub fn limit(&self) -> Option<Amount> {
        match self.source {
            Source::CreditCard => None,
            Source::GiftCard | Source::Certificate => Some(self.amount.unwrap_or(Amount::ZERO)),
        }
    }

    /// Takes from a gift card; a negative amount gives back.
    pub fn take(&mut self, amount: Amount) {
        if self.source == Source::GiftCard {
            self.amount = Some(self.amount.unwrap_or(Amount::ZERO) - amount);
        }
    }
}

/// A reservation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reservation {
    /// The reservation's id.
    pub reservation_id: String,
    /// Who booked it.
    pub user_id: String,
    /// Where the trip starts.
    pub origin: String,
    /// Where the trip leads.
    pub destination: String,
    /// One way, or there and back.
    pub flight_type: TripType,
    /// The cabin, as it was booked.
    pub cabin: Cabin,
    /// The flights, in the order of the trip.
    pub flights: Vec<Leg>,
    /// Who flies.
    pub passengers: Vec<Passenger>,
    /// Every payment and refund, oldest first.
    pub payment_history: Vec<Payment>,
    /// When it was booked.
    pub created_at: String,
    /// All checked bags.
    pub total_baggages: Count,
    /// The checked bags that were paid for.
    pub nonfree_baggages: Count,
    /// Whether travel insurance was bought.
    pub insurance: Insurance,
    /// Absent, or `cancelled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whatever else came with it.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Reservation {
    /// The number of passengers, as a factor of a price.
    #[must_use]
    pub fn heads(&self) -> Amount {
        heads(&self.passengers)
    }
}

/// The number of passengers, as a factor of a price.
pub(super) fn heads(passengers: &[Passenger]) -> Amount {
    Amount::Whole(i64::try_from(passengers.len()).unwrap_or(i64::MAX))
}

/// One flight of a reservation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// The flight's number.
    pub flight_number: String,
    /// The day of departure.
    pub date: String,
    /// What one passenger paid.
    pub price: Amount,
    /// Where it departs.
    pub origin: String,
    /// Where it lands.
    pub destination: String,
    /// Whatever else came with it.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// One flight, by number and date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct FlightChoice {
    /// The number of the flight, `HAT001` for one.
    pub flight_number: String,
    /// The day of its departure as year, month and day: `2024-05-01`.
    pub date: String,
    /// Whatever else the model sent.
    #[serde(flatten)]
    #[schemars(skip)]
    pub rest: Map<String, Value>,
}

impl FlightChoice {
    /// The chosen flight as a part of a reservation.
    #[must_use]
    pub fn leg(mut self, price: Amount, origin: &str, destination: &str) -> Leg {
        for known in ["price", "origin", "destination"] {
            self.rest.remove(known);
        }
        Leg {
            flight_number: self.flight_number,
            date: self.date,
            price,
            origin: origin.to_owned(),
            destination: destination.to_owned(),
            rest: self.rest,
        }
    }
}

/// A passenger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Passenger {
    /// Given name, for example `Noah`.
    pub first_name: String,
    /// Family name, for example `Brown`.
    pub last_name: String,
    /// Date of birth as year, month and day: `1990-01-01`.
    pub dob: String,
    /// Whatever else came with it.
    #[serde(flatten)]
    #[schemars(skip)]
    pub rest: Map<String, Value>,
}

/// A payment; a refund if the amount is negative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Payment {
    /// Which of the user's payment methods, by its id: `credit_card_7815826`, `gift_card_7815826` or `certificate_7815826`.
    pub payment_id: String,
    /// How much it pays, in dollars.
    pub amount: Amount,
    /// Whatever else came with it.
    #[serde(flatten)]
    #[schemars(skip)]
    pub rest: Map<String, Value>,
}

impl Payment {
    /// A payment with this method.
    #[must_use]
    pub fn new(payment_id: &str, amount: Amount) -> Self {
        Self {
            payment_id: payment_id.to_owned(),
            amount,
            rest: Map::new(),
        }
    }
}

/// A flight on one date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlightDay {
    /// `available` if it can be booked.
    pub status: String,
    /// The seats left, by cabin.
    #[serde(default)]
    pub available_seats: BTreeMap<Cabin, i64>,
    /// What one passenger pays, by cabin.
    #[serde(default)]
    pub prices: BTreeMap<Cabin, Amount>,
}
