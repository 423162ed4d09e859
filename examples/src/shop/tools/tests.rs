//! Tests: the tools through a harness.

use std::time::Duration;

use tempfile::TempDir;
use toolwright::{CacheStatus, ErrorKind, Harness, Levers, Outcome, Session, ToolCall};

use super::*;
use crate::shop::clock::Clock;
use crate::shop::database::{Db, seed};
use crate::shop::generator::{OrderRow, Rows, generate};
use crate::shop::scripts::scripts;

/// A small shop behind a harness.
struct Small {
    rows: Rows,
    db: Db,
    harness: Harness,
    _folder: TempDir,
}

impl Small {
    fn new(levers: Levers) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.db");
        let rows = generate(200);
        seed(&file, &rows, |_| {}).unwrap();
        let db = Db::open(&file, 4, Duration::ZERO).unwrap();
        let harness = Harness::builder(registry().unwrap())
            .state(db.clone())
            .state(Clock::OPENING)
            .levers(levers)
            .build()
            .unwrap();
        Self {
            rows,
            db,
            harness,
            _folder: folder,
        }
    }

    fn session(&self, tenant: &str) -> Session {
        self.harness.session().tenant(tenant).start()
    }

    /// The oldest order of a tenant, which is delivered.
    fn first(&self, shop: usize) -> (&'static str, &OrderRow) {
        let shop = &self.rows.shops[shop];
        (shop.tenant, &shop.orders[0])
    }
}

/// One tick of calls, each a tool and its arguments.
async fn tick(session: &Session, calls: &[(&str, String)]) -> Vec<Outcome> {
    let calls = calls
        .iter()
        .enumerate()
        .map(|(position, (tool, arguments))| {
            ToolCall::new(format!("call_{position}"), *tool, arguments.as_str())
        });
    session.dispatch(calls).await.into_outcomes()
}

