//! Runs that equal calls share, and results past their TTL, through the harness.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::{advance, sleep};
use toolwright::{
    CacheStatus, Context, ErrorKind, Harness, Levers, ToolCall, ToolError, registry, tool,
};

use crate::one;

const RUN: Duration = Duration::from_millis(100);

/// What the tools read, and how often they ran.
#[derive(Debug, Default)]
struct Source {
    value: AtomicU64,
    runs: AtomicU64,
    fails: AtomicU64,
}

impl Source {
    async fn read(&self) -> Result<u64, ToolError> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let value = self.value.load(Ordering::SeqCst);
        sleep(RUN).await;
        match self.fails.load(Ordering::SeqCst) {
            0 => Ok(value),
            1 => Err(ToolError::failed("the source is down")),
            2 => Err(ToolError::not_found("there is no such value")),
            _ => panic!("the source breaks"),
        }
    }

    fn runs(&self) -> u64 {
        self.runs.load(Ordering::SeqCst)
    }
}

/// Read the value, slowly.
#[tool(ttl = "1m", reads = "source")]
async fn flight_read(
    #[state] source: &Source,
    #[context] ctx: &Context,
    /// Which.
    id: u64,
) -> Result<String, ToolError> {
    let value = source.read().await?;
    Ok(format!("{} {id}={value}", ctx.tenant().unwrap_or("-")))
}

/// Read the value; an old one will do for a while.
#[tool(
    ttl = "1m",
    stale_while_revalidate = "2m",
    stale_if_error = "5m",
    reads = "source"
)]
async fn flight_stale(#[state] source: &Source) -> Result<u64, ToolError> {
    source.read().await
}

/// Read the value, and never keep it.
#[tool(reads = "source")]
async fn flight_uncached(#[state] source: &Source) -> Result<u64, ToolError> {
    source.read().await
}

/// Set the value.
#[tool(writes = "source")]
async fn flight_write(
    #[state] source: &Source,
    /// To what.
    value: u64,
) -> u64 {
    source.value.store(value, Ordering::SeqCst);
    value
}

fn world(levers: Levers) -> (Harness, Arc<Source>) {
    let source = Arc::<Source>::default();
    let registry = registry![flight_read, flight_stale, flight_uncached, flight_write].unwrap();
    let harness = Harness::builder(registry)
        .state(Arc::clone(&source))
        .levers(levers)
        .max_concurrency(64)
        .build()
        .unwrap();
    (harness, source)
}

fn calls<const N: usize>(calls: [(&str, &str); N]) -> Vec<ToolCall> {
    let call = |(index, (tool, arguments)): (usize, (&str, &str))| {
        ToolCall::new(index.to_string(), tool, arguments)
    };
    calls.into_iter().enumerate().map(call).collect()
}

