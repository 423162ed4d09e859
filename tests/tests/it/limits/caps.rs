//! `max_concurrency`: how many runs of a tool there are at once, over all sessions, and who waits for what.

use std::collections::HashMap;

use toolwright::{Harness, HarnessBuilder, State, registry, tool};

use super::{Log, calls, give_up, sleep};
use crate::one;

/// Run alone.
#[tool(max_concurrency = 1)]
async fn capped_one(#[state] log: &Log) -> &'static str {
    log.run("one", 10).await
}

/// Run two at a time.
#[tool(max_concurrency = 2)]
async fn capped_two(#[state] log: &Log) -> &'static str {
    log.run("two", 10).await
}

/// Run as often as one likes.
#[tool]
async fn uncapped(
    #[state] log: &Log,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
) -> &'static str {
    log.run("free", millis).await
}

/// Write alone.
#[tool(max_concurrency = 1, writes = "capped/{id}")]
async fn capped_write(
    #[state] log: &Log,
    /// What.
    id: u32,
) -> &'static str {
    log.run(&format!("write {id}"), 10).await
}

/// Look up, one batch at a time.
#[tool(max_concurrency = 1, batch = capped_lookups)]
async fn capped_lookup(
    /// The key.
    key: u32,
) -> u32;

async fn capped_lookups(State(log): State<Log>, keys: Vec<u32>) -> HashMap<u32, u32> {
    log.run(&format!("{} keys", keys.len()), 10).await;
    keys.into_iter().map(|key| (key, key)).collect()
}

fn builder(log: &Log) -> HarnessBuilder {
    let registry = registry![
        capped_one,
        capped_two,
        uncapped,
        capped_write,
        capped_lookup
    ];
    Harness::builder(registry.unwrap()).state(log.clone())
}

#[tokio::test(start_paused = true)]
async fn no_more_runs_than_the_cap_over_all_sessions() {
    let log = Log::new();
    let harness = builder(&log).build().unwrap();
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    let tick = || calls(&[("capped_two", ""); 3]);
    tokio::join!(acme.dispatch(tick()), globex.dispatch(tick()));
    let (mut running, mut most) = (0_i32, 0);
    for line in log.take() {
        running += if line.contains('+') { 1 } else { -1 };
        most = most.max(running);
    }
    assert_eq!((most, log.now()), (2, 30));
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_its_tool_keeps_no_other_tool_waiting() {
    let log = Log::new();
    let harness = builder(&log).max_concurrency(2).build().unwrap();
    let tick = calls(&[
        ("capped_one", ""),
        ("capped_one", ""),
        ("capped_one", ""),
        ("uncapped", ""),
        ("uncapped", ""),
    ]);
    harness.session().start().dispatch(tick).await;
    let expected = [
        "0 +one", "0 +free", "10 -one", "10 -free", "10 +free", "10 +one", "20 -free", "20 -one",
        "20 +one", "30 -one",
    ];
    let mut lines = log.take();
    let mut expected = expected.map(str::to_owned);
    // What happens in one millisecond may do so in any order.
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_one_run() {
    let log = Log::new();
    let harness = builder(&log).build().unwrap();
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    let tick = || {
        calls(&[
            ("capped_lookup", r#"{"key":1}"#),
            ("capped_lookup", r#"{"key":2}"#),
            ("capped_lookup", r#"{"key":3}"#),
        ])
    };
    tokio::join!(acme.dispatch(tick()), globex.dispatch(tick()));
    let expected = ["0 +3 keys", "10 -3 keys", "10 +3 keys", "20 -3 keys"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_frees_its_permit_and_its_place() {
    let log = Log::new();
    let harness = builder(&log).max_concurrency(1).build().unwrap();
    let session = harness.session().start();
    // One runs, one waits for its tool, one for the harness.
    let tick = calls(&[("capped_one", ""), ("capped_one", ""), ("uncapped", "")]);
    give_up(&session, 5, tick).await;
    one(&session, "capped_one", "").await;
    one(&session, "uncapped", "").await;
    let expected = [
        "0 +one",
        "5 dropped one",
        "5 +one",
        "15 -one",
        "15 +free",
        "25 -free",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waits_is_given_up_and_one_that_runs_is_not() {
    let log = Log::new();
    let session = builder(&log).build().unwrap().session().start();
    let tick = calls(&[
        ("capped_write", r#"{"id":1}"#),
        ("capped_write", r#"{"id":2}"#),
    ]);
    give_up(&session, 5, tick).await;
    one(&session, "capped_write", r#"{"id":3}"#).await;
    sleep(100).await;
    let expected = ["0 +write 1", "10 -write 1", "10 +write 3", "20 -write 3"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_nobody_waits_for_is_dropped_with_its_permits() {
    let log = Log::new();
    let harness = builder(&log).max_concurrency(1).build().unwrap();
    let session = harness.session().start();
    let lookup = |key| calls(&[("capped_lookup", key)]);
    give_up(&session, 5, lookup(r#"{"key":1}"#)).await;
    one(&session, "uncapped", "").await;
    let expected = ["0 +1 keys", "5 dropped 1 keys", "5 +free", "15 -free"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_waits_and_that_nobody_waits_for_leaves_the_queue() {
    let log = Log::new();
    let harness = builder(&log).max_concurrency(1).build().unwrap();
    let session = harness.session().start();
    let busy = session.dispatch(calls(&[("uncapped", r#"{"millis":50}"#)]));
    let other = harness.session().start();
    let waits = async {
        give_up(&other, 10, calls(&[("capped_lookup", r#"{"key":1}"#)])).await;
        // The tool's own permit is free again, so that this is next at the harness.
        other
            .dispatch(calls(&[("capped_lookup", r#"{"key":2}"#)]))
            .await
    };
    let (_, answer) = tokio::join!(busy, waits);
    assert_eq!(answer[0].text(), "2");
    let expected = ["0 +free", "50 -free", "50 +1 keys", "60 -1 keys"];
    assert_eq!(log.take(), expected);
    assert_eq!(harness.stats().batches, 1);
}
