//! The timetable: which flights there are, and what is left on them. Nothing in this domain changes it.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value};

use super::cities;
use super::error::AirlineError;
use super::model::{FlightChoice, FlightDay};

/// A flight as a search shows it: the flight and its day in one object.
pub type Offer = Map<String, Value>;

const DIRECT: &str = "
    SELECT flight.doc, day.doc FROM flight JOIN flight_day AS day ON day.number = flight.number
    WHERE flight.origin = ?1 AND flight.destination = ?2 AND day.date = ?3 AND day.status = 'available'
    ORDER BY flight.position";

/// The second flight leaves on the day when the first one lands, which an arrival with `+1` shifts by one. On that day
/// both must be available; seats and prices of the second flight are nevertheless those of the day of the search, as in
/// the recorded system.
const ONE_STOP: &str = "
    SELECT first.doc, first_day.doc, second.doc, shown.doc, second_day.date
    FROM flight AS first
    JOIN flight_day AS first_day ON first_day.number = first.number AND first_day.date = ?3
    JOIN flight AS second ON second.origin = first.destination AND second.destination = ?2
    JOIN flight_day AS second_day ON second_day.number = second.number
        AND second_day.date = CASE WHEN instr(first.arrival, '+1') THEN date(?3, '+1 day') ELSE ?3 END
    JOIN flight_day AS shown ON shown.number = second.number AND shown.date = ?3
    WHERE first.origin = ?1 AND first.arrival <= second.departure
        AND first_day.status = 'available' AND second_day.status = 'available'
    ORDER BY first.position, second.position";

/// The flights that go from one airport to the other without a stop and can be booked on `date`.
///
/// # Errors
/// The database failed.
pub fn direct(
    connection: &Connection,
    origin: &str,
    destination: &str,
    date: &str,
) -> Result<Vec<Offer>, AirlineError> {
    let mut statement = connection.prepare_cached(DIRECT)?;
    let mut rows = statement.query(params![origin, destination, date])?;
    let mut offers = Vec::new();
    while let Some(row) = rows.next()? {
        offers.push(offer(row, 0)?);
    }
    Ok(offers)
}

/// The pairs of flights that go from one airport to the other with one change and can be booked for `date`.
///
/// # Errors
/// The database failed.
pub fn one_stop(
    connection: &Connection,
    origin: &str,
    destination: &str,
    date: &str,
) -> Result<Vec<[Offer; 2]>, AirlineError> {
    let mut statement = connection.prepare_cached(ONE_STOP)?;
    let mut rows = statement.query(params![origin, destination, date])?;
    let mut offers = Vec::new();
    while let Some(row) = rows.next()? {
        let (mut first, mut second) = (offer(row, 0)?, offer(row, 2)?);
        first.insert("date".to_owned(), date.into());
        second.insert("date".to_owned(), row.get::<_, String>(4)?.into());
        offers.push([first, second]);
    }
    Ok(offers)
}

/// The airports that the timetable serves, with the names of their cities.
///
/// # Errors
/// The database failed.
pub fn airports(connection: &Connection) -> Result<BTreeMap<String, String>, AirlineError> {
    let mut statement = connection
        .prepare_cached("SELECT origin FROM flight UNION SELECT destination FROM flight")?;
    let codes = statement.query_map([], |row| row.get::<_, String>(0))?;
    codes
        .map(|code| {
            let code = code?;
            let city = cities::city(&code).unwrap_or(&code).to_owned();
            Ok((code, city))
        })
        .collect()
}

/// A flight that was chosen by number and date.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// Where it departs.
    pub origin: String,
    /// Where it lands.
    pub destination: String,
    /// The seats and prices of the day.
    pub day: FlightDay,
}

