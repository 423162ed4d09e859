//! Changing a reservation: flights, bags, passengers, or all of it.

use super::amount::{Amount, Count};
use super::booking::{self, BAG};
use super::choice::Cabin;
use super::error::AirlineError;
use super::model::{FlightChoice, Passenger, Payment, Reservation, Source};
use super::profile;
use super::rows::Rows;

/// Replaces the flights of a reservation; the difference in price is charged or given back.
///
/// A flight that stays, in the cabin that was booked, keeps its price and needs no seats. The cabin of the reservation
/// is not rewritten: the recorded system leaves the one that was booked first.
///
/// # Errors
/// The reservation, a flight or the payment method is not there, there are too few seats or too little money, or a
/// certificate was to pay; the database failed.
pub fn flights(
    rows: &Rows,
    reservation_id: &str,
    cabin: Cabin,
    choices: Vec<FlightChoice>,
    payment_id: &str,
) -> Result<Reservation, AirlineError> {
    let mut reservation = existing(rows, reservation_id)?;
    let mut flights = Vec::with_capacity(choices.len());
    for choice in choices {
        let kept = reservation.flights.iter().find(|leg| {
            cabin == reservation.cabin
                && leg.flight_number == choice.flight_number
                && leg.date == choice.date
        });
        flights.push(match kept {
            Some(kept) => choice.leg(kept.price, &kept.origin, &kept.destination),
            None => booking::leg(rows, choice, cabin, reservation.passengers.len())?,
        });
    }
    let heads = reservation.heads();
    let new: Amount = flights.iter().map(|leg| leg.price * heads).sum();
    let old: Amount = reservation.flights.iter().map(|leg| leg.price).sum();
    charge(rows, &mut reservation, payment_id, new - old * heads)?;
    reservation.flights = flights;
    rows.save_reservation(reservation_id, &reservation)?;
    Ok(reservation)
}

/// Sets the numbers of bags; bags that are not free and were not paid for before are charged.
///
/// # Errors
/// The reservation or the payment method is not there, there is too little money, or a certificate was to pay; the
/// database failed.
pub fn baggages(
    rows: &Rows,
    reservation_id: &str,
    total: Count,
    nonfree: Count,
    payment_id: &str,
) -> Result<Reservation, AirlineError> {
    let mut reservation = existing(rows, reservation_id)?;
    let added = (nonfree.0 - reservation.nonfree_baggages.0).max(Amount::ZERO);
    charge(rows, &mut reservation, payment_id, BAG * added)?;
    reservation.total_baggages = total;
    reservation.nonfree_baggages = nonfree;
    rows.save_reservation(reservation_id, &reservation)?;
    Ok(reservation)
}

/// Replaces the passengers, as many as there were.
///
/// # Errors
/// The reservation is not there, or had another number of passengers; the database failed.
pub fn passengers(
    rows: &Rows,
    reservation_id: &str,
    passengers: Vec<Passenger>,
) -> Result<Reservation, AirlineError> {
    let mut reservation = existing(rows, reservation_id)?;
    if passengers.len() != reservation.passengers.len() {
        return Err(AirlineError::PassengerCount);
    }
    reservation.passengers = passengers;
    rows.save_reservation(reservation_id, &reservation)?;
    Ok(reservation)
}

/// Cancels: every payment so far is given back, and the reservation is marked.
///
/// The refunds arrive in days, so no gift card grows at once.
///
/// # Errors
/// The reservation is not there; the database failed.
pub fn cancel(rows: &Rows, reservation_id: &str) -> Result<Reservation, AirlineError> {
    let mut reservation = existing(rows, reservation_id)?;
    let refunds: Vec<Payment> = reservation
        .payment_history
        .iter()
        .map(|payment| Payment::new(&payment.payment_id, -payment.amount))
        .collect();
    reservation.payment_history.extend(refunds);
    reservation.status = Some("cancelled".to_owned());
    rows.save_reservation(reservation_id, &reservation)?;
    Ok(reservation)
}

fn existing(rows: &Rows, reservation_id: &str) -> Result<Reservation, AirlineError> {
    rows.reservation(reservation_id)?
        .ok_or(AirlineError::ReservationNotFound)
}

