//! What the tools do with one row: look a user or a reservation up, send a certificate.

use std::ops::RangeInclusive;

use super::amount::Amount;
use super::error::AirlineError;
use super::model::{PaymentMethod, Reservation, Source, User};
use super::rows::Rows;

/// The numbers of the certificates that are sent: each user's first one has the first number.
const CERTIFICATES: RangeInclusive<u32> = 3_221_322..=9_999_999;

/// A user's profile.
///
/// # Errors
/// There is no such user; the database failed.
pub fn user(rows: &Rows, user_id: &str) -> Result<User, AirlineError> {
    rows.user(user_id)?.ok_or(AirlineError::UserNotFound)
}

/// A reservation, to be shown.
///
/// # Errors
/// There is no such reservation; the database failed.
pub fn reservation(rows: &Rows, reservation_id: &str) -> Result<Reservation, AirlineError> {
    rows.reservation(reservation_id)?
        .ok_or(AirlineError::DetailsNotFound)
}

/// Adds a certificate to a user's payment methods, and says so.
///
/// # Errors
/// There is no such user; the database failed.
pub fn send_certificate(
    rows: &Rows,
    user_id: &str,
    amount: Amount,
) -> Result<String, AirlineError> {
    let mut user = user(rows, user_id)?;
    let id = CERTIFICATES
        .map(|number| format!("certificate_{number}"))
        .find(|id| !user.payment_methods.contains_key(id))
        .ok_or(AirlineError::NoCertificateId)?;
    let certificate = PaymentMethod {
        id: id.clone(),
        source: Source::Certificate,
        amount: Some(amount),
        details: serde_json::Map::new(),
    };
    user.payment_methods.insert(id.clone(), certificate);
    rows.save_user(user_id, &user)?;
    Ok(format!(
        "Certificate {id} added to user {user_id} with amount {amount}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airline::testing::{ADA, with_rows};

    #[test]
    fn a_user_is_shown_with_a_province() {
        let user = with_rows(|rows| user(rows, ADA)).unwrap();
        assert_eq!(user.profile["address"]["province"], "WA");
        assert_eq!(user.profile["address"].get("state"), None);
        assert_eq!(
            user.payment_methods["gift_card_501"].amount,
            Some(Amount::Whole(200))
        );
    }

    #[test]
    fn who_is_not_there_is_not_found() {
        assert_eq!(
            with_rows(|rows| user(rows, "nobody")),
            Err(AirlineError::UserNotFound)
        );
        let missing = with_rows(|rows| reservation(rows, "NOSUCH")).unwrap_err();
        assert_eq!(missing.to_string(), "user not found");
    }

    #[test]
    fn each_certificate_has_an_id_of_its_own() {
        with_rows(|rows| {
            let said = send_certificate(rows, ADA, Amount::Whole(100)).unwrap();
            assert_eq!(
                said,
                "Certificate certificate_3221322 added to user ada_quill_1001 with amount 100."
            );
            let said = send_certificate(rows, ADA, Amount::Decimal(50.5)).unwrap();
            assert_eq!(
                said,
                "Certificate certificate_3221323 added to user ada_quill_1001 with amount 50.5."
            );
            let methods = user(rows, ADA).unwrap().payment_methods;
            let sent = serde_json::to_value(&methods["certificate_3221323"]).unwrap();
            let expected = serde_json::json!({"source": "certificate", "amount": 50.5, "id": "certificate_3221323"});
            assert_eq!(sent, expected);
            let missing = send_certificate(rows, "nobody", Amount::Whole(1));
            assert_eq!(missing, Err(AirlineError::UserNotFound));
        });
    }
}
