//! Tests: the pool, its counter and its transactions.

use rusqlite::params;

use super::*;
use crate::shop::generator::generate;

fn seeded(folder: &Path) -> Db {
    let file = folder.join("shop.db");
    seed(&file, &generate(60), |_| {}).unwrap();
    Db::open(&file, 2, Duration::ZERO).unwrap()
}

async fn orders_of(db: &Db, tenant: &'static str) -> i64 {
    db.read(move |link| {
        link.row(
            "SELECT count(*) FROM orders WHERE tenant = ?1",
            params![tenant],
            |row| row.get(0),
        )
    })
    .await
    .unwrap()
    .unwrap()
}

#[tokio::test]
async fn the_file_holds_what_was_generated() {
    let folder = tempfile::tempdir().unwrap();
    let db = seeded(folder.path());
    for tenant in crate::shop::generator::words::TENANTS {
        assert_eq!(orders_of(&db, tenant).await, 15);
    }
    assert_eq!(db.round_trips(), 4);
}

#[tokio::test]
async fn every_statement_is_a_round_trip_and_costs_the_latency() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    seed(&file, &generate(60), |_| {}).unwrap();
    let db = Db::open(&file, 1, Duration::from_millis(20)).unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(orders_of(&db, "ashmere").await, 15);
    assert!(begun.elapsed() >= Duration::from_millis(20));
    assert_eq!(db.round_trips(), 1);
}

#[tokio::test]
async fn a_change_that_fails_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let db = seeded(folder.path());
    let failed: Result<(), _> = db
        .write(|link| {
            link.execute("DELETE FROM orders", [])?;
            Err(ShopError::NoTenant)
        })
        .await;
    assert!(matches!(failed, Err(ShopError::NoTenant)));
    assert_eq!(orders_of(&db, "ashmere").await, 15);
}

#[tokio::test]
async fn a_panic_gives_the_connection_back_clean() {
    let folder = tempfile::tempdir().unwrap();
    let db = seeded(folder.path());
    for _ in 0..3 {
        let died: Result<(), _> = db
            .write(|link| {
                link.execute("DELETE FROM orders", [])?;
                panic!("in the middle of a change");
            })
            .await;
        assert!(matches!(died, Err(ShopError::Interrupted)));
    }
    assert_eq!(orders_of(&db, "ashmere").await, 15);
    db.write(|link| link.execute("DELETE FROM orders", []))
        .await
        .unwrap();
    assert_eq!(orders_of(&db, "ashmere").await, 0);
}

#[tokio::test]
async fn more_readers_than_connections_wait_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    let db = seeded(folder.path());
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { orders_of(&db, "birkholt").await })
        })
        .collect();
    for reader in readers {
        assert_eq!(reader.await.unwrap(), 15);
    }
}
