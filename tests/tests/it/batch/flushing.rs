//! When a batch leaves, by each policy.

use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::Instant;
use toolwright::{Batching, FlushPolicy, FlushReason, Outcome};

use super::depot::{ask, ask_at, tick, world};

const POLICIES: [FlushPolicy; 4] = [
    FlushPolicy::FixedWindow,
    FlushPolicy::Size,
    FlushPolicy::Hybrid,
    FlushPolicy::Adaptive,
];

fn reason(outcome: &Outcome) -> FlushReason {
    outcome.batch().unwrap().flush_reason
}

fn waited(outcome: &Outcome) -> u128 {
    outcome.batch().unwrap().wait_time.as_millis()
}

/// B1, B24: one call is a batch of one, and nothing is added to the time of its run. What that is in real time, beside
/// no batching, is for the benchmarks to say.
#[tokio::test(start_paused = true)]
async fn b1_b24_a_call_alone_is_a_batch_of_one_and_waits_for_nobody() {
    let (harness, depot) = world(|it| it);
    depot.takes(5);
    let session = harness.session().start();
    for key in 0..10 {
        let started = Instant::now();
        let outcome = ask(&session, "depot_look", key).await;
        assert_eq!(started.elapsed(), Duration::from_millis(5));
        let batch = outcome.batch().unwrap();
        assert_eq!((batch.size, batch.flush_reason), (1, FlushReason::Idle));
        assert_eq!(batch.wait_time, Duration::ZERO);
        assert_eq!(batch.run_time, Duration::from_millis(5));
        assert_eq!(depot.keys(), [[key]]);
    }
}

/// B2: calls of one turn are one batch, with the keys in the order in which they came first.
#[tokio::test(start_paused = true)]
async fn b2_calls_of_one_turn_are_one_batch_in_their_order() {
    for policy in POLICIES {
        let (harness, depot) = world(|it| it.batching(Batching::new().policy(policy)));
        let session = harness.session().start();
        tick(&session, "depot_look", [3, 1, 3, 2, 1]).await;
        assert_eq!(depot.keys(), [[3, 1, 2]], "{policy:?}");
        // As well as calls of several sessions, of which nobody has said that they come.
        let others = [(); 3].map(|()| harness.session().start());
        tokio::join!(
            ask(&others[0], "depot_look", 9),
            ask(&others[1], "depot_look", 7),
            ask(&others[2], "depot_look", 8),
        );
        assert_eq!(depot.keys(), [[9, 7, 8]], "{policy:?}");
    }
}

