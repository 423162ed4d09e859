//! The limits alone.

use tokio::task::yield_now;
use tokio::time::Instant;

use super::*;
use crate::tool::spec;

const SECOND: Duration = Duration::from_secs(1);

/// A harness of this many permits.
fn permits(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits))
}

fn limits(spec: &ToolSpec, of_harness: &Arc<Semaphore>) -> Arc<Limits> {
    Arc::new(Limits::new(spec, Arc::clone(of_harness)))
}

/// Waits for a run in a task of its own.
fn wait(limits: &Arc<Limits>) -> tokio::task::JoinHandle<Permits> {
    let limits = Arc::clone(limits);
    tokio::spawn(async move { limits.admit(Held::default()).await.unwrap() })
}

#[test]
fn a_write_that_is_not_idempotent_is_never_tried_again_whatever_its_spec_says() {
    let failed = ToolError::failed("the line is busy");
    let pause = |spec: ToolSpec| limits(&spec, &permits(1)).pause(1, &failed, || 0.5);
    let writes = spec("write", "Write.").writes(&["x"]).retries(3);
    assert_eq!(pause(writes), None);
    assert!(pause(writes.idempotent()).is_some());
    assert!(pause(spec("read", "Read.").reads(&["x"]).retries(3)).is_some());
}

#[test]
fn a_call_is_tried_again_as_often_as_its_tool_says_and_after_what_may_pass() {
    let limits = limits(&spec("read", "Read.").retries(2), &permits(1));
    let pause = |runs, error: &ToolError| limits.pause(runs, error, || 0.5);
    let failed = ToolError::failed("the line is busy");
    let millis = |millis| Some(Duration::from_millis(millis));
    let pauses: Vec<_> = (0..5).map(|runs| pause(runs, &failed)).collect();
    assert_eq!(pauses, [None, millis(50), millis(100), None, None]);
    assert_eq!(pause(1, &failed.clone().permanent()), None);
    let missing = ToolError::not_found("no such thing");
    assert_eq!(pause(1, &missing), None);
    assert_eq!(pause(1, &missing.transient()), millis(50));
}

#[test]
fn the_kinds_that_may_pass() {
    use ErrorKind::{
        BatchContract, Cancelled, Failed, Internal, InvalidArguments, InvalidCall, MissingTenant,
        NotFound, Panicked, RateLimited, TimedOut, UnknownTool,
    };
    assert!([Failed, TimedOut].into_iter().all(ErrorKind::is_transient));
    let others = [
        NotFound,
        UnknownTool,
        InvalidArguments,
        InvalidCall,
        MissingTenant,
        Panicked,
        BatchContract,
        Cancelled,
        Internal,
        RateLimited,
    ];
    assert!(!others.into_iter().any(ErrorKind::is_transient));
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_tool_holds_nothing_of_the_harness() {
    let of_harness = permits(4);
    let limits = limits(&spec("one", "One.").max_concurrency(1), &of_harness);
    let first = limits.admit(Held::default()).await.unwrap();
    let second = wait(&limits);
    yield_now().await;
    assert_eq!(of_harness.available_permits(), 3);
    drop(first);
    drop(second.await.unwrap());
    assert_eq!(of_harness.available_permits(), 4);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_rate_holds_nothing_of_the_harness() {
    let of_harness = permits(4);
    let limits = limits(&spec("rare", "Rare.").rate(1, 1_000), &of_harness);
    drop(limits.admit(Held::default()).await.unwrap());
    let started = Instant::now();
    let second = wait(&limits);
    yield_now().await;
    assert_eq!(of_harness.available_permits(), 4);
    drop(second.await.unwrap());
    assert_eq!(started.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_run_counts_for_the_rate_when_it_begins_and_not_when_its_turn_came() {
    let of_harness = permits(1);
    let limits = limits(&spec("rare", "Rare.").rate(1, 1_000), &of_harness);
    let busy = Arc::clone(&of_harness).acquire_owned().await.unwrap();
    let (first, second) = (wait(&limits), wait(&limits));
    tokio::time::advance(3 * SECOND).await;
    yield_now().await;
    drop(busy);
    drop(first.await.unwrap());
    let started = Instant::now();
    drop(second.await.unwrap());
    assert_eq!(started.elapsed(), SECOND, "two turns, two seconds");
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_leaves_every_queue() {
    let of_harness = permits(1);
    let spec = spec("all", "All.").max_concurrency(2).rate(1, 1_000);
    let limits = limits(&spec, &of_harness);
    let busy = Arc::clone(&of_harness).acquire_owned().await.unwrap();
    // One waits for the harness, one for its turn, one for the tool.
    let waiting = [wait(&limits), wait(&limits), wait(&limits)];
    yield_now().await;
    let of_tool = limits.of_tool.as_ref().unwrap();
    assert_eq!(of_tool.available_permits(), 0);
    for waiting in waiting {
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
    }
    assert_eq!(of_tool.available_permits(), 2);
    drop(busy);
    let started = Instant::now();
    drop(limits.admit(Held::default()).await.unwrap());
    assert_eq!(started.elapsed(), Duration::ZERO, "no turn was spent");
}