/// Takes the price of a change from a payment method, and writes it into the reservation's history.
fn charge(
    rows: &Rows,
    reservation: &mut Reservation,
    payment_id: &str,
    price: Amount,
) -> Result<(), AirlineError> {
    let user_id = &reservation.user_id;
    let mut user = profile::user(rows, user_id)?;
    let method = user
        .payment_methods
        .get_mut(payment_id)
        .ok_or(AirlineError::PaymentMethodNotFound)?;
    match method.source {
        Source::Certificate => return Err(AirlineError::CertificateRefused),
        Source::GiftCard if method.limit().is_some_and(|limit| limit < price) => {
            return Err(AirlineError::GiftCardBalance);
        }
        Source::CreditCard | Source::GiftCard => {}
    }
    if price.is_zero() {
        return Ok(());
    }
    if method.source == Source::GiftCard {
        method.take(price);
        rows.save_user(user_id, &user)?;
    }
    reservation
        .payment_history
        .push(Payment::new(payment_id, price));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airline::testing::{self, BO, with_rows};

    /// Two passengers in business, for 230 and 280 dollars each; nothing paid with a gift card.
    const BUSINESS: &str = "ZX9CV8";
    /// One passenger in basic economy, for 60 dollars, with one bag that was paid for.
    const BASIC: &str = "LK4JH5";

    fn gift_card(rows: &Rows) -> String {
        let user = profile::user(rows, BO).unwrap();
        user.payment_methods["gift_card_601"]
            .amount
            .unwrap()
            .to_string()
    }

    fn change(
        rows: &Rows,
        reservation_id: &str,
        cabin: Cabin,
        choices: &[(&str, &str)],
        payment_id: &str,
    ) -> Result<Reservation, String> {
        let choices = testing::flights(choices);
        flights(rows, reservation_id, cabin, choices, payment_id).map_err(|error| error.to_string())
    }

    fn last_payment(reservation: &Reservation) -> (String, String) {
        let payment = reservation.payment_history.last().unwrap();
        (payment.payment_id.clone(), payment.amount.to_string())
    }

    fn count(number: i64) -> Count {
        Count(Amount::Whole(number))
    }

    #[test]
    fn a_flight_that_stays_keeps_its_price() {
        with_rows(|rows| {
            let kept = [("TW110", "2024-05-17"), ("TW225", "2024-05-16")];
            let changed = change(rows, BUSINESS, Cabin::Business, &kept, "gift_card_601").unwrap();
            let prices: Vec<_> = changed
                .flights
                .iter()
                .map(|leg| leg.price.to_string())
                .collect();
            assert_eq!(
                prices,
                ["230", "260"],
                "the timetable has 222 for the first"
            );
            assert_eq!(
                last_payment(&changed),
                ("gift_card_601".to_owned(), "-40".to_owned())
            );
            assert_eq!(
                gift_card(rows),
                "100",
                "what is given back is there at once"
            );
            assert_eq!(rows.reservation(BUSINESS).unwrap(), Some(changed));
        });
    }

    #[test]
    fn no_difference_is_no_payment() {
        with_rows(|rows| {
            let before = rows.reservation(BUSINESS).unwrap().unwrap();
            let same = [("TW110", "2024-05-17"), ("TW225", "2024-05-17")];
            let changed = change(rows, BUSINESS, Cabin::Business, &same, "gift_card_601").unwrap();
            assert_eq!(changed.payment_history, before.payment_history);
            assert_eq!(changed.flights, before.flights);
            assert_eq!(gift_card(rows), "60");
        });
    }

    #[test]
    fn another_cabin_is_paid_for_and_not_written_down() {
        with_rows(|rows| {
            let same = [("TW110", "2024-05-17"), ("TW225", "2024-05-17")];
            let changed = change(rows, BUSINESS, Cabin::Economy, &same, "credit_card_602").unwrap();
            assert_eq!(changed.cabin, Cabin::Business);
            // Twice 95 + 119, instead of twice 230 + 280.
            assert_eq!(
                last_payment(&changed),
                ("credit_card_602".to_owned(), "-592".to_owned())
            );
        });
    }

    #[test]
    fn changes_are_refused_as_recorded() {
        with_rows(|rows| {
            let refused = |reservation, cabin, choice, payment, expected: &str| {
                let refusal = change(rows, reservation, cabin, &[choice], payment).unwrap_err();
                assert_eq!(refusal, expected);
            };
            let (cabin, stays) = (Cabin::BasicEconomy, ("TW660", "2024-05-18"));
            refused(
                "NOSUCH",
                cabin,
                stays,
                "credit_card_602",
                "reservation not found",
            );
            refused(
                BASIC,
                cabin,
                ("TW666", "2024-05-18"),
                "credit_card_602",
                "flight TW666 not found",
            );
            refused(
                BASIC,
                cabin,
                ("TW660", "2024-06-18"),
                "x",
                "flight TW660 not found on date 2024-06-18",
            );
            refused(
                BASIC,
                cabin,
                ("TW660", "2024-05-15"),
                "x",
                "flight TW660 not available on date 2024-05-15",
            );
            refused(
                BASIC,
                Cabin::Economy,
                ("TW770", "2024-05-16"),
                "x",
                "not enough seats on flight TW770",
            );
            refused(
                BASIC,
                cabin,
                stays,
                "credit_card_500",
                "payment method not found",
            );
            refused(
                BASIC,
                cabin,
                stays,
                "certificate_603",
                "certificate cannot be used to update reservation",
            );
            refused(
                BASIC,
                Cabin::Business,
                stays,
                "gift_card_601",
                "gift card balance is not enough",
            );
            assert_eq!(gift_card(rows), "60");
        });
    }

    #[test]
    fn only_bags_that_are_new_and_not_free_cost() {
        with_rows(|rows| {
            let changed = baggages(rows, BASIC, count(3), count(2), "gift_card_601").unwrap();
            assert_eq!(
                last_payment(&changed),
                ("gift_card_601".to_owned(), "50".to_owned())
            );
            assert_eq!(
                (changed.total_baggages, changed.nonfree_baggages),
                (count(3), count(2))
            );
            assert_eq!(gift_card(rows), "10");
            let fewer = baggages(rows, BASIC, count(3), count(0), "gift_card_601").unwrap();
            assert_eq!(fewer.payment_history, changed.payment_history);
            assert_eq!(fewer.nonfree_baggages, count(0));
        });
    }

    #[test]
    fn bags_are_refused_as_recorded() {
        with_rows(|rows| {
            let refused = |reservation, nonfree, payment| {
                baggages(rows, reservation, count(9), count(nonfree), payment).unwrap_err()
            };
            assert_eq!(
                refused("NOSUCH", 1, "credit_card_602"),
                AirlineError::ReservationNotFound
            );
            assert_eq!(
                refused(BASIC, 1, "credit_card_500"),
                AirlineError::PaymentMethodNotFound
            );
            assert_eq!(
                refused(BASIC, 1, "certificate_603"),
                AirlineError::CertificateRefused
            );
            assert_eq!(
                refused(BASIC, 3, "gift_card_601"),
                AirlineError::GiftCardBalance
            );
            let after = rows.reservation(BASIC).unwrap().unwrap();
            assert_eq!(after.total_baggages, count(1));
        });
    }

    #[test]
    fn passengers_are_renamed_not_counted_anew() {
        with_rows(|rows| {
            let renamed = passengers(rows, BASIC, testing::passengers(1)).unwrap();
            assert_eq!(renamed.passengers, testing::passengers(1));
            assert_eq!(rows.reservation(BASIC).unwrap(), Some(renamed));
            let refused =
                |id, number| passengers(rows, id, testing::passengers(number)).unwrap_err();
            assert_eq!(refused(BASIC, 2), AirlineError::PassengerCount);
            assert_eq!(refused(BASIC, 0), AirlineError::PassengerCount);
            assert_eq!(refused("NOSUCH", 1), AirlineError::ReservationNotFound);
        });
    }

    #[test]
    fn cancelling_gives_every_payment_back() {
        with_rows(|rows| {
            baggages(rows, BASIC, count(2), count(2), "gift_card_601").unwrap();
            let cancelled = cancel(rows, BASIC).unwrap();
            let history: Vec<_> = cancelled
                .payment_history
                .iter()
                .map(|p| p.amount.to_string())
                .collect();
            assert_eq!(history, ["110", "50", "-110", "-50"]);
            assert_eq!(cancelled.status.as_deref(), Some("cancelled"));
            assert_eq!(gift_card(rows), "10", "a refund takes days");
            let again = cancel(rows, BASIC).unwrap();
            assert_eq!(again.payment_history.len(), 8);
            assert_eq!(
                cancel(rows, "NOSUCH"),
                Err(AirlineError::ReservationNotFound)
            );
        });
    }
}
