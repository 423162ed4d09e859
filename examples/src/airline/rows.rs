//! The rows that tenants change: one way to read them and one way to write them, both bound to one tenant.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::AirlineError;
use super::model::{Reservation, User};
use super::store::Tenant;

/// A row is looked for among the tenant's own copies, then among the base rows. No other tenant's rows are in reach.
const READ: &str = "
    SELECT doc FROM tenant_row WHERE tenant = ?1 AND kind = ?2 AND id = ?3
    UNION ALL
    SELECT doc FROM base_row WHERE kind = ?2 AND id = ?3
    LIMIT 1";

const WRITE: &str = "
    INSERT INTO tenant_row (tenant, kind, id, doc) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (tenant, kind, id) DO UPDATE SET doc = excluded.doc";

pub(super) const USER: &str = "user";
pub(super) const RESERVATION: &str = "reservation";

/// The users and reservations as one tenant sees them.
pub struct Rows<'a> {
    connection: &'a Connection,
    tenant: &'a Tenant,
}

impl<'a> Rows<'a> {
    /// What `tenant` sees through this connection.
    #[must_use]
    pub fn new(connection: &'a Connection, tenant: &'a Tenant) -> Self {
        Self { connection, tenant }
    }

    /// The connection, for what belongs to nobody.
    #[must_use]
    pub fn timetable(&self) -> &Connection {
        self.connection
    }

    /// A user.
    ///
    /// # Errors
    /// The database failed.
    pub fn user(&self, user_id: &str) -> Result<Option<User>, AirlineError> {
        self.row(USER, user_id)
    }

    /// A reservation.
    ///
    /// # Errors
    /// The database failed.
    pub fn reservation(&self, reservation_id: &str) -> Result<Option<Reservation>, AirlineError> {
        self.row(RESERVATION, reservation_id)
    }

    /// Keeps a user, for this tenant.
    ///
    /// # Errors
    /// The database failed.
    pub fn save_user(&self, user_id: &str, user: &User) -> Result<(), AirlineError> {
        self.save(USER, user_id, user)
    }

    /// Keeps a reservation, for this tenant.
    ///
    /// # Errors
    /// The database failed.
    pub fn save_reservation(
        &self,
        reservation_id: &str,
        reservation: &Reservation,
    ) -> Result<(), AirlineError> {
        self.save(RESERVATION, reservation_id, reservation)
    }

    fn row<T: DeserializeOwned>(&self, kind: &str, id: &str) -> Result<Option<T>, AirlineError> {
        let doc: Option<String> = self
            .connection
            .prepare_cached(READ)?
            .query_row(params![self.tenant.as_str(), kind, id], |row| row.get(0))
            .optional()?;
        Ok(doc.map(|doc| serde_json::from_str(&doc)).transpose()?)
    }

    fn save(&self, kind: &str, id: &str, row: &impl Serialize) -> Result<(), AirlineError> {
        let doc = serde_json::to_string(row)?;
        self.connection.prepare_cached(WRITE)?.execute(params![
            self.tenant.as_str(),
            kind,
            id,
            doc
        ])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airline::testing::{ADA, database};

    #[test]
    fn a_change_is_seen_by_its_tenant_alone() {
        let connection = database();
        let (one, two) = (Tenant::new("one"), Tenant::new("two"));
        let (one, two) = (Rows::new(&connection, &one), Rows::new(&connection, &two));
        let before = two.user(ADA).unwrap().unwrap();
        let mut changed = before.clone();
        changed.reservations.push("HATHAT".to_owned());
        one.save_user(ADA, &changed).unwrap();
        assert_eq!(one.user(ADA).unwrap(), Some(changed));
        assert_eq!(two.user(ADA).unwrap(), Some(before));
    }

    #[test]
    fn what_a_tenant_makes_is_not_there_for_others() {
        let connection = database();
        let (one, two) = (Tenant::new("one"), Tenant::new("two"));
        let (one, two) = (Rows::new(&connection, &one), Rows::new(&connection, &two));
        let mut made = one.reservation("QW1ER2").unwrap().unwrap();
        "HATHAT".clone_into(&mut made.reservation_id);
        one.save_reservation("HATHAT", &made).unwrap();
        assert_eq!(one.reservation("HATHAT").unwrap(), Some(made));
        assert_eq!(two.reservation("HATHAT").unwrap(), None);
    }

    #[test]
    fn no_name_of_a_tenant_reaches_further() {
        let connection = database();
        let owner = Tenant::new("acme");
        let rows = Rows::new(&connection, &owner);
        let mut changed = rows.user(ADA).unwrap().unwrap();
        changed.reservations.clear();
        rows.save_user(ADA, &changed).unwrap();
        for name in ["", "%", "acm_", "ACME", "acme ", "' OR 1=1 --", "acme\0"] {
            let tenant = Tenant::new(name);
            let seen = Rows::new(&connection, &tenant).user(ADA).unwrap().unwrap();
            assert_eq!(seen.reservations, ["QW1ER2"], "{name:?}");
        }
    }
}
