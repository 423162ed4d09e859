//! Batches and the result cache: what is kept is asked for by no batch, what a batch answers is kept for each of its
//! calls, and what was written meanwhile is not.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use toolwright::{Batching, CacheStatus, ErrorKind, FlushPolicy, Levers};

use super::depot::{Mood, ask, ask_at, kind, tick, world};

fn hybrid() -> Batching {
    Batching::new().policy(FlushPolicy::Hybrid)
}

/// B6: who asks for a key that a batch is asking for has the answer of that batch. This holds for tools that are cached.
#[tokio::test(start_paused = true)]
async fn b6_a_cached_key_that_a_batch_is_asking_for_is_not_asked_again() {
    let (harness, depot) = world(|it| it);
    depot.takes(50);
    let session = harness.session().start();
    let first = tick(&session, "depot_kept", [1, 2]);
    let later = async {
        let outcome = ask_at(&session, 20, "depot_kept", 1).await;
        assert_eq!(outcome.elapsed(), Duration::from_millis(30));
        outcome
    };
    let (_, later) = tokio::join!(first, later);
    assert_eq!(
        (later.cache(), later.text()),
        (CacheStatus::Shared, "- 1=0")
    );
    assert_eq!(later.batch().unwrap().size, 2);
    assert_eq!(depot.keys(), [[1, 2]]);
}

/// B6: a tool that is not cached is asked again, as its answer may be another one by now: only calls that wait for the
/// same batch share it.
#[tokio::test(start_paused = true)]
async fn b6_a_key_of_a_tool_that_is_not_cached_is_asked_again() {
    let (harness, depot) = world(|it| it);
    depot.takes(50);
    let session = harness.session().start();
    let first = tick(&session, "depot_look", [1, 2]);
    tokio::join!(first, ask_at(&session, 20, "depot_look", 1));
    assert_eq!(depot.keys(), [vec![1, 2], vec![1]]);
}

/// B7: what is kept is in no batch and takes no place in one. It is answered at once, and not with the batch of its
/// tick, as `DataLoader` does.
#[tokio::test(start_paused = true)]
async fn b7_what_is_kept_takes_no_place_and_waits_for_no_batch() {
    let (harness, depot) = world(|it| it.batching(hybrid()));
    let session = harness.session().start();
    tick(&session, "depot_kept", [1, 2, 3]).await;
    assert_eq!(depot.keys(), [[1, 2, 3]]);
    depot.takes(20);
    let hit = async {
        let hit = ask_at(&session, 15, "depot_kept", 2).await;
        assert_eq!(
            (hit.cache(), hit.elapsed()),
            (CacheStatus::Hit, Duration::ZERO)
        );
        hit
    };
    // Five new ones are a full batch, the kept ones between them notwithstanding.
    let (outcomes, _) = tokio::join!(
        tick(&session, "depot_kept", [1, 11, 2, 12, 13, 3, 14, 15]),
        hit
    );
    assert_eq!(depot.keys(), [[11, 12, 13, 14, 15]]);
    for (index, outcome) in outcomes.iter().enumerate() {
        let is_kept = [0, 2, 5].contains(&index);
        assert_eq!(outcome.cache() == CacheStatus::Hit, is_kept);
        assert_eq!(outcome.batch().is_none(), is_kept);
    }
}

/// Each call of a batch has its answer kept under its own key, and no other.
#[tokio::test(start_paused = true)]
async fn what_a_batch_answers_is_kept_for_each_of_its_calls() {
    let (harness, depot) = world(|it| it);
    depot.is(3, Mood::Own(ErrorKind::Failed));
    let session = harness.session().tenant("acme").start();
    tick(&session, "depot_kept", 0..8).await;
    depot.take();
    let outcomes = tick(&session, "depot_kept", 0..8).await;
    assert_eq!(depot.keys(), [[3]], "what failed is asked again");
    for (key, outcome) in outcomes.iter().enumerate().filter(|(key, _)| *key != 3) {
        assert_eq!(outcome.cache(), CacheStatus::Hit);
        assert_eq!(outcome.text(), format!("acme {key}=0"));
    }
    // Another tenant has nothing of it.
    let other = harness.session().tenant("globex").start();
    let outcomes = tick(&other, "depot_kept", 0..2).await;
    assert_eq!(outcomes[0].text(), "globex 0=0");
}

