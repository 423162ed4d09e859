//! The database: SQLite in a temporary file, a small pool of connections, and a count of the round trips.
//!
//! The base rows are stored once. A tenant that changes a user or a reservation gets a copy of its own, and every read
//! and write of such a row goes through [`Rows`], which binds the tenant.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use super::data::Data;
use super::error::AirlineError;
use super::rows::Rows;

/// How many connections work at once.
const CONNECTIONS: usize = 4;
/// How long a writer waits for another one.
const BUSY: Duration = Duration::from_secs(30);

const SCHEMA: &str = "
    CREATE TABLE flight (
        number TEXT PRIMARY KEY, position INTEGER NOT NULL, origin TEXT NOT NULL, destination TEXT NOT NULL,
        departure TEXT NOT NULL, arrival TEXT NOT NULL, doc TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX flight_by_origin ON flight (origin, destination);
    CREATE TABLE flight_day (
        number TEXT NOT NULL, date TEXT NOT NULL, status TEXT NOT NULL, doc TEXT NOT NULL,
        PRIMARY KEY (number, date)
    ) WITHOUT ROWID;
    CREATE TABLE base_row (
        kind TEXT NOT NULL, id TEXT NOT NULL, doc TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
    CREATE TABLE tenant_row (
        tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, doc TEXT NOT NULL,
        PRIMARY KEY (tenant, kind, id)
    ) WITHOUT ROWID;
";

/// The airline's database, as a tool's shared state. It is removed when the last copy of this handle goes.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    // Before the folder: the connections close before their file goes.
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    round_trips: AtomicU64,
    latency: Duration,
    _folder: TempDir,
}

impl Store {
    /// A fresh database that holds `data`; every round trip to it takes `latency` more than SQLite itself does.
    ///
    /// # Errors
    /// The temporary file cannot be made or filled.
    pub fn create(data: &Data, latency: Duration) -> Result<Self, AirlineError> {
        let folder = tempfile::Builder::new()
            .prefix("airline-")
            .tempdir()
            .map_err(|error| AirlineError::Store(error.to_string()))?;
        let path = folder.path().join("airline.db");
        let mut first = open(&path)?;
        fill(&mut first, data)?;
        let mut idle = vec![first];
        while idle.len() < CONNECTIONS {
            idle.push(open(&path)?);
        }
        Ok(Self {
            inner: Arc::new(Inner {
                idle: Mutex::new(idle),
                permits: Arc::new(Semaphore::new(CONNECTIONS)),
                round_trips: AtomicU64::new(0),
                latency,
                _folder: folder,
            }),
        })
    }

    /// How often the database was asked since it was made.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.inner.round_trips.load(Ordering::Relaxed)
    }

    /// One round trip that looks at what belongs to nobody: the timetable.
    ///
    /// # Errors
    /// Those of `ask`, and the database's own.
    pub async fn look_up<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, AirlineError> + Send + 'static,
    ) -> Result<T, AirlineError> {
        self.round_trip(TransactionBehavior::Deferred, move |transaction| {
            ask(transaction)
        })
        .await
    }

    /// One round trip that looks at a tenant's rows.
    ///
    /// # Errors
    /// Those of `ask`, and the database's own.
    pub async fn read<T: Send + 'static>(
        &self,
        tenant: Tenant,
        ask: impl FnOnce(&Rows) -> Result<T, AirlineError> + Send + 'static,
    ) -> Result<T, AirlineError> {
        self.round_trip(TransactionBehavior::Deferred, move |transaction| {
            ask(&Rows::new(transaction, &tenant))
        })
        .await
    }

    /// One round trip that changes a tenant's rows: all that `change` does, or, if it fails, nothing.
    ///
    /// # Errors
    /// Those of `change`, and the database's own.
    pub async fn write<T: Send + 'static>(
        &self,
        tenant: Tenant,
        change: impl FnOnce(&Rows) -> Result<T, AirlineError> + Send + 'static,
    ) -> Result<T, AirlineError> {
        self.round_trip(TransactionBehavior::Immediate, move |transaction| {
            change(&Rows::new(transaction, &tenant))
        })
        .await
    }

    async fn round_trip<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction) -> Result<T, AirlineError> + Send + 'static,
    ) -> Result<T, AirlineError> {
        let inner = Arc::clone(&self.inner);
        inner.round_trips.fetch_add(1, Ordering::Relaxed);
        // The way there and back is not the database's work, so no connection is held for it.
        if !inner.latency.is_zero() {
            tokio::time::sleep(inner.latency).await;
        }
        let permit = Arc::clone(&inner.permits)
            .acquire_owned()
            .await
            .map_err(|error| AirlineError::Store(error.to_string()))?;
        let work = tokio::task::spawn_blocking(move || {
            let mut lease = Lease::of(&inner)?;
            let transaction = lease.connection()?.transaction_with_behavior(behavior)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            drop(lease);
            drop(permit);
            Ok(result)
        });
        work.await
            .map_err(|error| AirlineError::Store(error.to_string()))?
    }
}

