//! Booking a reservation.

use serde_json::Map;

use super::amount::{Amount, Count};
use super::choice::{Cabin, Insurance, TripType};
use super::error::AirlineError;
use super::model::{FlightChoice, Leg, Passenger, Payment, Reservation, Source, User, heads};
use super::profile;
use super::rows::Rows;
use super::timetable::{self, Departure};

/// What a passenger pays for travel insurance.
const INSURANCE: Amount = Amount::Whole(30);
/// What a checked bag costs that is not free.
pub(super) const BAG: Amount = Amount::Whole(50);
/// The airline's clock stands still.
const NOW: &str = "2024-05-15T15:00:00";
/// New reservations are `HATHAT`, `HATHAU` and so on.
const NEW_RESERVATION: &str = "HATHA";

/// A booking as it was asked for.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the reservation")]
pub struct Booking {
    pub user_id: String,
    pub origin: String,
    pub destination: String,
    pub flight_type: TripType,
    pub cabin: Cabin,
    pub flights: Vec<FlightChoice>,
    pub passengers: Vec<Passenger>,
    pub payment_methods: Vec<Payment>,
    pub total_baggages: Count,
    pub nonfree_baggages: Count,
    pub insurance: Insurance,
}

/// Books: the flights must have seats, and the payments must cover the price to the dollar.
///
/// Only the payments are taken. The seats stay as they are: the timetable learns of bookings later.
///
/// # Errors
/// The user, a flight or a payment method is not there, there are too few seats, too little money, or the payments are
/// not the price; the database failed.
pub fn book(rows: &Rows, booking: Booking) -> Result<Reservation, AirlineError> {
    let mut user = profile::user(rows, &booking.user_id)?;
    let reservation_id = new_reservation_id(rows)?;
    let heads = heads(&booking.passengers);
    let mut flights = Vec::with_capacity(booking.flights.len());
    for choice in booking.flights {
        flights.push(leg(rows, choice, booking.cabin, booking.passengers.len())?);
    }
    let mut price = flights.iter().map(|leg| leg.price * heads).sum::<Amount>();
    if booking.insurance == Insurance::Yes {
        price = price + INSURANCE * heads;
    }
    price = price + BAG * booking.nonfree_baggages.0;
    check_payments(&user, &booking.payment_methods, price)?;
    for payment in &booking.payment_methods {
        pay(&mut user, payment);
    }
    user.reservations.push(reservation_id.clone());
    let reservation = Reservation {
        reservation_id,
        user_id: booking.user_id,
        origin: booking.origin,
        destination: booking.destination,
        flight_type: booking.flight_type,
        cabin: booking.cabin,
        flights,
        passengers: booking.passengers,
        payment_history: booking.payment_methods,
        created_at: NOW.to_owned(),
        total_baggages: booking.total_baggages,
        nonfree_baggages: booking.nonfree_baggages,
        insurance: booking.insurance,
        status: None,
        rest: Map::new(),
    };
    rows.save_user(&reservation.user_id, &user)?;
    rows.save_reservation(&reservation.reservation_id, &reservation)?;
    Ok(reservation)
}

/// A chosen flight at today's price, if it can be booked for so many passengers.
pub(super) fn leg(
    rows: &Rows,
    choice: FlightChoice,
    cabin: Cabin,
    passengers: usize,
) -> Result<Leg, AirlineError> {
    let Departure {
        origin,
        destination,
        day,
    } = timetable::departure(rows.timetable(), &choice)?;
    let flight = choice.flight_number.clone();
    if day.status != "available" {
        return Err(AirlineError::FlightNotAvailable {
            flight,
            date: choice.date,
        });
    }
    let seats = day.available_seats.get(&cabin).copied().unwrap_or(0);
    if usize::try_from(seats).unwrap_or(0) < passengers {
        return Err(AirlineError::NotEnoughSeats { flight });
    }
    let price = day.prices.get(&cabin).copied().ok_or_else(|| {
        AirlineError::Store(format!(
            "flight {flight} has seats in a cabin without a price"
        ))
    })?;
    Ok(choice.leg(price, &origin, &destination))
}