/// B10: a batch that fails as a whole is not kept, takes away nothing that is, and the next call asks again.
#[tokio::test(start_paused = true)]
async fn b10_a_failure_of_a_whole_batch_is_not_kept() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    ask(&session, "depot_kept", 1).await;
    // A kind of failure that no split could help with.
    depot.is(2, Mood::Breaks(ErrorKind::Overloaded));
    let outcomes = tick(&session, "depot_kept", [2, 3, 4]).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| kind(outcome) == Some(ErrorKind::Overloaded))
    );
    assert_eq!(depot.keys(), [vec![1], vec![2, 3, 4]]);
    depot.recovers();
    let outcomes = tick(&session, "depot_kept", [1, 2, 3, 4]).await;
    assert_eq!(depot.keys(), [[2, 3, 4]]);
    assert_eq!(outcomes[0].cache(), CacheStatus::Hit);
    assert!(outcomes.iter().all(|outcome| !outcome.is_error()));
}

/// B26: without batching every call goes by itself, and at once.
#[tokio::test(start_paused = true)]
async fn b26_without_batching_each_call_is_a_run_of_its_own() {
    let levers = Levers::all().without_batching();
    let (harness, depot) = world(|it| it.levers(levers).batching(hybrid()));
    let session = harness.session().start();
    for (tool, is_body) in [("depot_look", false), ("depot_body", true)] {
        let started = Instant::now();
        let outcomes = tick(&session, tool, 0..4).await;
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert!(
            outcomes
                .iter()
                .all(|it| it.batch().is_none() && !it.is_error())
        );
        let asked = depot.take();
        assert_eq!(asked.len(), 4);
        assert!(
            asked
                .iter()
                .all(|it| it.keys.len() == 1 && it.is_body == is_body)
        );
    }
}

/// B26: without the cache equal keys of one batch are still asked once, unlike with `DataLoader`.
#[tokio::test(start_paused = true)]
async fn b26_without_the_cache_equal_keys_of_a_batch_are_asked_once() {
    let levers = Levers::all().without_result_caching();
    let (harness, depot) = world(|it| it.levers(levers));
    let session = harness.session().start();
    for _ in 0..2 {
        let outcomes = tick(&session, "depot_kept", [1, 2, 1, 1]).await;
        assert!(outcomes.iter().all(|it| it.cache() == CacheStatus::Bypass));
        assert_eq!(depot.keys(), [[1, 2]]);
    }
}

/// The insertion guard: what a batch read before a write ended is not kept, and what it read besides is.
#[tokio::test(start_paused = true)]
async fn a_read_of_a_batch_that_a_write_overtook_is_not_kept() {
    let (harness, depot) = world(|it| it);
    depot.takes(50);
    let (reader, writer) = (harness.session().start(), harness.session().start());
    let read = tick(&reader, "depot_kept", [1, 2, 3]);
    let write = async {
        sleep(Duration::from_millis(20)).await;
        depot.takes(5);
        ask(&writer, "depot_add", 2).await
    };
    let (outcomes, _) = tokio::join!(read, write);
    assert_eq!(outcomes[1].text(), "- 2=0", "it was so when they asked");
    depot.take();
    let outcomes = tick(&reader, "depot_kept", [1, 2, 3]).await;
    let status: Vec<_> = outcomes.iter().map(toolwright::Outcome::cache).collect();
    let (hit, miss) = (CacheStatus::Hit, CacheStatus::Miss);
    assert_eq!(status, [hit, miss, hit]);
    assert_eq!(outcomes[1].text(), "- 2=1");
    assert_eq!(depot.keys(), [[2]]);
}

/// Who asks after a write has ended shares nothing with a batch that read before it.
#[tokio::test(start_paused = true)]
async fn a_call_after_a_write_does_not_join_a_read_from_before_it() {
    let (harness, depot) = world(|it| it);
    depot.takes(50);
    let (reader, writer) = (harness.session().start(), harness.session().start());
    let read = tick(&reader, "depot_kept", [1, 2]);
    let write_and_read = async {
        sleep(Duration::from_millis(20)).await;
        depot.takes(5);
        ask(&writer, "depot_add", 2).await;
        let both = tick(&writer, "depot_kept", [1, 2]).await;
        [both[0].text().to_owned(), both[1].text().to_owned()]
    };
    let (_, texts) = tokio::join!(read, write_and_read);
    assert_eq!(texts, ["- 1=0", "- 2=1"]);
    let asked: Vec<_> = depot.keys();
    assert_eq!(asked, [vec![1, 2], vec![2], vec![2]]);
}

/// A call that waits in a batch while a write ends, and leaves after it, reads what was written.
#[tokio::test(start_paused = true)]
async fn a_read_that_waited_while_a_write_ended_reads_what_was_written() {
    let (harness, depot) = world(|it| it.batching_of("depot_kept", hybrid()));
    let (reader, writer) = (harness.session().start(), harness.session().start());
    let (read, _) = tokio::join!(
        ask(&reader, "depot_kept", 2),
        ask_at(&writer, 5, "depot_add", 2)
    );
    assert_eq!(read.text(), "- 2=1");
    assert_eq!(depot.keys(), [[2], [2]]);
}
