//! The small airline of the fixtures, for unit tests.

use std::path::Path;

use rusqlite::Connection;

use super::Amount;
use super::data::Data;
use super::model::{FlightChoice, Passenger, Payment};
use super::rows::Rows;
use super::store::{self, Tenant};

/// Has a credit card `credit_card_500`, a gift card `gift_card_501` of 200 dollars, and two certificates.
pub(super) const ADA: &str = "ada_quill_1001";
/// Has a gift card `gift_card_601` of 60 dollars, `credit_card_602`, and `certificate_603` of 75 dollars.
pub(super) const BO: &str = "bo_fenwick_1002";

/// The fixture.
pub(super) fn data() -> Data {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/airline-small");
    Data::read(&fixture).unwrap()
}

/// A database of its own for one test.
pub(super) fn database() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    store::fill(&mut connection, &data()).unwrap();
    connection
}

/// What a test does with the rows of one tenant.
pub(super) fn with_rows<T>(test: impl FnOnce(&Rows) -> T) -> T {
    test(&Rows::new(&database(), &Tenant::new("test")))
}

/// Flights by number and date.
pub(super) fn flights(choices: &[(&str, &str)]) -> Vec<FlightChoice> {
    let choice = |(flight, date): &(&str, &str)| FlightChoice {
        flight_number: (*flight).to_owned(),
        date: (*date).to_owned(),
        rest: serde_json::Map::new(),
    };
    choices.iter().map(choice).collect()
}

/// So many passengers.
pub(super) fn passengers(count: usize) -> Vec<Passenger> {
    let passenger = Passenger {
        first_name: "Dee".to_owned(),
        last_name: "Marlow".to_owned(),
        dob: "1999-09-09".to_owned(),
        rest: serde_json::Map::new(),
    };
    vec![passenger; count]
}

/// Payments by id and amount.
pub(super) fn payments(payments: &[(&str, i64)]) -> Vec<Payment> {
    let payment = |(id, amount): &(&str, i64)| Payment::new(id, Amount::Whole(*amount));
    payments.iter().map(payment).collect()
}
