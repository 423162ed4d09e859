//! The tools of an airline's service desk, over SQLite: look up, search, book, change, cancel.

pub mod booking;
pub mod calculate;
pub mod change;
pub mod profile;
pub mod timetable;
pub mod tools;

mod amount;
mod choice;
mod cities;
mod data;
mod error;
mod model;
mod rows;
mod store;
#[cfg(test)]
mod testing;

pub use self::amount::{Amount, Count};
pub use self::choice::{Cabin, Insurance, TripType};
pub use self::data::{Data, DataError};
pub use self::error::AirlineError;
pub use self::model::{
    FlightChoice, FlightDay, Leg, Passenger, Payment, PaymentMethod, Reservation, Source, User,
};
pub use self::rows::Rows;
pub use self::store::{Store, Tenant};
