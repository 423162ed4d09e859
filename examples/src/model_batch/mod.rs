//! A night's messages to the shop, sorted by a model through request files, at half the price.
//!
//! In reading order: what is asked ([`requests`]), a [`provider`] that answers over files, with all that can go wrong in
//! a real one, what comes back and is sent again ([`night`]), and how it is told ([`report`]).

pub mod night;
pub mod provider;
pub mod report;
pub mod requests;

pub use self::night::{Night, Round};
