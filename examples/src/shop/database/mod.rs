//! The shop's database: SQLite behind a small pool, which counts and delays every round trip.

mod link;
mod schema;
mod seed;

pub use self::link::Link;
pub use self::seed::seed;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Mutex as AsyncMutex, Semaphore};
use tokio::task;

use super::error::ShopError;

/// A handle to the database, cheap to clone: the shared state of the tools.
///
/// Every statement is one round trip. It is counted, and it waits as long as the network to a
/// remote database would take, because SQLite itself answers from within the process.
#[derive(Debug, Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    idle: Mutex<Vec<Connection>>,
    connections: Arc<Semaphore>,
    // SQLite has one writer at a time; who waits here waits in order and without a busy timeout.
    writer: Arc<AsyncMutex<()>>,
    latency: Duration,
    round_trips: AtomicU64,
}

impl Db {
    /// Opens a pool of `connections` to the file at `path`, in WAL mode.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened as a database.
    pub fn open(path: &Path, connections: usize, latency: Duration) -> Result<Self, ShopError> {
        let connections = connections.max(1);
        let idle = (0..connections)
            .map(|_| schema::connect(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            shared: Arc::new(Shared {
                idle: Mutex::new(idle),
                connections: Arc::new(Semaphore::new(connections)),
                writer: Arc::default(),
                latency,
                round_trips: AtomicU64::new(0),
            }),
        })
    }

    /// How many statements were sent so far.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.shared.round_trips.load(Ordering::Relaxed)
    }

    /// Runs a query on a connection of the pool, on a thread that may block.
    ///
    /// # Errors
    ///
    /// What the query answers, or that its thread died.
    pub async fn read<T, F>(&self, query: F) -> Result<T, ShopError>
    where
        T: Send + 'static,
        F: FnOnce(&Link<'_>) -> Result<T, ShopError> + Send + 'static,
    {
        self.run(query).await
    }

    /// Runs a change in a transaction of its own: all of it happens, or nothing.
    ///
    /// # Errors
    ///
    /// What the change answers, after taking it back, or that its thread died.
    pub async fn write<T, F>(&self, change: F) -> Result<T, ShopError>
    where
        T: Send + 'static,
        F: FnOnce(&Link<'_>) -> Result<T, ShopError> + Send + 'static,
    {
        let turn = Arc::clone(&self.shared.writer).lock_owned().await;
        self.run(move |link| {
            // Held by the thread: a caller that goes away must not let the next writer in early.
            let _turn = turn;
            link.transaction(change)
        })
        .await
    }

    async fn run<T, F>(&self, work: F) -> Result<T, ShopError>
    where
        T: Send + 'static,
        F: FnOnce(&Link<'_>) -> Result<T, ShopError> + Send + 'static,
    {
        let permit = Arc::clone(&self.shared.connections)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let shared = Arc::clone(&self.shared);
        task::spawn_blocking(move || {
            let _permit = permit;
            let lent = Lent::take(&shared);
            work(&Link::new(
                lent.connection(),
                &shared.round_trips,
                shared.latency,
            ))
        })
        .await
        .map_err(|_| ShopError::Interrupted)?
    }
}

/// A connection on loan; it goes back to the pool even if the work panics.
struct Lent<'a> {
    shared: &'a Shared,
    connection: Option<Connection>,
}

impl<'a> Lent<'a> {
    fn take(shared: &'a Shared) -> Self {
        let connection = lock(&shared.idle).pop();
        Self { shared, connection }
    }

    fn connection(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("a permit stands for an idle connection")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if !connection.is_autocommit() {
            // Only a panic leaves a transaction open; should this fail too, the next statement on
            // the connection reports it.
            let _ = connection.execute_batch("ROLLBACK");
        }
        lock(&self.shared.idle).push(connection);
    }
}

fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
