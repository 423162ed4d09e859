//! Tests: each query on a small shop.

use std::cmp::Reverse;
use std::time::Duration;

use super::*;
use crate::shop::clock::Clock;
use crate::shop::database::{Db, Link, seed};
use crate::shop::error::ShopError;
use crate::shop::generator::{OrderRow, ProductRow, Rows, generate};
use crate::shop::money::Money;

/// A small shop of one's own, and the rows it was made from.
struct Small {
    rows: Rows,
    db: Db,
    _folder: tempfile::TempDir,
}

impl Small {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.db");
        let rows = generate(200);
        seed(&file, &rows, |_| {}).unwrap();
        let db = Db::open(&file, 2, Duration::ZERO).unwrap();
        Self {
            rows,
            db,
            _folder: folder,
        }
    }

    /// The oldest order of a tenant, which is delivered.
    fn first(&self, shop: usize) -> (&'static str, OrderRow) {
        let shop = &self.rows.shops[shop];
        (shop.tenant, shop.orders[0].clone())
    }

    async fn ask<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Link<'_>) -> Result<T, ShopError> + Send + 'static,
    ) -> Result<T, ShopError> {
        self.db.read(query).await
    }

    async fn order(&self, tenant: &'static str, id: &str) -> Option<Order> {
        let ids = [id.to_owned()];
        let found = self.ask(move |link| orders(link, tenant, &ids)).await;
        found.unwrap().into_values().next()
    }
}

#[tokio::test]
async fn an_order_reads_as_it_was_generated() {
    let shop = Small::new();
    let (tenant, row) = shop.first(0);
    let order = shop.order(tenant, &row.id).await.unwrap();
    assert_eq!(order.customer_id, row.customer_id);
    assert_eq!(order.status, "delivered");
    assert_eq!(order.total, row.total());
    let lines: Vec<&str> = order.items.iter().map(|line| &*line.product_id).collect();
    let items: Vec<&str> = row.items.iter().map(|item| &*item.product_id).collect();
    assert_eq!(lines, items);
}

#[tokio::test]
async fn many_orders_cost_as_many_round_trips_as_one() {
    let shop = Small::new();
    let tenant = shop.rows.shops[1].tenant;
    let mut ids: Vec<String> = shop.rows.shops[1]
        .orders
        .iter()
        .map(|order| order.id.clone())
        .collect();
    ids.push("A-1".to_owned());
    let asked = ids.clone();
    let many = shop
        .ask(move |link| orders(link, tenant, &asked))
        .await
        .unwrap();
    assert_eq!(shop.db.round_trips(), 2);
    assert_eq!(many.len(), ids.len() - 1);
    for id in &ids {
        assert_eq!(many.get(id), shop.order(tenant, id).await.as_ref());
    }
}

#[tokio::test]
async fn a_tenant_never_sees_another_tenants_rows() {
    let shop = Small::new();
    for (mine, theirs) in [(0, 1), (1, 0), (2, 3)] {
        let (mine, theirs) = (&shop.rows.shops[mine], &shop.rows.shops[theirs]);
        let tenant = mine.tenant;
        for row in &theirs.orders {
            let twin = mine.orders.iter().find(|order| order.id == row.id);
            let seen = shop.order(tenant, &row.id).await;
            assert_eq!(seen.map(|order| order.total), twin.map(OrderRow::total));
            let ids = [row.id.clone()];
            let seen = shop.ask(move |link| trackings(link, tenant, &ids)).await;
            let twin = twin.and_then(|twin| twin.shipment.as_ref());
            assert_eq!(
                seen.unwrap()
                    .into_values()
                    .next()
                    .map(|it| it.tracking_number),
                twin.map(|it| it.tracking_number.clone())
            );
        }
        for row in &theirs.customers {
            let twin = mine.customers.iter().find(|customer| customer.id == row.id);
            let ids = [row.id.clone()];
            let seen = shop.ask(move |link| customers(link, tenant, &ids)).await;
            assert_eq!(
                seen.unwrap().into_values().next().map(|it| it.email),
                twin.map(|it| it.email.clone())
            );
            let ids = [row.id.clone()];
            let seen = shop.ask(move |link| balances(link, tenant, &ids)).await;
            assert_eq!(
                seen.unwrap().into_values().next().map(|it| it.store_credit),
                twin.map(|it| it.balance)
            );
            let id = row.id.clone();
            let seen = shop.ask(move |link| history(link, tenant, &id, 50)).await;
            let whole = mine
                .orders
                .iter()
                .filter(|order| order.customer_id == row.id);
            match twin {
                Some(_) => assert_eq!(seen.unwrap().orders.len(), whole.count()),
                None => assert!(matches!(seen, Err(ShopError::NoCustomer(_)))),
            }
        }
    }
}

