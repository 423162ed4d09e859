//! `rate`: how many runs of a tool begin in a time, and how the others wait.

use std::collections::HashMap;

use toolwright::{
    CacheStatus, ErrorKind, Harness, HarnessBuilder, State, ToolError, registry, tool,
};

use super::{Log, calls, give_up, one_after_another};
use crate::{Runs, one};

/// Run three times a second.
#[tool(rate = "3/s")]
async fn rated(
    #[state] log: &Log,
    /// Which.
    id: u32,
) -> &'static str {
    log.add(&id.to_string());
    "done"
}

/// Read once a second.
#[tool(rate = "1/s", ttl = "1h")]
async fn rated_read(
    #[state] log: &Log,
    /// Which.
    id: u32,
) -> &'static str {
    log.add(&id.to_string());
    "done"
}

/// Run twice a second, and be quick about it.
#[tool(rate = "2/s", timeout = "1s")]
async fn rated_soon(#[state] log: &Log) -> &'static str {
    log.add("soon");
    "done"
}

/// Do something else.
#[tool]
async fn unrated(#[state] log: &Log) -> &'static str {
    log.add("free");
    "done"
}

/// Look up once a second, many at once.
#[tool(rate = "1/s", batch = rated_lookups)]
async fn rated_lookup(
    /// The key.
    key: u32,
) -> u32;

async fn rated_lookups(State(log): State<Log>, keys: Vec<u32>) -> HashMap<u32, u32> {
    log.add(&format!("{keys:?}"));
    keys.into_iter().map(|key| (key, key)).collect()
}

/// Look up once a minute, many at once, and be quick about it.
#[tool(rate = "1/m", timeout = "1s", batch = rated_lookups)]
async fn rated_lookup_soon(
    /// The key.
    key: u32,
) -> u32;

/// Fail once a second.
#[tool(rate = "1/s", retries = 1)]
async fn rated_fail(#[state] log: &Log) -> Result<(), ToolError> {
    log.add("fail");
    Err(ToolError::failed("the line is busy"))
}

/// Fail once a minute, and be quick about it.
#[tool(rate = "1/m", retries = 1, timeout = "1s")]
async fn rated_fail_soon(#[state] runs: &Runs) -> Result<(), ToolError> {
    Err(ToolError::failed(format_args!("failure {}", runs.add())))
}

fn builder(log: &Log) -> HarnessBuilder {
    let registry = registry![
        rated,
        rated_read,
        rated_soon,
        unrated,
        rated_lookup,
        rated_lookup_soon,
        rated_fail,
        rated_fail_soon
    ];
    Harness::builder(registry.unwrap())
        .state(log.clone())
        .state(Runs::default())
}

fn harness(log: &Log) -> Harness {
    builder(log).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn runs_begin_at_once_up_to_the_rate_and_then_in_turn() {
    let log = Log::new();
    let harness = harness(&log);
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    let tick = |ids: [&str; 4]| calls(&ids.map(|id| ("rated", id)));
    let (first, second) = (
        [r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":3}"#, r#"{"id":4}"#],
        [r#"{"id":5}"#, r#"{"id":6}"#, r#"{"id":7}"#, r#"{"id":8}"#],
    );
    tokio::join!(acme.dispatch(tick(first)), globex.dispatch(tick(second)));
    let expected = [
        "0 1", "0 2", "0 3", "1000 4", "1000 5", "1000 6", "2000 7", "2000 8",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn what_the_cache_answers_does_not_count() {
    let log = Log::new();
    let session = harness(&log).session().start();
    one(&session, "rated_read", r#"{"id":1}"#).await;
    let hit = one(&session, "rated_read", r#"{"id":1}"#).await;
    assert_eq!((hit.cache(), log.now()), (CacheStatus::Hit, 0));
    one(&session, "rated_read", r#"{"id":2}"#).await;
    assert_eq!(log.take(), ["0 1", "1000 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_longer_than_the_timeout_is_refused_at_once() {
    let log = Log::new();
    let harness = harness(&log);
    let tick = calls(&[("rated_soon", ""); 6]);
    let outcomes = harness.session().start().dispatch(tick).await;
    // Two now, two in a second, and the others would wait for two.
    assert_eq!(log.take(), ["0 soon", "0 soon", "1000 soon", "1000 soon"]);
    for refused in &outcomes[4..] {
        let error = refused.result().unwrap_err();
        assert_eq!(
            (error.kind(), error.is_transient()),
            (ErrorKind::RateLimited, false)
        );
        assert_eq!(
            refused.text(),
            "`rated_soon` has a rate of 2 in 1s, which is used up for another 2.0s: call it again after that"
        );
        assert_eq!((refused.elapsed().as_millis(), refused.attempts()), (0, 0));
    }
    assert_eq!(harness.stats().runs, 4);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_its_turn_holds_no_permit() {
    let log = Log::new();
    let harness = builder(&log).max_concurrency(1).build().unwrap();
    let rated = calls(&[("rated_read", r#"{"id":1}"#), ("rated_read", r#"{"id":2}"#)]);
    let session = harness.session().start();
    one_after_another(&session, rated, calls(&[("unrated", "")])).await;
    assert_eq!(log.take(), ["0 1", "1 free", "1000 2"]);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_takes_no_turn() {
    let log = Log::new();
    let session = harness(&log).session().start();
    one(&session, "rated_read", r#"{"id":1}"#).await;
    give_up(&session, 500, calls(&[("rated_read", r#"{"id":2}"#)])).await;
    one(&session, "rated_read", r#"{"id":3}"#).await;
    assert_eq!(log.take(), ["0 1", "1000 3"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_one_run() {
    let log = Log::new();
    let session = harness(&log).session().start();
    let tick = || {
        calls(&[
            ("rated_lookup", r#"{"key":1}"#),
            ("rated_lookup", r#"{"key":2}"#),
        ])
    };
    session.dispatch(tick()).await;
    session.dispatch(tick()).await;
    assert_eq!(log.take(), ["0 [1, 2]", "1000 [1, 2]"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_refused_tells_every_caller() {
    let log = Log::new();
    let harness = harness(&log);
    let session = harness.session().start();
    one(&session, "rated_lookup_soon", r#"{"key":1}"#).await;
    let tick = calls(&[
        ("rated_lookup_soon", r#"{"key":2}"#),
        ("rated_lookup_soon", r#"{"key":3}"#),
    ]);
    for refused in session.dispatch(tick).await {
        assert_eq!(refused.result().unwrap_err().kind(), ErrorKind::RateLimited);
        assert_eq!((refused.batch(), refused.attempts()), (None, 0));
    }
    assert_eq!((log.take().len(), harness.stats().batches), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn every_try_takes_a_turn() {
    let log = Log::new();
    let session = harness(&log).session().start();
    let outcome = one(&session, "rated_fail", "").await;
    assert_eq!(outcome.attempts(), 2);
    assert_eq!(log.take(), ["0 fail", "1000 fail"]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_refused_leaves_the_error_of_the_run() {
    let session = harness(&Log::new()).session().start();
    let outcome = one(&session, "rated_fail_soon", "").await;
    assert_eq!((outcome.text(), outcome.attempts()), ("failure 1", 1));
}
