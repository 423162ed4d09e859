//! The limits alone.

mod rates;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tokio::task::{JoinHandle, yield_now};
use tokio::time::Instant;

use super::*;
use crate::aboard::RunId;
use crate::tool::spec;

const SECOND: Duration = Duration::from_secs(1);

fn limits(spec: &ToolSpec, admission: &Arc<Admission>) -> Arc<Limits> {
    Arc::new(Limits::new(spec, admission))
}

/// A run that is part of these.
async fn admit_within(limits: &Limits, within: &[RunId]) -> Result<Permits, ToolError> {
    let claim = Claim {
        party: &Party::new(None),
        priority: 0,
        within: within.to_vec(),
    };
    limits.admit(claim).await
}

async fn admit(limits: &Limits) -> Permits {
    admit_within(limits, &[]).await.unwrap()
}

/// Waits for a run in a task of its own.
fn wait(limits: &Arc<Limits>) -> JoinHandle<Permits> {
    let limits = Arc::clone(limits);
    tokio::spawn(async move { admit(&limits).await })
}

/// What a future has come to that nobody waits for.
fn now<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_write_that_is_not_idempotent_is_never_tried_again_whatever_its_spec_says() {
    let failed = ToolError::failed("the line is busy");
    let pause = |spec: ToolSpec| limits(&spec, &Admission::new(1)).pause(1, &failed, || 0.5);
    let writes = spec("write", "Write.").writes(&["x"]).retries(3);
    assert_eq!(pause(writes), None);
    assert!(pause(writes.idempotent()).is_some());
    assert!(pause(spec("read", "Read.").reads(&["x"]).retries(3)).is_some());
}

#[test]
fn a_call_is_tried_again_as_often_as_its_tool_says_and_after_what_may_pass() {
    let limits = limits(&spec("read", "Read.").retries(2), &Admission::new(1));
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

#[tokio::test]
async fn who_waits_for_the_tool_keeps_nothing_of_the_harness() {
    let harness = Admission::new(2);
    let one = limits(&spec("one", "One.").max_concurrency(1), &harness);
    let free = limits(&spec("free", "Free."), &harness);
    let first = admit(&one).await;
    let second = wait(&one);
    yield_now().await;
    let other = now(admit(&free));
    assert!(other.is_ready(), "there is a place");
    drop(first);
    drop(second.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_harness_keeps_nothing_of_the_tool() {
    let harness = Admission::new(1);
    let one = limits(&spec("one", "One.").max_concurrency(1), &harness);
    let outer = limits(&spec("outer", "Outer."), &harness);
    let run = admit(&outer).await;
    let waits = wait(&one);
    yield_now().await;
    let nested = now(admit_within(&one, &[run.run()]));
    assert!(
        matches!(nested, Poll::Ready(Ok(_))),
        "the run lends its place"
    );
    drop(nested);
    drop(run);
    drop(waits.await.unwrap());
}

#[tokio::test]
async fn runs_that_wait_for_each_other_are_told() {
    let harness = Admission::new(8);
    let tool = |name| limits(&spec(name, "One.").max_concurrency(1), &harness);
    let (a, b) = (tool("a"), tool("b"));
    let (of_a, of_b) = (admit(&a).await, admit(&b).await);
    let a_asks_b = {
        let (b, run) = (Arc::clone(&b), of_a.run());
        tokio::spawn(async move { admit_within(&b, &[run]).await })
    };
    yield_now().await;
    let error = admit_within(&a, &[of_b.run()]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(
        error.to_string(),
        "`a` cannot run: all of its places are held by runs that wait, themselves, for the run that calls it"
    );
    drop(of_b);
    a_asks_b.await.unwrap().unwrap();
}

#[tokio::test]
async fn who_is_granted_a_run_and_goes_away_gives_it_back() {
    let harness = Admission::new(1);
    let free = limits(&spec("free", "Free."), &harness);
    let busy = admit(&free).await;
    {
        let mut gone = pin!(admit(&free));
        assert!(now(gone.as_mut()).is_pending());
        drop(busy);
        assert!(now(admit(&free)).is_pending(), "it is granted already");
    }
    assert!(now(admit(&free)).is_ready());
}