#[tokio::test(start_paused = true)]
async fn f1_equal_calls_of_a_tick_and_of_other_sessions_share_one_run() {
    let (harness, source) = world(Levers::all());
    let (one, other) = (harness.session().start(), harness.session().start());
    let tick = || {
        calls([
            ("flight_read", r#"{"id":1}"#),
            ("flight_read", r#"{ "id" : 1 }"#),
        ])
    };
    let (first, second) = tokio::join!(one.dispatch(tick()), other.dispatch(tick()));
    let outcomes: Vec<_> = first.into_iter().chain(second).collect();
    assert!(outcomes.iter().all(|outcome| outcome.text() == "- 1=0"));
    let shared = outcomes
        .iter()
        .filter(|it| it.cache() == CacheStatus::Shared);
    assert_eq!((shared.count(), source.runs()), (3, 1));
    let stats = harness.stats();
    assert_eq!((stats.cache_misses, stats.cache_shared), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn tenants_never_share_a_run() {
    let (harness, source) = world(Levers::all());
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    let (mine, theirs) = tokio::join!(
        one(&acme, "flight_read", r#"{"id":1}"#),
        one(&globex, "flight_read", r#"{"id":1}"#)
    );
    assert_eq!((mine.text(), theirs.text()), ("acme 1=0", "globex 1=0"));
    assert_eq!(source.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_a_ttl_or_without_the_lever_nothing_is_shared() {
    for (levers, tool) in [
        (Levers::all(), "flight_uncached"),
        (Levers::all().without_result_caching(), "flight_read"),
    ] {
        let (harness, source) = world(levers);
        let session = harness.session().start();
        let arguments = if tool == "flight_read" {
            r#"{"id":1}"#
        } else {
            ""
        };
        let outcomes = session
            .dispatch(calls([(tool, arguments), (tool, arguments)]))
            .await;
        assert!(outcomes.iter().all(|it| it.cache() == CacheStatus::Bypass));
        assert_eq!(source.runs(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn c8_a_read_that_begins_after_a_write_never_joins_a_run_from_before_it() {
    let (harness, source) = world(Levers::all());
    let session = harness.session().start();
    let before = {
        let session = session.clone();
        tokio::spawn(async move { one(&session, "flight_read", r#"{"id":1}"#).await })
    };
    sleep(RUN / 2).await;
    one(&session, "flight_write", r#"{"value":7}"#).await;
    let after = one(&session, "flight_read", r#"{"id":1}"#).await;
    assert_eq!((after.text(), after.cache()), ("- 1=7", CacheStatus::Miss));
    // The one from before has its own answer, which is not kept.
    assert_eq!(before.await.unwrap().text(), "- 1=0");
    let later = one(&session, "flight_read", r#"{"id":1}"#).await;
    assert_eq!(
        (later.text(), later.cache(), source.runs()),
        ("- 1=7", CacheStatus::Hit, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn f3_a_run_that_nobody_waits_for_is_dropped_and_its_permit_is_free() {
    let (harness, source) = world(Levers::all());
    let session = harness.session().start();
    let waiting = tokio::spawn({
        let session = session.clone();
        async move {
            session
                .dispatch(calls([
                    ("flight_read", r#"{"id":1}"#),
                    ("flight_read", r#"{"id":1}"#),
                ]))
                .await
        }
    });
    sleep(RUN / 2).await;
    waiting.abort();
    let _ = waiting.await;
    sleep(RUN * 2).await;
    // It never came to its end, so that nothing was kept.
    let again = one(&session, "flight_read", r#"{"id":1}"#).await;
    assert_eq!((again.cache(), source.runs()), (CacheStatus::Miss, 2));
}

#[tokio::test(start_paused = true)]
async fn f4_f5_errors_and_panics_reach_all_who_wait_and_are_not_kept() {
    let (harness, source) = world(Levers::all());
    let session = harness.session().start();
    for (fails, kind) in [(1, ErrorKind::Failed), (3, ErrorKind::Panicked)] {
        source.fails.store(fails, Ordering::SeqCst);
        let runs = source.runs();
        let tick = calls([
            ("flight_read", r#"{"id":1}"#),
            ("flight_read", r#"{"id":1}"#),
        ]);
        for outcome in session.dispatch(tick).await {
            assert_eq!(outcome.result().unwrap_err().kind(), kind);
        }
        assert_eq!(source.runs(), runs + 1);
    }
    source.fails.store(0, Ordering::SeqCst);
    let outcome = one(&session, "flight_read", r#"{"id":1}"#).await;
    assert_eq!(outcome.cache(), CacheStatus::Miss);
}

#[tokio::test(start_paused = true)]
async fn c6_a_stale_result_is_served_while_one_run_fetches_a_new_one() {
    let (harness, source) = world(Levers::all());
    let session = harness.session().start();
    one(&session, "flight_stale", "").await;
    source.value.store(5, Ordering::SeqCst);
    advance(Duration::from_secs(90)).await;
    for _ in 0..3 {
        let outcome = one(&session, "flight_stale", "").await;
        assert_eq!((outcome.text(), outcome.cache()), ("0", CacheStatus::Stale));
        assert_eq!(outcome.age(), Some(Duration::from_secs(90)));
    }
    sleep(RUN * 2).await;
    assert_eq!((source.runs(), harness.stats().cache_refreshes), (2, 1));
    let outcome = one(&session, "flight_stale", "").await;
    assert_eq!((outcome.text(), outcome.cache()), ("5", CacheStatus::Hit));
}

#[tokio::test(start_paused = true)]
async fn c6_a_refresh_that_fails_keeps_the_stale_result_and_backs_off() {
    let (harness, source) = world(Levers::all());
    let session = harness.session().start();
    one(&session, "flight_stale", "").await;
    source.fails.store(1, Ordering::SeqCst);
    advance(Duration::from_secs(90)).await;
    for round in 0..5 {
        let outcome = one(&session, "flight_stale", "").await;
        assert_eq!(
            (outcome.text(), outcome.cache()),
            ("0", CacheStatus::Stale),
            "{round}"
        );
        sleep(RUN * 2).await;
    }
    // Five reads in a second: one refresh.
    assert_eq!(source.runs(), 2);
    sleep(Duration::from_secs(1)).await;
    one(&session, "flight_stale", "").await;
    sleep(RUN * 2).await;
    assert_eq!(source.runs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_stale_result_stands_in_for_a_run_that_failed() {
    let (harness, source) = world(Levers::all());
    let session = harness.session().start();
    one(&session, "flight_stale", "").await;
    // Past its time for being served at once, and within that for errors.
    advance(Duration::from_mins(4)).await;
    source.fails.store(1, Ordering::SeqCst);
    let outcome = one(&session, "flight_stale", "").await;
    assert_eq!((outcome.text(), outcome.cache()), ("0", CacheStatus::Stale));
    assert_eq!(source.runs(), 2);
    // That something is gone is an answer, and no failure.
    source.fails.store(2, Ordering::SeqCst);
    let outcome = one(&session, "flight_stale", "").await;
    assert_eq!(outcome.text(), "there is no such value");
    advance(Duration::from_mins(2)).await;
    source.fails.store(1, Ordering::SeqCst);
    let outcome = one(&session, "flight_stale", "").await;
    assert_eq!(outcome.text(), "the source is down");
}

#[tokio::test(start_paused = true)]
async fn what_was_invalidated_is_never_served_stale() {
    let (harness, source) = world(Levers::all());
    let session = harness.session().start();
    one(&session, "flight_stale", "").await;
    advance(Duration::from_secs(90)).await;
    one(&session, "flight_write", r#"{"value":9}"#).await;
    let outcome = one(&session, "flight_stale", "").await;
    assert_eq!((outcome.text(), outcome.cache()), ("9", CacheStatus::Miss));

    // Written while the run that failed was under way.
    advance(Duration::from_mins(4)).await;
    source.fails.store(1, Ordering::SeqCst);
    let failing = tokio::spawn({
        let session = session.clone();
        async move { one(&session, "flight_stale", "").await }
    });
    sleep(RUN / 2).await;
    harness.invalidate("source");
    assert_eq!(failing.await.unwrap().text(), "the source is down");
}

#[tokio::test(start_paused = true)]
async fn what_is_written_elsewhere_is_invalidated_by_name() {
    let (harness, source) = world(Levers::all());
    let acme = harness.session().tenant("acme").start();
    let read = async || {
        one(&acme, "flight_read", r#"{"id":1}"#)
            .await
            .text()
            .to_owned()
    };
    assert_eq!(read().await, "acme 1=0");
    source.value.store(3, Ordering::SeqCst);
    harness.invalidate("elsewhere");
    assert_eq!(read().await, "acme 1=0");
    harness.invalidate("*");
    assert_eq!(read().await, "acme 1=3");
    assert_eq!(harness.stats().cache_invalidations, 1);
}

#[tokio::test(start_paused = true)]
async fn the_cache_is_bounded_as_it_was_told() {
    let source = Arc::<Source>::default();
    let harness = Harness::builder(registry![flight_read].unwrap())
        .state(source)
        .cache_entries(10)
        .build()
        .unwrap();
    let session = harness.session().start();
    for id in 0..50 {
        one(&session, "flight_read", &format!(r#"{{"id":{id}}}"#)).await;
    }
    let stats = harness.stats();
    assert!((1..=10).contains(&stats.cache_entries), "{stats:?}");
    assert_eq!(stats.cache_evictions, 50 - stats.cache_entries);

    let harness = Harness::builder(registry![flight_read].unwrap())
        .state(Arc::<Source>::default())
        .cache_entry_limit(100)
        .build()
        .unwrap();
    let session = harness.session().start();
    one(&session, "flight_read", r#"{"id":1}"#).await;
    yield_now().await;
    let stats = harness.stats();
    assert_eq!((stats.cache_entries, stats.cache_refusals), (0, 1));
}