#[tokio::test]
async fn a_history_is_the_newest_first_and_no_longer_than_asked() {
    let shop = Small::new();
    let (tenant, row) = shop.first(2);
    let mut placed: Vec<String> = shop.rows.shops[2]
        .orders
        .iter()
        .filter(|order| order.customer_id == row.customer_id)
        .map(|order| order.placed_at.clone())
        .collect();
    placed.reverse();
    assert!(placed.len() > 2, "a thin sample");
    for (limit, length) in [(1, 1), (2, 2), (50, placed.len())] {
        let customer = row.customer_id.clone();
        let history = shop
            .ask(move |link| history(link, tenant, &customer, limit))
            .await
            .unwrap();
        let newest: Vec<&str> = history.orders.iter().map(|it| &*it.placed_at).collect();
        assert_eq!(newest, placed[..length]);
        assert_eq!(history.orders_in_all as usize, placed.len());
    }
    for limit in [0, 51] {
        let customer = row.customer_id.clone();
        let refused = shop
            .ask(move |link| history(link, tenant, &customer, limit))
            .await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            "`limit` must be between 1 and 50"
        );
    }
}

#[tokio::test]
async fn a_search_finds_what_has_every_word_best_rated_first() {
    let shop = Small::new();
    for (query, category, max_price, limit) in [
        ("kettle", None, None, 5),
        ("KETTLE", Some("kitchen"), None, 20),
        ("kettle", None, Some(30), 20),
        ("copper light", None, None, 20),
        // SQLite alone would not fold the accent.
        ("CRÈME", Some("kitchen"), Some(45), 20),
        ("kettle zeppelin", None, None, 5),
        ("", Some("travel"), None, 3),
    ] {
        let mut expected: Vec<&ProductRow> = shop
            .rows
            .products
            .iter()
            .filter(|row| {
                let words = query.to_lowercase();
                words.split(' ').all(|word| row.words().contains(word))
                    && category.is_none_or(|category| row.category == category)
                    && max_price.is_none_or(|euros| row.price <= Money::cents(euros * 100))
            })
            .collect();
        expected.sort_by_key(|row| (Reverse(row.tenth_stars), row.price, row.id.clone()));
        expected.truncate(limit);

        let wanted = Search {
            query: query.to_owned(),
            category,
            max_price: max_price.map(|euros| f64::from(i32::try_from(euros).unwrap())),
            limit: u32::try_from(limit).unwrap(),
        };
        let found = shop.ask(move |link| search(link, &wanted)).await.unwrap();
        let found: Vec<&str> = found.iter().map(|product| &*product.product_id).collect();
        let expected: Vec<&str> = expected.iter().map(|row| &*row.id).collect();
        assert_eq!(found, expected, "{query}");
        assert_eq!(found.is_empty(), query.contains("zeppelin"), "{query}");
    }
}

