//! Reading a data directory: `db/flights.json`, `db/reservations.json` and `db/users.json`, objects by id.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::error::AirlineError;
use super::model::{FlightDay, Reservation, User};
use super::rows::{RESERVATION, USER};

/// The base rows of the database.
#[derive(Debug, Clone)]
pub struct Data {
    flights: Vec<Flight>,
    users: InOrder,
    reservations: InOrder,
}

#[derive(Debug, Clone)]
struct Flight {
    number: String,
    origin: String,
    destination: String,
    departure: String,
    arrival: String,
    doc: Value,
    days: Map<String, Value>,
}

/// Why a data directory cannot be used.
#[derive(Debug)]
pub struct DataError {
    path: PathBuf,
    problem: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for DataError {}

impl Data {
    /// Reads the folder `db` of a data directory.
    ///
    /// # Errors
    /// A file is missing, is not JSON, or does not hold what it should; the error says which file and what.
    pub fn read(directory: &Path) -> Result<Self, DataError> {
        let db = directory.join("db");
        let flights = File::read(db.join("flights.json"))?;
        let mut users = File::read(db.join("users.json"))?;
        let reservations = File::read(db.join("reservations.json"))?;
        for (_, user) in &mut users.rows.0 {
            name_the_province(user);
        }
        users.check::<User>()?;
        reservations.check::<Reservation>()?;
        Ok(Self {
            flights: flights.flights()?,
            users: users.rows,
            reservations: reservations.rows,
        })
    }

    /// Writes the base rows into an empty database.
    pub(super) fn insert(&self, connection: &Connection) -> Result<(), AirlineError> {
        let mut row =
            connection.prepare("INSERT INTO base_row (kind, id, doc) VALUES (?1, ?2, ?3)")?;
        for (kind, rows) in [(USER, &self.users), (RESERVATION, &self.reservations)] {
            for (id, doc) in &rows.0 {
                row.execute(params![kind, id, doc.to_string()])?;
            }
        }
        let mut flight = connection.prepare(
            "INSERT INTO flight (number, position, origin, destination, departure, arrival, doc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let mut day = connection.prepare(
            "INSERT INTO flight_day (number, date, status, doc) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (position, from) in self.flights.iter().enumerate() {
            flight.execute(params![
                from.number,
                i64::try_from(position).unwrap_or(i64::MAX),
                from.origin,
                from.destination,
                from.departure,
                from.arrival,
                from.doc.to_string(),
            ])?;
            for (date, doc) in &from.days {
                let status = doc["status"].as_str().unwrap_or_default();
                day.execute(params![from.number, date, status, doc.to_string()])?;
            }
        }
        Ok(())
    }
}

/// The recorded tools call `province` what the users' file calls `state`.
fn name_the_province(user: &mut Value) {
    if let Some(address) = user.get_mut("address").and_then(Value::as_object_mut)
        && let Some(state) = address.remove("state")
    {
        address.entry("province").or_insert(state);
    }
}

/// One file of rows.
struct File {
    path: PathBuf,
    rows: InOrder,
}

/// The members of a JSON object as they stand in the file: searches list flights in the timetable's order.
#[derive(Debug, Clone)]
struct InOrder(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for InOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = InOrder;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of rows by id")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(InOrder(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl File {
    fn read(path: PathBuf) -> Result<Self, DataError> {
        let parsed = std::fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| {
                serde_json::from_str(&text).map_err(|error| format!("cannot be read: {error}"))
            });
        match parsed {
            Ok(rows) => Ok(Self { path, rows }),
            Err(problem) => Err(DataError { path, problem }),
        }
    }

    /// Finds a row that the tools could not read, before any tool runs.
    fn check<T: DeserializeOwned>(&self) -> Result<(), DataError> {
        for (id, row) in &self.rows.0 {
            T::deserialize(row).map_err(|error| self.error(id, &error))?;
        }
        Ok(())
    }

    fn flights(&self) -> Result<Vec<Flight>, DataError> {
        self.rows
            .0
            .iter()
            .map(|(number, row)| {
                let text = |field: &str| match row.get(field).and_then(Value::as_str) {
                    Some(text) => Ok(text.to_owned()),
                    None => Err(self.error(number, &format!("has no text `{field}`"))),
                };
                let mut doc = row.clone();
                let dates = doc.as_object_mut().and_then(|doc| doc.remove("dates"));
                let Some(Value::Object(days)) = dates else {
                    return Err(self.error(number, &"has no object `dates`"));
                };
                for (date, day) in &days {
                    FlightDay::deserialize(day)
                        .map_err(|error| self.error(number, &format!("on {date}: {error}")))?;
                }
                Ok(Flight {
                    number: number.clone(),
                    origin: text("origin")?,
                    destination: text("destination")?,
                    departure: text("scheduled_departure_time_est")?,
                    arrival: text("scheduled_arrival_time_est")?,
                    doc,
                    days,
                })
            })
            .collect()
    }

    fn error(&self, id: &str, problem: &dyn fmt::Display) -> DataError {
        DataError {
            path: self.path.clone(),
            problem: format!("row `{id}`: {problem}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: [&str; 3], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("db");
        std::fs::create_dir(&db).unwrap();
        for (name, text) in ["flights.json", "users.json", "reservations.json"]
            .iter()
            .zip(files)
        {
            std::fs::write(db.join(name), text).unwrap();
        }
        let error = Data::read(folder.path()).unwrap_err().to_string();
        let error = error
            .strip_prefix(&format!("{}/", db.display()))
            .unwrap_or(&error);
        assert!(error.starts_with(expected), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        check(
            ["{", "{}", "{}"],
            "flights.json: cannot be read: EOF while parsing",
        );
        check(
            ["[]", "{}", "{}"],
            "flights.json: cannot be read: invalid type: sequence, expected an object of rows by id",
        );
        check(
            [r#"{"F1": {}}"#, "{}", "{}"],
            "flights.json: row `F1`: has no object `dates`",
        );
        check(
            [r#"{"F1": {"dates": {}}}"#, "{}", "{}"],
            "flights.json: row `F1`: has no text `origin`",
        );
        check(
            ["{}", r#"{"u": 1}"#, "{}"],
            "users.json: row `u`: invalid type",
        );
        check(
            ["{}", r#"{"u": {"payment_methods": {}}}"#, "{}"],
            "users.json: row `u`: missing field `reservations`",
        );
        check(
            ["{}", "{}", r#"{"R": {}}"#],
            "reservations.json: row `R`: missing field `reservation_id`",
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Data::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("flights.json: No such file"), "{error}");
    }
}
