//! Looking users and reservations up.
//!
//! Neither has a batch function: a batch never leaves its tenant, and this desk looks up one thing at a time, so that a
//! batch would be a wait for company that never comes.

use toolwright::{Context, tool};

use super::tenant;
use crate::airline::error::AirlineError;
use crate::airline::model::{Reservation, User};
use crate::airline::profile;
use crate::airline::store::Store;

/// Show a customer's profile: name, address, date of birth, ways to pay, frequent passengers, membership level and the
/// ids of all reservations.
#[tool(ttl = "10m", tenant_scoped, reads = "user/{user_id}")]
pub async fn get_user_details(
    #[context] context: &Context,
    #[state] store: Store,
    /// The customer's user id, which looks like `sara_doe_496`.
    user_id: String,
) -> Result<User, AirlineError> {
    store
        .read(tenant(context)?, move |rows| profile::user(rows, &user_id))
        .await
}

/// Show all that is known of a reservation: route, flights with prices, cabin, passengers, bags, insurance and every
/// payment.
#[tool(ttl = "10m", tenant_scoped, reads = "reservation/{reservation_id}")]
pub async fn get_reservation_details(
    #[context] context: &Context,
    #[state] store: Store,
    /// The reservation's id, six letters and digits such as `8JX2WO`.
    reservation_id: String,
) -> Result<Reservation, AirlineError> {
    store
        .read(tenant(context)?, move |rows| {
            profile::reservation(rows, &reservation_id)
        })
        .await
}