#[tokio::test]
async fn a_search_refuses_what_is_out_of_range() {
    let shop = Small::new();
    for (max_price, limit, message) in [
        (None, 0, "`limit` must be between 1 and 20"),
        (None, 21, "`limit` must be between 1 and 20"),
        (Some(-1.0), 5, "`max_price` must be 0 or more, in euros"),
    ] {
        let wanted = Search {
            query: "kettle".to_owned(),
            category: None,
            max_price,
            limit,
        };
        let refused = shop.ask(move |link| search(link, &wanted)).await;
        assert_eq!(refused.unwrap_err().to_string(), message);
    }
}

#[tokio::test]
async fn a_quote_follows_the_tariff() {
    let shop = Small::new();
    let price = |weight, destination: &'static str, speed| {
        let quoted = shop.ask(move |link| quote(link, weight, destination, speed));
        async move { quoted.await.map(|quote| quote.price) }
    };
    let kilo = price(1_000, "DE", "standard").await.unwrap();
    assert_eq!(price(1, "DE", "standard").await.unwrap(), kilo);
    let two = price(1_001, "de", "standard").await.unwrap();
    let three = price(2_001, "DE", "standard").await.unwrap();
    assert!(two > kilo);
    assert_eq!(three + kilo, two * 2);
    assert!(price(1_000, "DE", "overnight").await.unwrap() > kilo);
    assert!(price(0, "DE", "standard").await.is_err());
    assert!(price(30_001, "DE", "standard").await.is_err());
    assert_eq!(
        price(5, "XX", "express").await.unwrap_err().to_string(),
        "no delivery to `XX`: destinations are AT, BE, DE, ES, FR, IT, NL, SE"
    );
}

#[tokio::test]
async fn a_refund_changes_the_order_the_history_and_the_balance() {
    let shop = Small::new();
    let (tenant, row) = shop.first(3);
    let id = row.customer_id.clone();
    let (order_id, customer_id) = (row.id.clone(), row.customer_id.clone());
    let change = move |link: &Link<'_>| {
        refund(
            link,
            tenant,
            &order_id,
            &customer_id,
            "damaged",
            Clock::OPENING,
        )
    };
    let done = shop.db.write(change.clone()).await.unwrap();
    let before = shop.rows.shops[3].customers[0].balance;
    assert_eq!(done.amount, row.total());
    assert_eq!(done.store_credit, before + row.total());
    assert_eq!(done.refunded_at, "2026-03-02T09:30:00Z");

    assert_eq!(
        shop.order(tenant, &row.id).await.unwrap().status,
        "refunded"
    );
    let ids = [id.clone()];
    let seen = shop
        .ask(move |link| balances(link, tenant, &ids))
        .await
        .unwrap();
    assert_eq!(seen[&id].store_credit, done.store_credit);
    let seen = shop
        .ask(move |link| history(link, tenant, &id, 50))
        .await
        .unwrap();
    let entry = seen.orders.iter().find(|entry| entry.order_id == row.id);
    assert_eq!(entry.unwrap().status, "refunded");

    let again = shop.db.write(change).await.unwrap_err();
    assert_eq!(
        again.to_string(),
        format!(
            "order `{}` is refunded: only processing, shipped and delivered orders can be refunded",
            row.id
        )
    );
}

#[tokio::test]
async fn a_refund_to_a_stranger_changes_nothing() {
    let shop = Small::new();
    let (tenant, row) = shop.first(0);
    for (order_id, customer_id) in [
        (row.id.clone(), "C-1".to_owned()),
        ("A-1".to_owned(), row.customer_id.clone()),
    ] {
        let refused = shop
            .db
            .write(move |link| {
                refund(
                    link,
                    tenant,
                    &order_id,
                    &customer_id,
                    "late",
                    Clock::OPENING,
                )
            })
            .await;
        assert!(matches!(
            refused,
            Err(ShopError::NotTheirs { .. } | ShopError::NoOrder(_))
        ));
    }
    assert_eq!(
        shop.order(tenant, &row.id).await.unwrap().status,
        "delivered"
    );
}
