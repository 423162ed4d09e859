//! The end of a harness, or of the runtime that its batches live in: everyone who waits is told something.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use toolwright::{Batching, ErrorKind, FlushPolicy, FlushReason};

use super::depot::{Mood, ask, ask_at, kind, tick, world};

/// B25: what waits for company leaves at once and is answered; what comes later is refused. (The statement has what waits
/// fail: there is no reason to.)
#[tokio::test(start_paused = true)]
async fn b25_what_waits_leaves_at_once_and_what_comes_later_is_refused() {
    for policy in [
        FlushPolicy::Hybrid,
        FlushPolicy::FixedWindow,
        FlushPolicy::Size,
    ] {
        for tool in ["depot_look", "depot_kept", "depot_add"] {
            let (harness, depot) = world(|it| it.batching(Batching::new().policy(policy)));
            let session = harness.session().start();
            ask(&session, "depot_kept", 9).await;
            let (seen, began) = (depot.take().len(), Instant::now());
            assert_eq!(seen, 1);
            depot.takes(20);
            let shutdown = async {
                sleep(Duration::from_millis(5)).await;
                harness.shutdown().await;
                // It returned when the batch had ended.
                assert_eq!(began.elapsed(), Duration::from_millis(25));
                ask(&session, "depot_kept", 9).await
            };
            let (waiting, late, hit) = tokio::join!(
                tick(&session, tool, 0..4),
                ask_at(&session, 10, tool, 7),
                shutdown
            );
            for outcome in &waiting {
                assert!(!outcome.is_error(), "{outcome:?}");
                let batch = outcome.batch().unwrap();
                assert_eq!((batch.size, batch.flush_reason), (4, FlushReason::Shutdown));
                assert_eq!(batch.wait_time, Duration::from_millis(5));
            }
            // Even what is kept is not served any more.
            assert_eq!(kind(&late), Some(ErrorKind::ShuttingDown));
            assert_eq!(kind(&hit), Some(ErrorKind::ShuttingDown));
            assert_eq!(depot.keys(), [[0, 1, 2, 3]]);
        }
    }
}

/// B25: calls that wait for room, and batches that wait for their permit, are answered before it is over.
#[tokio::test(start_paused = true)]
async fn b25_everyone_who_was_there_before_is_answered() {
    let batching = Batching::new().max_waiting(3).max_in_flight(1);
    let (harness, depot) = world(|it| it.batching(batching));
    depot.takes(10);
    let mut callers = JoinSet::new();
    for caller in 0..60_u64 {
        let session = harness.session().tenant(format!("t{}", caller % 2)).start();
        callers.spawn(async move { ask(&session, "depot_look", caller).await });
    }
    sleep(Duration::from_millis(1)).await;
    harness.shutdown().await;
    let outcomes = timeout(Duration::ZERO, callers.join_all()).await;
    let outcomes = outcomes.expect("all were answered when it was over");
    assert!(outcomes.iter().all(|it| !it.is_error()));
    assert_eq!(depot.keys().concat().len(), 60);
}

/// B25: it may be asked for twice, by several at once, and of a harness in which nothing ever ran.
#[tokio::test(start_paused = true)]
async fn b25_a_harness_may_be_shut_down_again() {
    let (harness, _) = world(|it| it);
    tokio::join!(harness.shutdown(), harness.shutdown());
    harness.shutdown().await;
    let outcomes = tick(&harness.session().start(), "depot_look", 0..3).await;
    assert!(
        outcomes
            .iter()
            .all(|it| kind(it) == Some(ErrorKind::ShuttingDown))
    );
}

/// B25: a write whose callers have gone is waited for.
#[tokio::test(start_paused = true)]
async fn b25_a_write_that_nobody_waits_for_is_over_when_the_harness_is() {
    let (harness, depot) = world(|it| it);
    depot.takes(50);
    let session = harness.session().start();
    let gone = timeout(Duration::from_millis(10), ask(&session, "depot_add", 1));
    assert!(gone.await.is_err());
    harness.shutdown().await;
    assert_eq!((depot.millis(), depot.take()[0].took), (50, Some(50)));
}

/// B25: a harness that is dropped with all of its sessions leaves nothing behind: its groups end, and what they hold is
/// dropped.
#[tokio::test(start_paused = true)]
async fn b25_a_harness_that_is_dropped_takes_its_batches_along() {
    /// Counts itself.
    #[derive(Clone)]
    struct Witness(std::sync::Arc<()>);

    let witness = Witness(std::sync::Arc::default());
    let (harness, _) = world(|it| it.state(witness.clone()));
    let session = harness.session().start();
    tick(&session, "depot_look", 0..3).await;
    let given_up = timeout(Duration::from_millis(5), tick(&session, "depot_look", 0..3));
    given_up.await.unwrap();
    drop((harness, session));
    // The group's task is woken, and ends.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(std::sync::Arc::strong_count(&witness.0), 1);
}

fn runtime() -> Runtime {
    let mut runtime = Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap()
}

/// B25: when the runtime goes away in which a group lives, calls of another runtime that wait in it are told so, and the
/// next one finds a group of its own.
#[test]
fn b25_a_runtime_that_goes_away_leaves_nobody_waiting() {
    for tool in ["depot_look", "depot_add", "depot_body"] {
        let (first, second) = (runtime(), runtime());
        let hybrid = Batching::new().policy(FlushPolicy::Hybrid);
        let (harness, depot) = second.block_on(async { world(|it| it.batching(hybrid)) });
        let session = harness.session().start();
        first.block_on(ask(&session, tool, 1));
        second.block_on(async {
            let waiting = tokio::join!(tick(&session, tool, 2..4), async {
                sleep(Duration::from_millis(1)).await;
                first.shutdown_background();
            });
            for outcome in waiting.0 {
                assert_eq!(kind(&outcome), Some(ErrorKind::Cancelled), "{tool}");
                assert_eq!(
                    outcome.text(),
                    "the batch was given up before it had an answer"
                );
            }
            depot.take();
            assert!(!ask(&session, tool, 5).await.is_error());
            assert_eq!(depot.keys(), [[5]]);
        });
    }
}

/// B25: the same for a batch that runs there.
#[test]
fn b25_a_runtime_that_goes_away_during_a_run_leaves_nobody_waiting() {
    let second = Builder::new_current_thread().enable_time().build().unwrap();
    let mut first = Builder::new_multi_thread();
    let first = first.worker_threads(1).enable_time().build().unwrap();
    let (harness, depot) = second.block_on(async { world(|it| it) });
    let session = harness.session().start();
    depot.is(2, Mood::Endless);
    first.block_on(ask(&session, "depot_look", 1));
    second.block_on(async {
        // Two runtimes have no clock in common that could be paused: this is for a failure, which would take for ever.
        let waiting = timeout(Duration::from_mins(1), ask(&session, "depot_look", 2));
        let end = async {
            // The group lives there, and so does the run, once it has begun.
            while depot.asked().len() < 2 {
                tokio::task::yield_now().await;
            }
            // Its own thread must have ended, so that the group has.
            let end = std::thread::spawn(|| first.shutdown_timeout(Duration::from_mins(1)));
            end.join().unwrap();
        };
        let (outcome, ()) = tokio::join!(waiting, end);
        let outcome = outcome.expect("nobody waits for ever");
        assert_eq!(kind(&outcome), Some(ErrorKind::Cancelled));
        assert_eq!(ask(&session, "depot_look", 3).await.text(), "- 3=0");
    });
}
