//! Why a tool of the airline refuses: one clause a refusal, in the words of the recorded system.

use std::fmt;

/// Why a call of an airline tool came to nothing. Nothing was changed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AirlineError {
    /// Nobody has this user id.
    UserNotFound,
    /// No reservation has this id.
    ReservationNotFound,
    /// What `get_reservation_details` says when no reservation has this id.
    DetailsNotFound,
    /// The timetable has no such flight.
    FlightNotFound {
        /// The flight's number.
        flight: String,
    },
    /// The flight does not exist on this date.
    DateNotFound {
        /// The flight's number.
        flight: String,
        /// The date asked for.
        date: String,
    },
    /// The flight cannot be booked on this date: it has left, is about to leave, or was cancelled.
    FlightNotAvailable {
        /// The flight's number.
        flight: String,
        /// The date asked for.
        date: String,
    },
    /// The cabin has fewer seats left than there are passengers.
    NotEnoughSeats {
        /// The flight's number.
        flight: String,
    },
    /// A booking names a payment method that is not in the user's profile.
    PaymentIdNotFound {
        /// The payment method.
        payment_id: String,
    },
    /// A change names a payment method that is not in the user's profile.
    PaymentMethodNotFound,
    /// A booking takes more from a gift card or a certificate than is on it.
    NotEnoughBalance {
        /// The payment method.
        payment_id: String,
    },
    /// A change costs more than is on the gift card.
    GiftCardBalance,
    /// Certificates pay for bookings, never for changes.
    CertificateRefused,
    /// The payments of a booking are not its price.
    PaymentSum {
        /// What the booking costs.
        price: String,
        /// What the payments add up to.
        paid: String,
    },
    /// A change may rename passengers, not add or remove them.
    PassengerCount,
    /// Every id for a new reservation is taken.
    NoReservationId,
    /// Every id for a certificate is taken.
    NoCertificateId,
    /// A tool was called for nobody.
    NoTenant,
    /// An expression that has no value.
    Expression(String),
    /// The database failed.
    Store(String),
}

impl fmt::Display for AirlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Both look-ups answer an id that is not there with the same words.
            Self::UserNotFound | Self::DetailsNotFound => f.write_str("user not found"),
            Self::ReservationNotFound => f.write_str("reservation not found"),
            Self::FlightNotFound { flight } => write!(f, "flight {flight} not found"),
            Self::DateNotFound { flight, date } => {
                write!(f, "flight {flight} not found on date {date}")
            }
            Self::FlightNotAvailable { flight, date } => {
                write!(f, "flight {flight} not available on date {date}")
            }
            Self::NotEnoughSeats { flight } => write!(f, "not enough seats on flight {flight}"),
            Self::PaymentIdNotFound { payment_id } => {
                write!(f, "payment method {payment_id} not found")
            }
            Self::PaymentMethodNotFound => f.write_str("payment method not found"),
            Self::NotEnoughBalance { payment_id } => {
                write!(f, "not enough balance in payment method {payment_id}")
            }
            Self::GiftCardBalance => f.write_str("gift card balance is not enough"),
            Self::CertificateRefused => {
                f.write_str("certificate cannot be used to update reservation")
            }
            Self::PaymentSum { price, paid } => write!(
                f,
                "payment amount does not add up, total price is {price}, but paid {paid}"
            ),
            Self::PassengerCount => f.write_str("number of passengers does not match"),
            Self::NoReservationId => f.write_str("no reservation id is left"),
            Self::NoCertificateId => f.write_str("no certificate id is left"),
            Self::NoTenant => f.write_str("this call is for no tenant"),
            Self::Expression(message) => f.write_str(message),
            Self::Store(message) => write!(f, "the database failed: {message}"),
        }
    }
}

impl std::error::Error for AirlineError {}

impl From<rusqlite::Error> for AirlineError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<serde_json::Error> for AirlineError {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(format!("a stored row is not what it should be: {error}"))
    }
}