/// B2: calls that are raised one after the other, each in the turn after the last, are one batch as well.
#[tokio::test(start_paused = true)]
async fn b2_calls_of_turns_one_after_the_other_are_one_batch() {
    let (harness, depot) = world(|it| it);
    let mut calls = JoinSet::new();
    for turns in 0..10 {
        let session = harness.session().start();
        calls.spawn(async move {
            for _ in 0..turns {
                yield_now().await;
            }
            ask(&session, "depot_look", turns).await
        });
    }
    let outcomes = calls.join_all().await;
    assert!(outcomes.iter().all(|outcome| waited(outcome) == 0));
    assert_eq!(depot.keys(), [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
}

/// B3: whatever comes at once, no batch is larger than it may be, and there are no more of them than that takes.
#[tokio::test(start_paused = true)]
async fn b3_five_thousand_calls_are_as_many_batches_as_their_size_takes() {
    for policy in POLICIES {
        let batching = Batching::new().policy(policy).max_waiting(5_000);
        let (harness, depot) = world(|it| it.batching(batching));
        let session = harness.session().start();
        for (tool, most, calls) in [
            ("depot_look", 64, 5_000),
            ("depot_five", 5, 502),
            ("depot_one", 1, 100),
        ] {
            let outcomes = tick(&session, tool, 0..calls).await;
            assert!(outcomes.iter().all(|outcome| !outcome.is_error()));
            let sizes: Vec<usize> = depot.keys().iter().map(Vec::len).collect();
            let calls = outcomes.len();
            assert_eq!(sizes.len(), calls.div_ceil(most), "{policy:?} {tool}");
            let (last, full) = sizes.split_last().unwrap();
            assert!(
                full.iter().all(|size| *size == most),
                "{policy:?} {sizes:?}"
            );
            assert_eq!(*last, calls - full.len() * most);
        }
    }
}

/// B16: the window begins with the first call of its batch and not anew with each.
#[tokio::test(start_paused = true)]
async fn b16_the_window_is_measured_from_the_first_call() {
    for policy in [FlushPolicy::FixedWindow, FlushPolicy::Hybrid] {
        let (harness, depot) = world(|it| it.batching(Batching::new().policy(policy)));
        let session = harness.session().start();
        // One every 4 ms: a window of 10 ms that began anew with each would never end.
        let mut calls = JoinSet::new();
        for index in 0..9 {
            let session = session.clone();
            calls.spawn(async move { ask_at(&session, index * 4, "depot_look", index).await });
        }
        let outcomes = calls.join_all().await;
        assert!(
            outcomes
                .iter()
                .all(|it| reason(it) == FlushReason::Window && waited(it) <= 10)
        );
        let batches = depot.take();
        let batches: Vec<_> = batches.iter().map(|it| (it.at, &*it.keys)).collect();
        assert_eq!(
            batches,
            [(10, &[0, 1, 2][..]), (22, &[3, 4, 5]), (34, &[6, 7, 8])],
            "{policy:?}"
        );
    }
}

/// B17: what is full leaves and takes its window along; what comes after it has a window of its own.
#[tokio::test(start_paused = true)]
async fn b17_a_full_batch_takes_its_window_along() {
    let hybrid = Batching::new().policy(FlushPolicy::Hybrid);
    let (harness, depot) = world(|it| it.batching(hybrid));
    let session = harness.session().start();
    let full = tick(&session, "depot_five", 0..5);
    let late = ask_at(&session, 6, "depot_five", 7);
    let later = ask_at(&session, 12, "depot_five", 8);
    let (full, late, _) = tokio::join!(full, late, later);
    assert_eq!((reason(&full[0]), waited(&full[0])), (FlushReason::Size, 0));
    assert_eq!((reason(&late), waited(&late)), (FlushReason::Window, 10));
    let batches: Vec<_> = depot
        .take()
        .into_iter()
        .map(|it| (it.at, it.keys))
        .collect();
    assert_eq!(batches, [(0, vec![0, 1, 2, 3, 4]), (16, vec![7, 8])]);
}

/// B17: with a fixed window, what is more than one batch may have leaves in pieces when the window is over, and what
/// comes after that waits for a window of its own.
#[tokio::test(start_paused = true)]
async fn b17_a_fixed_window_ends_once_for_all_that_came_within_it() {
    let fixed = Batching::new().policy(FlushPolicy::FixedWindow);
    let (harness, depot) = world(|it| it.batching(fixed));
    let session = harness.session().start();
    let many = tick(&session, "depot_five", 0..7);
    let late = ask_at(&session, 12, "depot_five", 8);
    let (many, late) = tokio::join!(many, late);
    assert!(
        many.iter()
            .all(|it| reason(it) == FlushReason::Window && waited(it) == 10)
    );
    assert_eq!((reason(&late), waited(&late)), (FlushReason::Window, 10));
    let batches: Vec<_> = depot
        .take()
        .into_iter()
        .map(|it| (it.at, it.keys))
        .collect();
    assert_eq!(
        batches,
        [(10, vec![0, 1, 2, 3, 4]), (10, vec![5, 6]), (22, vec![8])]
    );
}

/// B17: when a window ends, all that came within it leaves, also what came too late for the first piece.
#[tokio::test(start_paused = true)]
async fn b17_what_is_left_over_of_a_window_waits_for_no_other() {
    let fixed = Batching::new().policy(FlushPolicy::FixedWindow);
    let (harness, depot) = world(|it| it.batching(fixed));
    let session = harness.session().start();
    let late = async {
        tokio::time::sleep(Duration::from_millis(6)).await;
        tick(&session, "depot_five", 5..12).await
    };
    let (_, late) = tokio::join!(tick(&session, "depot_five", 0..5), late);
    assert!(late.iter().all(|outcome| waited(outcome) == 4));
    let batches = depot.take().into_iter().map(|it| (it.at, it.keys.len()));
    assert_eq!(batches.collect::<Vec<_>>(), [(10, 5), (10, 5), (10, 2)]);
}

#[tokio::test(start_paused = true)]
async fn by_size_a_batch_waits_until_it_is_full_and_for_a_second_at_most() {
    let by_size = Batching::new().policy(FlushPolicy::Size);
    let (harness, depot) = world(|it| it.batching(by_size));
    let session = harness.session().start();
    let first = tick(&session, "depot_five", 0..3);
    let late = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        tick(&session, "depot_five", 3..7).await
    };
    let (first, _) = tokio::join!(first, late);
    assert_eq!(
        (reason(&first[0]), waited(&first[0])),
        (FlushReason::Size, 500)
    );
    let batches: Vec<_> = depot
        .take()
        .into_iter()
        .map(|it| (it.at, it.keys))
        .collect();
    assert_eq!(batches, [(500, vec![0, 1, 2, 3, 4]), (1_500, vec![5, 6])]);
}

#[tokio::test(start_paused = true)]
async fn one_tool_may_have_a_policy_of_its_own() {
    let hybrid = Batching::new().policy(FlushPolicy::Hybrid);
    let (harness, _) = world(|it| {
        it.batching(hybrid)
            .batching_of("depot_five", Batching::new())
    });
    let session = harness.session().start();
    let (five, look) = tokio::join!(
        ask(&session, "depot_five", 1),
        ask(&session, "depot_look", 1)
    );
    assert_eq!((reason(&five), waited(&five)), (FlushReason::Idle, 0));
    assert_eq!((reason(&look), waited(&look)), (FlushReason::Window, 10));
}
