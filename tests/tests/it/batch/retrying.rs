//! `retries` and batches: a batch is tried again as a whole, and taken apart only after the last try.

use std::time::Duration;

use tokio::time::sleep;
use toolwright::{Batching, ErrorKind, FlushPolicy, ToolError};

use super::depot::{Mood, ask, kind, tick, world};

/// Three tries of the whole batch, and then what may be one key's fault is looked for.
#[tokio::test(start_paused = true)]
async fn a_batch_is_tried_again_as_a_whole_before_it_is_split() {
    let (harness, depot) = world(|it| it);
    depot.is(2, Mood::Breaks(ErrorKind::Failed));
    let outcomes = tick(&harness.session().start(), "depot_patient", 0..4).await;
    let runs = depot.keys();
    assert_eq!(runs[..3], [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]]);
    assert_eq!(runs[3..], [[0], [1], [2], [3]]);
    for (key, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_error(), key == 2);
        assert_eq!(outcome.attempts(), 4);
    }
    let stats = harness.batch_stats();
    let stats = stats.iter().find(|it| it.tool == "depot_patient").unwrap();
    assert_eq!((stats.batches, stats.splits, stats.split_runs), (3, 1, 4));
}

/// A failure that passes by itself costs one more run.
#[tokio::test(start_paused = true)]
async fn a_batch_that_recovers_is_not_split() {
    let (harness, depot) = world(|it| it);
    depot.is(2, Mood::Breaks(ErrorKind::Failed));
    depot.takes(5);
    let session = harness.session().start();
    let recovery = async {
        sleep(Duration::from_millis(5)).await;
        tokio::task::yield_now().await;
        depot.recovers();
    };
    let (outcomes, ()) = tokio::join!(tick(&session, "depot_patient", 0..4), recovery);
    assert!(
        outcomes
            .iter()
            .all(|it| !it.is_error() && it.attempts() == 2),
        "{outcomes:?}"
    );
    assert_eq!(depot.keys(), [[0, 1, 2, 3], [0, 1, 2, 3]]);
    assert_eq!(harness.stats().retries, 4);
}

/// What is not worth a retry is split at once.
#[tokio::test(start_paused = true)]
async fn a_failure_that_is_for_good_is_split_at_once() {
    let (harness, depot) = world(|it| it);
    depot.is(2, Mood::BreaksForGood);
    let outcomes = tick(&harness.session().start(), "depot_patient", 0..4).await;
    assert_eq!(depot.keys().len(), 1 + 4);
    for (key, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_error(), key == 2);
        assert_eq!(outcome.attempts(), 2);
    }
}

/// An error of a key's own is tried again without those that were answered.
#[tokio::test(start_paused = true)]
async fn a_key_with_an_error_of_its_own_is_tried_again_by_itself() {
    let (harness, depot) = world(|it| it);
    depot.is(2, Mood::Own(ErrorKind::Failed));
    depot.is(3, Mood::Own(ErrorKind::NotFound));
    let outcomes = tick(&harness.session().start(), "depot_patient", 0..5).await;
    assert_eq!(depot.keys(), [vec![0, 1, 2, 3, 4], vec![2], vec![2]]);
    let attempts: Vec<u32> = outcomes.iter().map(toolwright::Outcome::attempts).collect();
    assert_eq!(attempts, [1, 1, 3, 1, 1]);
    assert_eq!(kind(&outcomes[3]), Some(ErrorKind::NotFound));
}

/// An overload is tried again, and never in parts.
#[tokio::test(start_paused = true)]
async fn an_overload_is_tried_again_and_not_split() {
    let (harness, depot) = world(|it| it);
    depot.is(2, Mood::Breaks(ErrorKind::Overloaded));
    let outcomes = tick(&harness.session().start(), "depot_patient", 0..4).await;
    assert!(
        outcomes
            .iter()
            .all(|it| kind(it) == Some(ErrorKind::Overloaded))
    );
    assert!(outcomes[0].result().is_err_and(ToolError::is_transient));
    assert_eq!(depot.keys().len(), 3);
}

/// Of one batch, the calls that are at their last try are taken out and run in parts; the others try again as they
/// would have.
#[tokio::test(start_paused = true)]
async fn of_a_batch_that_fails_only_those_at_their_last_try_are_split() {
    // A batch leaves a second after its first call came: pauses are shorter than that.
    let by_size = Batching::new().policy(FlushPolicy::Size);
    let (harness, depot) = world(|it| it.batching(by_size));
    depot.is(1, Mood::Breaks(ErrorKind::Failed));
    let session = harness.session().start();
    let others = async {
        // The first call is at its last try by then, and waits.
        sleep(Duration::from_millis(2_500)).await;
        tick(&session, "depot_patient", [7, 8]).await
    };
    let (bad, others) = tokio::join!(ask(&session, "depot_patient", 1), others);
    let runs = [vec![1], vec![1], vec![1, 7, 8], vec![1], vec![7, 8]];
    assert_eq!(depot.keys(), runs);
    assert_eq!((kind(&bad), bad.attempts()), (Some(ErrorKind::Failed), 4));
    assert!(others.iter().all(|it| !it.is_error() && it.attempts() == 2));
}