/// Finds a chosen flight.
///
/// # Errors
/// The timetable has no such flight, or not on this date; the database failed.
pub fn departure(
    connection: &Connection,
    choice: &FlightChoice,
) -> Result<Departure, AirlineError> {
    let FlightChoice {
        flight_number,
        date,
        ..
    } = choice;
    let (origin, destination, day): (String, String, Option<String>) = connection
        .prepare_cached(
            "SELECT origin, destination, (SELECT doc FROM flight_day WHERE number = ?1 AND date = ?2)
             FROM flight WHERE number = ?1",
        )?
        .query_row(params![flight_number, date], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?
        .ok_or_else(|| AirlineError::FlightNotFound {
            flight: flight_number.clone(),
        })?;
    let day = day.ok_or_else(|| AirlineError::DateNotFound {
        flight: flight_number.clone(),
        date: date.clone(),
    })?;
    Ok(Departure {
        origin,
        destination,
        day: serde_json::from_str(&day)?,
    })
}

/// The documents of a flight and of its day, in this column and the next, as one.
fn offer(row: &Row<'_>, column: usize) -> Result<Offer, AirlineError> {
    let mut offer: Offer = serde_json::from_str(&row.get::<_, String>(column)?)?;
    let day: Offer = serde_json::from_str(&row.get::<_, String>(column + 1)?)?;
    offer.extend(day);
    Ok(offer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airline::testing::{database, flights};

    fn numbers(offers: &[Offer]) -> Vec<&str> {
        offers
            .iter()
            .map(|offer| offer["flight_number"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn a_direct_flight_is_offered_with_its_day() {
        let offers = direct(&database(), "SEA", "DEN", "2024-05-16").unwrap();
        assert_eq!(numbers(&offers), ["TW110", "TW440"]);
        let expected = serde_json::json!({
            "flight_number": "TW110", "origin": "SEA", "destination": "DEN",
            "scheduled_departure_time_est": "08:00:00", "scheduled_arrival_time_est": "11:00:00",
            "status": "available",
            "available_seats": {"basic_economy": 5, "economy": 8, "business": 3},
            "prices": {"basic_economy": 41, "economy": 90, "business": 210},
        });
        assert_eq!(Value::Object(offers[0].clone()), expected);
    }

    #[test]
    fn only_what_can_be_booked_is_offered() {
        let database = database();
        for date in [
            "2024-05-14",
            "2024-05-15",
            "2024-05-19",
            "",
            "tomorrow",
            "now",
        ] {
            assert_eq!(
                direct(&database, "SEA", "BOS", date).unwrap(),
                Vec::<Offer>::new(),
                "{date}"
            );
            assert!(
                one_stop(&database, "SEA", "BOS", date).unwrap().is_empty(),
                "{date}"
            );
        }
        assert!(
            direct(&database, "BOS", "DEN", "2024-05-16")
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_change_of_planes_takes_no_time_machine() {
        let offers = one_stop(&database(), "SEA", "BOS", "2024-05-16").unwrap();
        let pairs: Vec<_> = offers.iter().map(|pair| numbers(pair)).collect();
        // TW215 leaves at 06:00, so only who lands at 01:00 of that day can take it.
        assert_eq!(
            pairs,
            [["TW110", "TW225"], ["TW440", "TW225"], ["TW440", "TW215"]]
        );
        assert_eq!(offers[0][1]["date"], "2024-05-16");
    }

    #[test]
    fn a_flight_after_midnight_is_shown_as_recorded() {
        let offers = one_stop(&database(), "SEA", "BOS", "2024-05-16").unwrap();
        let [first, second] = &offers[1];
        assert_eq!(
            (&first["date"], &second["date"]),
            (&"2024-05-16".into(), &"2024-05-17".into())
        );
        // The date is the next day's, the seats and prices are those of the day of the search.
        assert_eq!(second["prices"]["economy"], 101);
        let last_day = one_stop(&database(), "SEA", "BOS", "2024-05-18").unwrap();
        assert_eq!(last_day.len(), 1, "nothing is known of the day after");
    }

    #[test]
    fn airports_have_cities_where_they_are_known() {
        let airports = airports(&database()).unwrap();
        let expected = [
            ("BOS", "Boston"),
            ("DEN", "Denver"),
            ("QQT", "QQT"),
            ("SEA", "Seattle"),
        ];
        assert_eq!(
            airports,
            expected
                .map(|(code, city)| (code.to_owned(), city.to_owned()))
                .into()
        );
    }

    #[test]
    fn a_choice_is_found_or_named() {
        let database = database();
        let found = |flight, date| {
            let choice = flights(&[(flight, date)]).remove(0);
            departure(&database, &choice)
                .map(|departure| departure.day.status)
                .map_err(|e| e.to_string())
        };
        assert_eq!(found("TW330", "2024-05-16"), Ok("available".to_owned()));
        assert_eq!(found("TW330", "2024-05-15"), Ok("delayed".to_owned()));
        assert_eq!(
            found("TW331", "2024-05-16"),
            Err("flight TW331 not found".to_owned())
        );
        assert_eq!(
            found("TW330", "2025-05-16"),
            Err("flight TW330 not found on date 2025-05-16".to_owned())
        );
    }
}