/// A connection that goes back to the pool, whatever becomes of the work.
struct Lease<'a> {
    inner: &'a Inner,
    connection: Option<Connection>,
}

impl<'a> Lease<'a> {
    fn of(inner: &'a Inner) -> Result<Self, AirlineError> {
        let connection = inner
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match connection {
            Some(_) => Ok(Self { inner, connection }),
            None => Err(AirlineError::Store("no connection is free".to_owned())),
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, AirlineError> {
        self.connection
            .as_mut()
            .ok_or_else(|| AirlineError::Store("no connection is free".to_owned()))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.inner
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(self.connection.take());
    }
}

/// The name of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant(String);

impl Tenant {
    /// The tenant of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes the tables of an empty database and puts the base rows into them.
pub(super) fn fill(connection: &mut Connection, data: &Data) -> Result<(), AirlineError> {
    connection.execute_batch(SCHEMA)?;
    let filling = connection.transaction()?;
    data.insert(&filling)?;
    Ok(filling.commit()?)
}

fn open(path: &Path) -> Result<Connection, AirlineError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    // The file lives as long as the process: nothing in it needs to survive a crash.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::airline::amount::Amount;
    use crate::airline::{change, profile, testing};

    fn store() -> Store {
        Store::create(&testing::data(), Duration::ZERO).unwrap()
    }

    fn tenant(name: &str) -> Tenant {
        Tenant::new(name)
    }

    async fn certificates(store: &Store, tenant: &str) -> usize {
        let user = store
            .read(Tenant::new(tenant), |rows| {
                profile::user(rows, testing::ADA)
            })
            .await
            .unwrap();
        let is_certificate = |id: &&String| id.starts_with("certificate");
        user.payment_methods.keys().filter(is_certificate).count()
    }

    #[tokio::test]
    async fn every_trip_is_counted_and_takes_its_time() {
        let store = Store::create(&testing::data(), Duration::from_millis(20)).unwrap();
        let started = std::time::Instant::now();
        assert_eq!(certificates(&store, "one").await, 2);
        assert_eq!(certificates(&store, "two").await, 2);
        assert_eq!(store.round_trips(), 2);
        assert!(started.elapsed() >= Duration::from_millis(40));
    }

    #[tokio::test]
    async fn a_change_that_fails_changes_nothing() {
        let store = store();
        let failed: Result<(), _> = store
            .write(tenant("one"), |rows| {
                profile::send_certificate(rows, testing::ADA, Amount::Whole(50))?;
                Err(AirlineError::GiftCardBalance)
            })
            .await;
        assert_eq!(failed, Err(AirlineError::GiftCardBalance));
        assert_eq!(certificates(&store, "one").await, 2);
    }

    #[tokio::test]
    async fn work_that_panics_costs_no_connection() {
        let store = store();
        for _ in 0..2 * CONNECTIONS {
            let broken = store.read(tenant("one"), |_| -> Result<(), _> { panic!("on purpose") });
            assert!(matches!(broken.await, Err(AirlineError::Store(_))));
        }
        assert_eq!(certificates(&store, "one").await, 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn tenants_at_once_see_only_their_own_changes() {
        let store = store();
        let mut desks = tokio::task::JoinSet::new();
        for number in 0..24_usize {
            let store = store.clone();
            desks.spawn(async move {
                let name = format!("desk {number}");
                for _ in 0..number % 4 {
                    store
                        .write(tenant(&name), |rows| {
                            change::cancel(rows, "QW1ER2")?;
                            profile::send_certificate(rows, testing::ADA, Amount::Whole(50))
                        })
                        .await
                        .unwrap();
                }
                let history = store
                    .read(tenant(&name), |rows| {
                        Ok(profile::reservation(rows, "QW1ER2")?.payment_history.len())
                    })
                    .await
                    .unwrap();
                (number % 4, certificates(&store, &name).await, history)
            });
        }
        while let Some(desk) = desks.join_next().await {
            let (changes, certificates, history) = desk.unwrap();
            assert_eq!(certificates, 2 + changes);
            assert_eq!(history, 1 << changes, "each cancelling doubles the history");
        }
        assert_eq!(certificates(&store, "nobody").await, 2);
    }

    #[tokio::test]
    async fn the_file_goes_with_the_store() {
        let store = store();
        let file = store.inner.idle.lock().unwrap()[0]
            .path()
            .map(PathBuf::from);
        let folder = file.unwrap().parent().unwrap().to_owned();
        let copy = store.clone();
        drop(store);
        assert!(folder.exists());
        drop(copy);
        assert!(!folder.exists());
    }
}
