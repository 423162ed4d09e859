//! Batches that write: each write is one, none is repeated that must not be, and whoever is told of one reads what it
//! wrote.

use std::time::Duration;

use tokio::time::sleep;
use toolwright::{Batching, ErrorKind, FlushPolicy};

use super::depot::{Mood, ask, ask_at, kind, tick, world};

/// Two identical writes are two, in one batch and in two.
#[tokio::test(start_paused = true)]
async fn two_identical_writes_are_two() {
    let (harness, depot) = world(|it| it);
    depot.takes(20);
    let (one, other) = (harness.session().start(), harness.session().start());
    let (first, second, third) = tokio::join!(
        ask(&one, "depot_add", 1),
        ask(&other, "depot_add", 1),
        ask_at(&other, 10, "depot_add", 1),
    );
    assert_eq!(depot.keys(), [vec![1, 1], vec![1]]);
    assert_eq!(
        [first.batch().unwrap().size, third.batch().unwrap().size],
        [2, 1]
    );
    assert!(!second.is_error());
    assert_eq!(ask(&one, "depot_kept", 1).await.text(), "- 1=3");
}

/// A write that is idempotent may be repeated, and is no less a write of its own.
#[tokio::test(start_paused = true)]
async fn two_identical_idempotent_writes_are_two() {
    let (harness, depot) = world(|it| it);
    let (one, other) = (harness.session().start(), harness.session().start());
    tokio::join!(ask(&one, "depot_put", 1), ask(&other, "depot_put", 1));
    assert_eq!(depot.keys(), [[1, 1]]);
}

/// Whoever is told of a write reads what it wrote, from the first moment on.
#[tokio::test(start_paused = true)]
async fn who_is_told_of_a_write_reads_what_it_wrote() {
    for (tool, bad, splits) in [
        ("depot_add", Mood::Own(ErrorKind::Failed), 0),
        ("depot_add", Mood::Breaks(ErrorKind::Failed), 0),
        ("depot_add", Mood::Panics, 0),
        ("depot_put", Mood::Own(ErrorKind::Failed), 0),
        ("depot_put", Mood::Panics, 0),
        ("depot_put", Mood::Breaks(ErrorKind::Failed), 1),
    ] {
        let (harness, depot) = world(|it| it);
        let session = harness.session().start();
        // They are kept from before the writes.
        tick(&session, "depot_kept", 0..5).await;
        depot.is(2, bad);
        depot.takes(10);
        let write = async |key: u64| {
            let session = harness.session().start();
            ask(&session, tool, key).await;
            // The bad one would spoil the reads as well.
            let key = if key == 2 { 0 } else { key };
            ask(&session, "depot_kept", key).await
        };
        let (a, b, c, d) = tokio::join!(write(1), write(2), write(3), write(4));
        // What fails may have written as well, and each run of a batch that was split did.
        for (key, read) in [(1, a), (2, b), (3, c), (4, d)] {
            if key != 2 {
                let writes = 1 + splits;
                assert_eq!(read.text(), format!("- {key}={writes}"), "{tool} {bad:?}");
            }
        }
        let runs = depot.take();
        let writes = runs
            .iter()
            .filter(|it| it.at == 0 && it.keys == [1, 2, 3, 4]);
        assert_eq!(writes.count(), 1);
        depot.recovers();
        let untouched = ask(&session, "depot_kept", 0).await;
        assert_eq!(untouched.cache(), toolwright::CacheStatus::Hit);
        let bad_one = ask(&session, "depot_kept", 2).await;
        assert_eq!(bad_one.text(), format!("- 2={}", 1 + splits));
    }
}

/// A write that is not idempotent is never run again, though its batch fails; one that is, is found out.
#[tokio::test(start_paused = true)]
async fn only_idempotent_writes_of_a_broken_batch_run_again() {
    for (tool, runs) in [
        ("depot_add", 1),
        ("depot_add_body", 1),
        ("depot_put", 1 + 4),
    ] {
        let (harness, depot) = world(|it| it);
        depot.is(3, Mood::Breaks(ErrorKind::Failed));
        let outcomes = tick(&harness.session().start(), tool, 1..5).await;
        assert_eq!(depot.take().len(), runs, "{tool}");
        for (key, outcome) in (1..).zip(&outcomes) {
            assert_eq!(outcome.is_error(), runs == 1 || key == 3, "{tool} {key}");
        }
    }
}

/// A read that was in a batch while an overlapping write of a batch ended is not served afterwards.
#[tokio::test(start_paused = true)]
async fn a_read_in_a_batch_is_not_kept_if_a_batch_of_writes_ended_meanwhile() {
    for tool in ["depot_add", "depot_put"] {
        let (harness, depot) = world(|it| it);
        depot.takes(50);
        let (reader, writer) = (harness.session().start(), harness.session().start());
        let meanwhile = async {
            sleep(Duration::from_millis(10)).await;
            depot.takes(10);
            tick(&writer, tool, [2, 3]).await
        };
        tokio::join!(tick(&reader, "depot_kept", 1..5), meanwhile);
        depot.take();
        let outcomes = tick(&reader, "depot_kept", 1..5).await;
        let texts: Vec<&str> = outcomes.iter().map(toolwright::Outcome::text).collect();
        assert_eq!(texts, ["- 1=0", "- 2=1", "- 3=1", "- 4=0"]);
        assert_eq!(depot.keys(), [[2, 3]]);
    }
}

/// Calls of one tick that write the same keep their order, each in a batch of its own.
#[tokio::test(start_paused = true)]
async fn writes_of_the_same_keep_their_order_within_a_tick() {
    let hybrid = Batching::new().policy(FlushPolicy::Hybrid);
    let (harness, depot) = world(|it| it.batching(hybrid));
    let outcomes = tick(&harness.session().start(), "depot_add", [1, 2, 1, 1]).await;
    assert_eq!(depot.keys(), [vec![1, 2], vec![1], vec![1]]);
    assert!(outcomes.iter().all(|it| kind(it).is_none()));
}
