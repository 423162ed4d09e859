//! One connection as the queries see it: every statement is a counted, delayed round trip.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Params, Row};

use crate::shop::error::ShopError;

/// A connection on loan from the pool, for the length of one query or change.
#[derive(Debug)]
pub struct Link<'a> {
    connection: &'a Connection,
    round_trips: &'a AtomicU64,
    latency: Duration,
}

impl<'a> Link<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        round_trips: &'a AtomicU64,
        latency: Duration,
    ) -> Self {
        Self {
            connection,
            round_trips,
            latency,
        }
    }

    /// Sends one statement and reads all of its rows.
    ///
    /// # Errors
    ///
    /// When the database refuses the statement, or a row does not read as `T`.
    pub fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, ShopError> {
        self.round_trip();
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Sends one statement and reads its first row, if it has one.
    ///
    /// # Errors
    ///
    /// When the database refuses the statement, or the row does not read as `T`.
    pub fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, ShopError> {
        Ok(self.rows(sql, params, read)?.into_iter().next())
    }

    /// Sends one statement that answers nothing.
    ///
    /// # Errors
    ///
    /// When the database refuses the statement.
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<(), ShopError> {
        self.round_trip();
        self.connection.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    /// Runs `change` between `BEGIN` and `COMMIT`, or `ROLLBACK` if it fails.
    pub(super) fn transaction<T>(
        &self,
        change: impl FnOnce(&Self) -> Result<T, ShopError>,
    ) -> Result<T, ShopError> {
        self.execute("BEGIN IMMEDIATE", [])?;
        match change(self) {
            Ok(done) => {
                self.execute("COMMIT", [])?;
                Ok(done)
            }
            Err(error) => {
                self.execute("ROLLBACK", [])?;
                Err(error)
            }
        }
    }

    fn round_trip(&self) {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        if !self.latency.is_zero() {
            thread::sleep(self.latency);
        }
    }
}
