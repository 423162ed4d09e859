//! `timeout`: how long one run may take, and what becomes of one that takes longer.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use toolwright::{
    Batching, CacheStatus, ErrorKind, FlushPolicy, Harness, HarnessBuilder, Levers, State,
    ToolError, registry, tool,
};

use super::{Log, calls, give_up, one_after_another, sleep, texts};
use crate::one;

/// A value in the outside world.
#[derive(Debug, Clone, Default)]
struct Value(Arc<AtomicU64>);

/// Read the value.
#[tool(timeout = "50ms", ttl = "1h", reads = "timed")]
async fn timed_read(
    #[state] log: &Log,
    #[state] value: &Value,
    /// How long it takes.
    #[arg(default = 0)]
    millis: u64,
) -> u64 {
    log.run("read", millis).await;
    value.0.load(Ordering::SeqCst)
}

/// Set the value to 1 at once and to 2 at the end.
#[tool(timeout = "50ms", writes = "timed")]
async fn timed_write(
    #[state] log: &Log,
    #[state] value: &Value,
    /// How long it takes.
    millis: u64,
) -> &'static str {
    value.0.store(1, Ordering::SeqCst);
    log.run("write", millis).await;
    value.0.store(2, Ordering::SeqCst);
    "done"
}

/// Set the value to 1, then break.
#[tool(timeout = "50ms", writes = "timed")]
async fn timed_break(#[state] value: &Value) -> &'static str {
    sleep(100).await;
    value.0.store(1, Ordering::SeqCst);
    panic!("the password is hunter2");
}

/// Take a while, with no limit.
#[tool]
async fn untimed(
    #[state] log: &Log,
    /// How long it takes.
    millis: u64,
) -> &'static str {
    log.run("untimed", millis).await
}

/// Look up, many at once.
#[tool(timeout = "50ms", batch = timed_lookups)]
async fn timed_lookup(
    /// How long it takes.
    millis: u64,
) -> Result<u64, ToolError>;

async fn timed_lookups(State(log): State<Log>, millis: Vec<u64>) -> HashMap<u64, u64> {
    let longest = millis.iter().copied().max().unwrap();
    log.run(&format!("lookups {millis:?}"), longest).await;
    millis.into_iter().map(|key| (key, key)).collect()
}

/// Set the value, many at once.
#[tool(timeout = "50ms", batch = timed_settings, writes = "timed")]
async fn timed_setting(
    /// How long it takes.
    millis: u64,
) -> Result<u64, ToolError>;

async fn timed_settings(
    State(log): State<Log>,
    State(value): State<Value>,
    millis: Vec<u64>,
) -> Vec<u64> {
    value.0.store(1, Ordering::SeqCst);
    let longest = millis.iter().copied().max().unwrap();
    log.run("settings", longest).await;
    value.0.store(2, Ordering::SeqCst);
    millis
}

fn builder(log: &Log) -> HarnessBuilder {
    let registry = registry![
        timed_read,
        timed_write,
        timed_break,
        untimed,
        timed_lookup,
        timed_setting
    ];
    Harness::builder(registry.unwrap())
        .state(log.clone())
        .state(Value::default())
}

