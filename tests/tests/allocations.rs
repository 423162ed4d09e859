//! How often a call allocates. A program of its own, since the allocator that counts is the whole program's.

use tokio::runtime::{Builder, Runtime};
use toolwright::{CacheStatus, Harness, Session, registry, tool};

/// How many allocations a call may make that the cache answers.
const OF_A_HIT: u64 = 3;

/// How many a call may make that runs a tool which makes none itself.
const OF_A_RUN: u64 = 6;

/// Add two numbers.
#[tool]
async fn sum_of(
    /// The first.
    a: i64,
    /// The second.
    b: i64,
) -> i64 {
    a + b
}

/// Look up the total of an order.
#[tool(ttl = "1h", tenant_scoped, reads = "order/{order_id}")]
async fn order_total(
    /// The order's id.
    order_id: String,
    /// How many lines at most.
    limit: u32,
    /// The currency.
    currency: String,
) -> String {
    format!("{order_id}: {limit} lines in {currency}")
}

#[test]
fn a_run_allocates_a_few_times_at_most() {
    let harness = Harness::builder(registry![sum_of].unwrap()).build();
    let session = harness.unwrap().session().start();
    let runtime = runtime();
    let count = |calls: u64| {
        let counted = allocation_counter::measure(|| {
            runtime.block_on(async {
                for _ in 0..calls {
                    let outcome = session.call("sum_of", r#"{"a": 1, "b": 2}"#).await;
                    assert_eq!(outcome.text(), "3");
                }
            });
        });
        counted.count_total
    };
    // What is made once, such as room for what goes on, is made by these.
    count(1001);
    let of_calls = count(1001) - count(1);
    println!("1000 runs: {of_calls} allocations");
    // Now and then a counter of the runtime grows.
    assert!(of_calls <= 1000 * OF_A_RUN + 10, "1000 runs: {of_calls}");
}

fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().build();
    runtime.expect("a runtime of this thread needs nothing")
}

/// The allocations of so many hits, and of what surrounds them.
fn allocations(session: &Session, calls: u64) -> u64 {
    let runtime = runtime();
    let arguments = r#"{"order_id":"A-1234","limit":10,"currency":"EUR"}"#;
    let counted = allocation_counter::measure(|| {
        runtime.block_on(async {
            for _ in 0..calls {
                let outcome = session.call("order_total", arguments).await;
                assert_eq!(outcome.cache(), CacheStatus::Hit);
                assert_eq!(outcome.text(), "A-1234: 10 lines in EUR");
            }
        });
    });
    counted.count_total
}

#[test]
fn a_hit_allocates_a_few_times_at_most() {
    let harness = Harness::builder(registry![order_total].unwrap()).build();
    let session = harness.unwrap().session().tenant("acme").start();
    let runtime = runtime();
    // Another spelling, so that no more than the result is there already.
    let arguments = r#"{"currency":"EUR","limit":10,"order_id":"A-1234"}"#;
    let first = runtime.block_on(session.call("order_total", arguments));
    assert_eq!(first.cache(), CacheStatus::Miss);
    // What is made once, such as a buffer of the thread, is made by these.
    allocations(&session, 1);

    // What surrounds the calls is the same in both.
    let of_calls = allocations(&session, 1001) - allocations(&session, 1);
    println!("1000 hits: {of_calls} allocations");
    assert!(of_calls <= 1000 * OF_A_HIT, "1000 hits: {of_calls}");
}
