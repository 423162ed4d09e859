//! What can go wrong in the shop, in words that a model can act on.

use std::fmt;
use std::sync::Arc;

use super::generator::words::DESTINATIONS;

/// Why a tool of the shop could not answer.
///
/// The text is all that a model sees, so each says what was wrong and what a right call looks like.
/// What the database said is kept as the source, for logs, and not shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ShopError {
    /// No order has this id in the tenant's shop.
    NoOrder(String),
    /// No customer has this id in the tenant's shop.
    NoCustomer(String),
    /// The order was not handed to a carrier yet, or never will be.
    NotShipped(String),
    /// The order belongs to somebody else than the customer named.
    NotTheirs {
        /// The order.
        order_id: String,
        /// The customer named in the call.
        customer_id: String,
    },
    /// The order is in a state that cannot be refunded.
    NotRefundable {
        /// The order.
        order_id: String,
        /// Its state.
        status: String,
    },
    /// The shop does not deliver there.
    NoDestination(String),
    /// An argument is outside of what is allowed.
    OutOfRange {
        /// The argument.
        argument: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The session names no tenant, so there is no shop to look in.
    NoTenant,
    /// The database did not answer.
    Database(Arc<rusqlite::Error>),
    /// The task that talked to the database did not finish.
    Interrupted,
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOrder(id) => {
                write!(f, "no order `{id}`: order ids look like `A-10234`")
            }
            Self::NoCustomer(id) => {
                write!(f, "no customer `{id}`: customer ids look like `C-1042`")
            }
            Self::NotShipped(id) => write!(
                f,
                "order `{id}` has no shipment: look its status up with `lookup_order`"
            ),
            Self::NotTheirs {
                order_id,
                customer_id,
            } => write!(
                f,
                "order `{order_id}` does not belong to customer `{customer_id}`: \
                 take the customer_id that `lookup_order` gives"
            ),
            Self::NotRefundable { order_id, status } => write!(
                f,
                "order `{order_id}` is {status}: only processing, shipped and delivered orders can be refunded"
            ),
            Self::NoDestination(code) => write!(
                f,
                "no delivery to `{code}`: destinations are {}",
                DESTINATIONS.join(", ")
            ),
            Self::OutOfRange { argument, allowed } => {
                write!(f, "`{argument}` must be {allowed}")
            }
            Self::NoTenant => write!(f, "this session belongs to no shop"),
            Self::Database(_) => write!(f, "the shop's database did not answer: try again"),
            Self::Interrupted => write!(f, "the lookup was interrupted: try again"),
        }
    }
}

impl std::error::Error for ShopError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(cause) => Some(&**cause),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for ShopError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Database(Arc::new(cause))
    }
}
