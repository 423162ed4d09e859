//! Writes the generated rows into a new database file.

use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use super::schema::{INDEXES, TABLES};
use crate::shop::error::ShopError;
use crate::shop::generator::{OrderRow, Rows, Shop};

/// Creates the file at `path` and fills it; `progress` hears how many orders are in.
///
/// The file is complete and closed when this returns, so it may be copied.
///
/// # Errors
///
/// When the file exists already, or cannot be written.
pub fn seed(path: &Path, rows: &Rows, mut progress: impl FnMut(usize)) -> Result<(), ShopError> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.execute_batch(TABLES)?;
    let transaction = connection.transaction()?;
    catalogue(&transaction, rows)?;
    let mut seeded = 0;
    for shop in &rows.shops {
        customers(&transaction, shop)?;
        for orders in shop.orders.chunks(250) {
            for order in orders {
                insert_order(&transaction, shop.tenant, order)?;
            }
            seeded += orders.len();
            progress(seeded);
        }
    }
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    connection.close().map_err(|(_, cause)| cause)?;
    Ok(())
}

fn catalogue(transaction: &Transaction<'_>, rows: &Rows) -> rusqlite::Result<()> {
    let mut product =
        transaction.prepare("INSERT INTO products VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for row in &rows.products {
        product.execute(params![
            row.id,
            row.name,
            row.category,
            row.description,
            row.words(),
            row.price,
            row.weight_grams,
            row.stock,
            row.stars(),
        ])?;
    }
    let mut tariff = transaction.prepare("INSERT INTO tariffs VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for row in &rows.tariffs {
        tariff.execute(params![
            row.destination,
            row.speed,
            row.base,
            row.each_kilo,
            row.days_min,
            row.days_max,
        ])?;
    }
    Ok(())
}

fn customers(transaction: &Transaction<'_>, shop: &Shop) -> rusqlite::Result<()> {
    let mut customer =
        transaction.prepare("INSERT INTO customers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    let mut balance = transaction.prepare("INSERT INTO balances VALUES (?1, ?2, ?3)")?;
    for row in &shop.customers {
        customer.execute(params![
            shop.tenant,
            row.id,
            row.name,
            row.email,
            row.city,
            row.country,
            row.tier,
            row.customer_since,
        ])?;
        balance.execute(params![shop.tenant, row.id, row.balance])?;
    }
    Ok(())
}

fn insert_order(
    transaction: &Transaction<'_>,
    tenant: &str,
    row: &OrderRow,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO orders VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![
            tenant,
            row.id,
            row.customer_id,
            row.placed_at,
            row.status,
            row.destination,
            row.shipping,
            row.total(),
        ])?;
    let mut insert_item =
        transaction.prepare_cached("INSERT INTO items VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (item, line) in row.items.iter().zip(1_i64..) {
        insert_item.execute(params![
            tenant,
            row.id,
            line,
            item.product_id,
            item.quantity,
            item.unit_price,
        ])?;
    }
    if let Some(shipment) = &row.shipment {
        transaction
            .prepare_cached("INSERT INTO shipments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
            .execute(params![
                tenant,
                row.id,
                shipment.carrier,
                shipment.tracking_number,
                shipment.status,
                shipment.last_seen,
                shipment.updated_at,
                shipment.expected_on,
            ])?;
    }
    Ok(())
}