fn order(id: &str) -> (&'static str, String) {
    ("lookup_order", format!(r#"{{"order_id":"{id}"}}"#))
}

fn of_customer(tool: &'static str, id: &str) -> (&'static str, String) {
    (tool, format!(r#"{{"customer_id":"{id}"}}"#))
}

#[test]
fn there_are_nine_tools() {
    let registry = registry().unwrap();
    let names: Vec<&str> = registry.names().collect();
    assert_eq!(
        names,
        [
            "account_balance",
            "current_time",
            "issue_refund",
            "lookup_customer",
            "lookup_order",
            "order_history",
            "search_products",
            "shipping_quote",
            "track_shipment",
        ]
    );
}

#[tokio::test]
async fn every_call_of_every_script_is_one_that_the_tools_take() {
    let shop = Small::new(Levers::none());
    let mut failed = 0;
    for script in scripts(&shop.rows, 8).unwrap() {
        let session = shop.session(script.tenant);
        for calls in &script.ticks {
            let calls: Vec<_> = calls
                .calls
                .iter()
                .map(|call| (call.tool, call.arguments.clone()))
                .collect();
            let outcomes = tick(&session, &calls).await;
            for ((tool, arguments), outcome) in calls.iter().zip(&outcomes) {
                let Err(error) = outcome.result() else {
                    continue;
                };
                // The tools' own words: a mistyped order, and a second refund.
                assert_eq!(
                    error.kind(),
                    ErrorKind::Failed,
                    "{tool} {arguments}: {error}"
                );
                let expected = match *tool {
                    "lookup_order" => "no order `",
                    "issue_refund" => "order `",
                    _ => panic!("{tool} {arguments}: {error}"),
                };
                assert!(error.message().starts_with(expected), "{error}");
                failed += 1;
            }
        }
    }
    assert_eq!(
        failed,
        8 + 4,
        "a mistyped order each, and four second refunds"
    );
}

#[tokio::test]
async fn a_tenant_never_sees_another_tenants_order() {
    for levers in [Levers::none(), Levers::all()] {
        let shop = Small::new(levers);
        let (mine, theirs) = (&shop.rows.shops[0], &shop.rows.shops[1]);
        let (me, them) = (shop.session(mine.tenant), shop.session(theirs.tenant));
        let (mut twins, mut strangers) = (0, 0);
        for row in &theirs.orders {
            // At once, so that a batch or a cache that forgot the tenant would mix them up.
            let calls = [order(&row.id)];
            let (mine_seen, theirs_seen) = tokio::join!(tick(&me, &calls), tick(&them, &calls));
            let again = tick(&me, &calls).await;
            assert!(theirs_seen[0].text().contains(&row.total().to_string()));
            assert_eq!(mine_seen[0].text(), again[0].text());
            if let Some(twin) = mine.orders.iter().find(|order| order.id == row.id) {
                assert!(again[0].text().contains(&twin.total().to_string()));
                assert_ne!(again[0].text(), theirs_seen[0].text());
                twins += 1;
            } else {
                assert_eq!(
                    again[0].text(),
                    format!("no order `{}`: order ids look like `A-10234`", row.id)
                );
                strangers += 1;
            }
        }
        assert!(twins > 10 && strangers > 10, "{twins} and {strangers}");
    }
}

#[tokio::test]
async fn without_a_tenant_only_the_shared_tools_answer() {
    let shop = Small::new(Levers::all());
    let session = shop.harness.session().start();
    let (_, row) = shop.first(0);
    let outcomes = tick(
        &session,
        &[
            order(&row.id),
            of_customer("account_balance", &row.customer_id),
            ("search_products", r#"{"query":"kettle"}"#.to_owned()),
            (
                "shipping_quote",
                r#"{"weight_grams":900,"destination":"DE"}"#.to_owned(),
            ),
        ],
    )
    .await;
    let refused: Vec<bool> = outcomes.iter().map(Outcome::is_error).collect();
    assert_eq!(refused, [true, true, false, false]);
    let error = outcomes[0].result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingTenant);
}

#[tokio::test]
async fn shared_results_serve_all_tenants() {
    let shop = Small::new(Levers::all());
    let search = [(
        "search_products",
        r#"{"query":"desk lamp","max_price":80}"#.to_owned(),
    )];
    let first = tick(&shop.session("ashmere"), &search).await;
    let again = [(
        "search_products",
        r#"{ "limit": 5, "max_price": 80.0, "query": "desk lamp", "category": null }"#.to_owned(),
    )];
    let second = tick(&shop.session("corvelle"), &again).await;
    assert_eq!(first[0].cache(), CacheStatus::Miss);
    assert_eq!(second[0].cache(), CacheStatus::Hit);
    assert_eq!(first[0].text(), second[0].text());
    assert_eq!(shop.db.round_trips(), 1);
}

#[tokio::test]
async fn a_request_id_never_splits_a_result() {
    let shop = Small::new(Levers::all());
    let (tenant, row) = shop.first(2);
    let session = shop.session(tenant);
    tick(&session, &[order(&row.id)]).await;
    let arguments = format!(r#"{{"request_id":"req-7","order_id":"{}"}}"#, row.id);
    let again = tick(&session, &[("lookup_order", arguments)]).await;
    assert_eq!(again[0].cache(), CacheStatus::Hit);
}

#[tokio::test]
async fn the_orders_of_a_tick_are_one_batch() {
    let shop = Small::new(Levers::all());
    let tenant = shop.rows.shops[0].tenant;
    let orders = &shop.rows.shops[0].orders[..5];
    let calls: Vec<_> = orders.iter().map(|row| order(&row.id)).collect();
    let outcomes = tick(&shop.session(tenant), &calls).await;
    for outcome in &outcomes {
        assert_eq!(outcome.batch().map(|batch| batch.size), Some(5));
    }
    assert_eq!(shop.db.round_trips(), 2);
}

#[tokio::test]
async fn a_refund_is_seen_by_every_read_after_it() {
    let shop = Small::new(Levers::all());
    let (tenant, row) = shop.first(3);
    let session = shop.session(tenant);
    let refund = (
        "issue_refund",
        format!(
            r#"{{"order_id":"{}","customer_id":"{}","reason":"not_as_described"}}"#,
            row.id, row.customer_id
        ),
    );
    let reads = [
        order(&row.id),
        of_customer("account_balance", &row.customer_id),
        of_customer("order_history", &row.customer_id),
        of_customer("lookup_customer", &row.customer_id),
    ];
    let before = tick(&session, &reads).await;
    let warm = tick(&session, &reads).await;
    assert!(warm.iter().all(|read| read.cache() == CacheStatus::Hit));

    let mut calls = vec![refund];
    calls.extend(reads.clone());
    let after = tick(&session, &calls).await;
    assert!(!after[0].is_error(), "{}", after[0].text());
    for read in 0..3 {
        assert_ne!(before[read].text(), after[read + 1].text(), "{read}");
    }
    assert!(after[1].text().contains(r#""status":"refunded""#));
    // Who the customer is did not change, and was not asked again.
    assert_eq!(after[4].cache(), CacheStatus::Hit);

    let later = tick(&session, &reads).await;
    for (read, seen) in later.iter().zip(&after[1..]) {
        assert_eq!(read.text(), seen.text());
        assert_eq!(read.cache(), CacheStatus::Hit);
    }
}

#[tokio::test]
async fn the_time_is_never_cached() {
    let shop = Small::new(Levers::all());
    let session = shop.session("ashmere");
    for _ in 0..2 {
        let now = tick(&session, &[("current_time", "{}".to_owned())]).await;
        assert_eq!(now[0].cache(), CacheStatus::Bypass);
        assert_eq!(
            now[0].text(),
            r#"{"now":"2026-03-02T09:30:00Z","weekday":"Monday"}"#
        );
    }
}