fn harness(log: &Log) -> Harness {
    builder(log).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_read_that_takes_too_long_is_stopped() {
    let log = Log::new();
    let session = harness(&log).session().start();
    let outcome = one(&session, "timed_read", r#"{"millis":200}"#).await;
    let error = outcome.result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(
        outcome.text(),
        "`timed_read` took longer than 50ms and was stopped: ask for less, or call it again later"
    );
    assert_eq!(outcome.elapsed().as_millis(), 50);
    assert_eq!(
        (outcome.attempts(), outcome.cache()),
        (1, CacheStatus::Miss)
    );
    sleep(500).await;
    assert_eq!(log.take(), ["0 +read", "50 dropped read"]);
    let again = one(&session, "timed_read", r#"{"millis":200}"#).await;
    assert_eq!(again.cache(), CacheStatus::Miss, "nothing was kept");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_ends_in_time_is_none_the_wiser() {
    let session = harness(&Log::new()).session().start();
    let outcome = one(&session, "timed_read", r#"{"millis":49}"#).await;
    assert_eq!((outcome.text(), outcome.attempts()), ("0", 1));
}

#[tokio::test(start_paused = true)]
async fn the_permit_of_a_read_that_was_stopped_is_free_at_once() {
    let log = Log::new();
    let harness = builder(&log).max_concurrency(1).build().unwrap();
    let timed = calls(&[("timed_read", r#"{"millis":200}"#)]);
    let untimed = calls(&[("untimed", r#"{"millis":1}"#)]);
    one_after_another(&harness.session().start(), timed, untimed).await;
    let expected = ["0 +read", "50 dropped read", "50 +untimed", "51 -untimed"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn the_time_that_a_call_waits_for_a_permit_does_not_count() {
    let harness = builder(&Log::new()).max_concurrency(1).build().unwrap();
    let tick = calls(&[
        ("untimed", r#"{"millis":100}"#),
        ("timed_read", r#"{"millis":40}"#),
    ]);
    let outcomes = harness.session().start().dispatch(tick).await;
    assert_eq!(outcomes[1].text(), "0");
    assert_eq!(outcomes[1].elapsed().as_millis(), 140);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_takes_too_long_is_told_of_and_goes_on_with_its_permit() {
    let log = Log::new();
    let harness = builder(&log).max_concurrency(1).build().unwrap();
    let session = harness.session().start();
    let outcome = one(&session, "timed_write", r#"{"millis":200}"#).await;
    let error = outcome.result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(!error.is_transient(), "it may not have ended");
    assert_eq!(
        outcome.text(),
        "`timed_write` took longer than 50ms; it was not stopped and may still take effect: look at what it changes before you call it again"
    );
    assert_eq!(outcome.elapsed().as_millis(), 50);
    one(&session, "untimed", r#"{"millis":1}"#).await;
    let expected = ["0 +write", "200 -write", "200 +untimed", "201 -untimed"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_takes_too_long_invalidates_at_the_time_out_and_when_it_ends() {
    let session = harness(&Log::new()).session().start();
    assert_eq!(one(&session, "timed_read", "").await.text(), "0");
    let write = one(&session, "timed_write", r#"{"millis":200}"#).await;
    assert!(write.is_error());
    let read = one(&session, "timed_read", "").await;
    assert_eq!((read.text(), read.cache()), ("1", CacheStatus::Miss));
    let read = one(&session, "timed_read", "").await;
    assert_eq!((read.text(), read.cache()), ("1", CacheStatus::Hit));
    sleep(151).await;
    let read = one(&session, "timed_read", "").await;
    assert_eq!((read.text(), read.cache()), ("2", CacheStatus::Miss));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_breaks_after_its_time_out_invalidates_as_well() {
    let session = harness(&Log::new()).session().start();
    let write = one(&session, "timed_break", "").await;
    assert_eq!(write.result().unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(one(&session, "timed_read", "").await.text(), "0");
    sleep(100).await;
    assert_eq!(one(&session, "timed_read", "").await.text(), "1");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_given_up_goes_on_past_its_timeout_and_invalidates() {
    let log = Log::new();
    let session = harness(&log).session().start();
    give_up(&session, 10, calls(&[("timed_write", r#"{"millis":200}"#)])).await;
    let read = one(&session, "timed_read", "").await;
    assert_eq!(read.text(), "1");
    sleep(300).await;
    let read = one(&session, "timed_read", "").await;
    assert_eq!((read.text(), read.cache()), ("2", CacheStatus::Miss));
    assert_eq!(log.take()[..1], ["0 +write"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_takes_too_long_is_stopped_for_every_caller() {
    let log = Log::new();
    let harness = builder(&log)
        .max_concurrency(1)
        .batching(Batching::new().policy(FlushPolicy::Hybrid))
        .build()
        .unwrap();
    let session = harness.session().start();
    let tick = calls(&[
        ("timed_lookup", r#"{"millis":10}"#),
        ("timed_lookup", r#"{"millis":200}"#),
    ]);
    let outcomes = session.dispatch(tick).await;
    for outcome in &outcomes {
        assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::TimedOut);
        // The window of 2 ms is not of the run.
        assert_eq!(outcome.elapsed().as_millis(), 52);
        assert_eq!(outcome.attempts(), 1);
        assert!(outcome.batch().is_some() && outcome.text().contains("and was stopped"));
    }
    one(&session, "untimed", r#"{"millis":1}"#).await;
    let expected = [
        "2 +lookups [10, 200]",
        "52 dropped lookups [10, 200]",
        "52 +untimed",
        "53 -untimed",
    ];
    assert_eq!(log.take(), expected);
    let tick = calls(&[("timed_lookup", r#"{"millis":10}"#)]);
    assert_eq!(texts(&session.dispatch(tick).await), ["10"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_writes_that_takes_too_long_goes_on_and_invalidates_twice() {
    let log = Log::new();
    let harness = builder(&log)
        .max_concurrency(2)
        .batching(Batching::new().policy(FlushPolicy::Hybrid))
        .build()
        .unwrap();
    let session = harness.session().start();
    assert_eq!(one(&session, "timed_read", "").await.text(), "0");
    let write = one(&session, "timed_setting", r#"{"millis":200}"#).await;
    assert_eq!(write.elapsed().as_millis(), 52);
    assert!(
        write.text().contains("may still take effect"),
        "{}",
        write.text()
    );
    assert_eq!(one(&session, "timed_read", "").await.text(), "1");
    log.take();
    // One of two permits is still with the batch.
    let tick = [
        ("untimed", r#"{"millis":100}"#),
        ("untimed", r#"{"millis":100}"#),
    ];
    session.dispatch(calls(&tick)).await;
    let expected = [
        "52 +untimed",
        "152 -untimed",
        "152 +untimed",
        "202 -settings",
        "252 -untimed",
    ];
    assert_eq!(log.take(), expected);
    assert_eq!(one(&session, "timed_read", "").await.text(), "2");
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_writes_that_everyone_gave_up_goes_on_and_invalidates() {
    let session = harness(&Log::new()).session().start();
    give_up(
        &session,
        10,
        calls(&[("timed_setting", r#"{"millis":40}"#)]),
    )
    .await;
    assert_eq!(one(&session, "timed_read", "").await.text(), "1");
    sleep(40).await;
    assert_eq!(one(&session, "timed_read", "").await.text(), "2");
}

#[tokio::test(start_paused = true)]
async fn without_batches_a_batch_of_one_is_bounded_too() {
    let log = Log::new();
    let levers = Levers::all().without_batching();
    let harness = builder(&log).levers(levers).build().unwrap();
    let session = harness.session().start();
    let outcome = one(&session, "timed_lookup", r#"{"millis":200}"#).await;
    assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(log.take(), ["0 +lookups [200]", "50 dropped lookups [200]"]);
}