fn check_payments(user: &User, payments: &[Payment], price: Amount) -> Result<(), AirlineError> {
    for Payment {
        payment_id, amount, ..
    } in payments
    {
        let payment_id = payment_id.clone();
        match user.payment_methods.get(&payment_id) {
            None => return Err(AirlineError::PaymentIdNotFound { payment_id }),
            Some(method) if method.limit().is_some_and(|limit| limit < *amount) => {
                return Err(AirlineError::NotEnoughBalance { payment_id });
            }
            Some(_) => {}
        }
    }
    let paid = payments
        .iter()
        .map(|payment| payment.amount)
        .sum::<Amount>();
    if paid == price {
        return Ok(());
    }
    Err(AirlineError::PaymentSum {
        price: price.to_string(),
        paid: paid.to_string(),
    })
}

/// Takes the amount from a gift card; uses a certificate up, whatever is left on it.
fn pay(user: &mut User, payment: &Payment) {
    let Some(method) = user.payment_methods.get_mut(&payment.payment_id) else {
        return;
    };
    method.take(payment.amount);
    if method.source == Source::Certificate {
        user.payment_methods.remove(&payment.payment_id);
    }
}

fn new_reservation_id(rows: &Rows) -> Result<String, AirlineError> {
    for letter in 'T'..='Z' {
        let id = format!("{NEW_RESERVATION}{letter}");
        if rows.reservation(&id)?.is_none() {
            return Ok(id);
        }
    }
    Err(AirlineError::NoReservationId)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airline::testing::{self, ADA, flights, passengers, with_rows};

    const DAY: &str = "2024-05-16";

    /// One passenger from Seattle to Boston in economy: 150 dollars.
    fn booking(payments: &[(&str, i64)]) -> Booking {
        Booking {
            user_id: ADA.to_owned(),
            origin: "SEA".to_owned(),
            destination: "BOS".to_owned(),
            flight_type: TripType::OneWay,
            cabin: Cabin::Economy,
            flights: flights(&[("TW330", DAY)]),
            passengers: passengers(1),
            payment_methods: testing::payments(payments),
            total_baggages: Count(Amount::ZERO),
            nonfree_baggages: Count(Amount::ZERO),
            insurance: Insurance::No,
        }
    }

    #[track_caller]
    fn check_refused(booking: Booking, expected: &str) {
        with_rows(|rows| {
            let before = profile::user(rows, ADA).unwrap();
            assert_eq!(book(rows, booking).unwrap_err().to_string(), expected);
            assert_eq!(profile::user(rows, ADA).unwrap(), before);
            assert_eq!(rows.reservation("HATHAT").unwrap(), None);
        });
    }

    #[test]
    fn a_booking_is_kept_and_paid_for() {
        with_rows(|rows| {
            let booked = book(
                rows,
                booking(&[("certificate_502", 90), ("gift_card_501", 60)]),
            )
            .unwrap();
            let shown = serde_json::to_value(&booked).unwrap();
            let expected = serde_json::json!({
                "reservation_id": "HATHAT", "user_id": ADA, "origin": "SEA", "destination": "BOS",
                "flight_type": "one_way", "cabin": "economy",
                "flights": [{"flight_number": "TW330", "date": DAY, "price": 150, "origin": "SEA", "destination": "BOS"}],
                "passengers": [{"first_name": "Dee", "last_name": "Marlow", "dob": "1999-09-09"}],
                "payment_history": [{"payment_id": "certificate_502", "amount": 90}, {"payment_id": "gift_card_501", "amount": 60}],
                "created_at": "2024-05-15T15:00:00", "total_baggages": 0, "nonfree_baggages": 0, "insurance": "no",
            });
            assert_eq!(shown, expected);
            assert_eq!(rows.reservation("HATHAT").unwrap(), Some(booked));
            let user = profile::user(rows, ADA).unwrap();
            assert_eq!(user.reservations, ["QW1ER2", "HATHAT"]);
            assert_eq!(
                user.payment_methods["gift_card_501"].amount,
                Some(Amount::Whole(140))
            );
            assert!(
                !user.payment_methods.contains_key("certificate_502"),
                "ten dollars are lost"
            );
        });
    }

    #[test]
    fn the_price_is_fares_insurance_and_bags() {
        let full = Booking {
            flights: flights(&[("TW110", DAY), ("TW225", DAY)]),
            passengers: passengers(2),
            nonfree_baggages: Count(Amount::Whole(3)),
            insurance: Insurance::Yes,
            ..booking(&[("credit_card_500", 1)])
        };
        // Twice 90 + 101 + 30, and thrice 50.
        check_refused(
            full,
            "payment amount does not add up, total price is 592, but paid 1",
        );
        let no_word_for_it = Booking {
            insurance: Insurance::Other("perhaps".to_owned()),
            ..booking(&[("credit_card_500", 1)])
        };
        check_refused(
            no_word_for_it,
            "payment amount does not add up, total price is 150, but paid 1",
        );
    }

    #[test]
    fn decimals_pay_as_well() {
        let mut decimal = booking(&[("credit_card_500", 100)]);
        decimal
            .payment_methods
            .push(Payment::new("gift_card_501", Amount::Decimal(49.5)));
        check_refused(
            decimal.clone(),
            "payment amount does not add up, total price is 150, but paid 149.5",
        );
        decimal.payment_methods[1].amount = Amount::Decimal(50.0);
        with_rows(|rows| {
            book(rows, decimal).unwrap();
            let user = profile::user(rows, ADA).unwrap();
            let left = user.payment_methods["gift_card_501"].amount.unwrap();
            assert_eq!(left.to_string(), "150.0");
        });
    }

    #[test]
    fn flights_must_be_there_and_have_seats() {
        let pay = [("credit_card_500", 150)];
        let with = |choice| Booking {
            flights: flights(&[choice]),
            ..booking(&pay)
        };
        check_refused(with(("TW404", DAY)), "flight TW404 not found");
        check_refused(
            with(("TW330", "2024-07-16")),
            "flight TW330 not found on date 2024-07-16",
        );
        check_refused(
            with(("TW330", "2024-05-15")),
            "flight TW330 not available on date 2024-05-15",
        );
        let many = Booking {
            passengers: passengers(5),
            ..booking(&pay)
        };
        check_refused(many, "not enough seats on flight TW330");
    }

    #[test]
    fn payments_must_be_the_users_and_have_the_money() {
        check_refused(
            booking(&[("credit_card_602", 150)]),
            "payment method credit_card_602 not found",
        );
        check_refused(
            booking(&[("gift_card_501", 201)]),
            "not enough balance in payment method gift_card_501",
        );
        check_refused(
            booking(&[("certificate_502", 150)]),
            "not enough balance in payment method certificate_502",
        );
        check_refused(
            booking(&[]),
            "payment amount does not add up, total price is 150, but paid 0",
        );
        let nobody = Booking {
            user_id: "nobody".to_owned(),
            ..booking(&[])
        };
        check_refused(nobody, "user not found");
    }

    #[test]
    fn ids_follow_each_other_until_there_are_none() {
        with_rows(|rows| {
            for id in [
                "HATHAT", "HATHAU", "HATHAV", "HATHAW", "HATHAX", "HATHAY", "HATHAZ",
            ] {
                let booked = book(rows, booking(&[("credit_card_500", 150)])).unwrap();
                assert_eq!(booked.reservation_id, id);
            }
            let full = book(rows, booking(&[("credit_card_500", 150)]));
            assert_eq!(full, Err(AirlineError::NoReservationId));
        });
    }

    #[test]
    fn seats_are_not_taken() {
        with_rows(|rows| {
            let before = timetable::direct(rows.timetable(), "SEA", "BOS", DAY).unwrap();
            book(rows, booking(&[("credit_card_500", 150)])).unwrap();
            assert_eq!(
                timetable::direct(rows.timetable(), "SEA", "BOS", DAY).unwrap(),
                before
            );
        });
    }

    #[test]
    fn what_came_with_a_flight_stays_with_it() {
        let mut odd = booking(&[("credit_card_500", 150)]);
        for (name, value) in [("origin", "XXX"), ("price", "cheap"), ("seat", "12A")] {
            odd.flights[0].rest.insert(name.to_owned(), value.into());
        }
        let booked = with_rows(|rows| book(rows, odd)).unwrap();
        let leg = serde_json::to_value(&booked.flights[0]).unwrap();
        let expected = serde_json::json!({
            "flight_number": "TW330", "date": DAY, "price": 150, "origin": "SEA", "destination": "BOS", "seat": "12A",
        });
        assert_eq!(leg, expected);
    }
}
