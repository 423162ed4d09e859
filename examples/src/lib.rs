//! Applications whose tools are declared with toolwright, over SQLite: a [`shop`] with customer-service agents, and an
//! [`airline`] whose agents were recorded and are replayed ([`replay`]).
//!
//! Read them to see how a whole application declares its tools; run them to see what the levers do.

pub mod airline;
pub mod replay;
pub mod shop;
