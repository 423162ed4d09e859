//! The tables, and how a connection is set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

/// Every table that belongs to a shop starts its key with the tenant; the catalogue and the
/// carriers' tariffs are the same for all and have none.
pub(super) const TABLES: &str = "
CREATE TABLE customers (
    tenant TEXT NOT NULL, id TEXT NOT NULL,
    name TEXT NOT NULL, email TEXT NOT NULL, city TEXT NOT NULL, country TEXT NOT NULL,
    tier TEXT NOT NULL, customer_since TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE balances (
    tenant TEXT NOT NULL, customer_id TEXT NOT NULL, cents INTEGER NOT NULL,
    PRIMARY KEY (tenant, customer_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE orders (
    tenant TEXT NOT NULL, id TEXT NOT NULL, customer_id TEXT NOT NULL,
    placed_at TEXT NOT NULL, status TEXT NOT NULL, destination TEXT NOT NULL,
    shipping_cents INTEGER NOT NULL, total_cents INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE items (
    tenant TEXT NOT NULL, order_id TEXT NOT NULL, line INTEGER NOT NULL,
    product_id TEXT NOT NULL, quantity INTEGER NOT NULL, unit_cents INTEGER NOT NULL,
    PRIMARY KEY (tenant, order_id, line)
) WITHOUT ROWID, STRICT;

CREATE TABLE shipments (
    tenant TEXT NOT NULL, order_id TEXT NOT NULL,
    carrier TEXT NOT NULL, tracking_number TEXT NOT NULL, status TEXT NOT NULL,
    last_seen TEXT NOT NULL, updated_at TEXT NOT NULL, expected_on TEXT NOT NULL,
    PRIMARY KEY (tenant, order_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE refunds (
    tenant TEXT NOT NULL, id TEXT NOT NULL, order_id TEXT NOT NULL, customer_id TEXT NOT NULL,
    cents INTEGER NOT NULL, reason TEXT NOT NULL, refunded_at TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE products (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, description TEXT NOT NULL,
    -- The words that a search looks at, in lower case: SQLite folds ASCII only.
    words TEXT NOT NULL,
    cents INTEGER NOT NULL, weight_grams INTEGER NOT NULL, stock INTEGER NOT NULL,
    stars REAL NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE tariffs (
    destination TEXT NOT NULL, speed TEXT NOT NULL,
    base_cents INTEGER NOT NULL, kilo_cents INTEGER NOT NULL,
    days_min INTEGER NOT NULL, days_max INTEGER NOT NULL,
    PRIMARY KEY (destination, speed)
) WITHOUT ROWID, STRICT;
";

/// Made after the rows are in, which is faster than keeping it up to date for each.
pub(super) const INDEXES: &str = "
CREATE INDEX orders_by_customer ON orders (tenant, customer_id, placed_at DESC, id DESC);
";

/// Opens one connection in WAL mode, where readers do not wait for the writer.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // The file is thrown away after the run: it need not survive a power cut.
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}
