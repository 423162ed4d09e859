//! A batch that fails as a whole: who is told, what is tried again in smaller parts, and what is not.

use std::time::Duration;

use tokio::time::sleep;
use toolwright::{ErrorKind, Harness, Outcome, ToolError, registry, tool};

use super::depot::{Mood, ask, kind, tick, world};

/// Runs that one bad key of so many may cost: 2·⌈log₂ n⌉ + 1.
fn bound(keys: u64) -> usize {
    2 * usize::try_from(keys.next_power_of_two().ilog2()).unwrap() + 1
}

/// The keys whose calls failed.
fn failed(outcomes: &[Outcome]) -> Vec<u64> {
    (0..)
        .zip(outcomes)
        .filter(|(_, it)| it.is_error())
        .map(|(key, _)| key)
        .collect()
}

/// B9: a wrong count of answers is everyone's error, names the function and both counts, and is not tried again.
#[tokio::test(start_paused = true)]
async fn b9_a_wrong_count_of_answers_is_told_to_everyone_and_not_tried_again() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static RUNS: AtomicUsize = AtomicUsize::new(0);

    /// Answer too few, or too many.
    #[tool(batch = miscounted, retries = 2)]
    async fn failures_miscount(
        /// How many too many, from 10 on, or too few.
        key: u64,
    ) -> Result<u64, ToolError>;

    async fn miscounted(mut keys: Vec<u64>) -> Vec<u64> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        if keys.contains(&10) {
            keys.push(11);
        } else {
            keys.pop();
        }
        keys
    }

    let harness = Harness::builder(registry![failures_miscount].unwrap());
    let session = harness.build().unwrap().session().start();
    for (keys, returned) in [([1, 2, 3], 2), ([9, 10, 11], 4)] {
        for outcome in tick(&session, "failures_miscount", keys).await {
            assert_eq!(kind(&outcome), Some(ErrorKind::BatchContract));
            let text = format!(
                "the batch function `miscounted` was given 3 keys and returned {returned} results: it must return one a key"
            );
            assert_eq!((outcome.text(), outcome.attempts()), (text.as_str(), 1));
        }
    }
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
}

/// B11: a panic is everyone's error, says nothing of its own text, and the next batch runs as if nothing had been.
#[tokio::test(start_paused = true)]
async fn b11_a_panic_reaches_everyone_and_nothing_else() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    for tool in ["depot_look", "depot_kept", "depot_body", "depot_add"] {
        depot.is(2, Mood::Panics);
        for outcome in tick(&session, tool, [1, 2, 3]).await {
            assert_eq!(kind(&outcome), Some(ErrorKind::Panicked), "{tool}");
            assert!(!outcome.text().contains("burns"), "{}", outcome.text());
        }
        assert_eq!(depot.keys(), [[1, 2, 3]], "{tool}: a panic is not repeated");
        let alone = ask(&session, tool, 2).await;
        assert_eq!(kind(&alone), Some(ErrorKind::Panicked));
        depot.recovers();
        let outcomes = tick(&session, tool, [1, 2, 3]).await;
        assert!(failed(&outcomes).is_empty(), "{tool}");
        depot.take();
    }
}

/// B11: a function that panics before it has made its future is no other case.
#[tokio::test(start_paused = true)]
async fn b11_a_panic_before_the_first_await_reaches_everyone_too() {
    /// Break at once.
    #[tool(batch = breaks)]
    async fn failures_break(
        /// Which; 0 is fine.
        key: u64,
    ) -> Result<u64, ToolError>;

    fn breaks(keys: Vec<u64>) -> std::future::Ready<Vec<u64>> {
        assert_eq!(keys, [0], "no future comes of this");
        std::future::ready(keys)
    }

    let harness = Harness::builder(registry![failures_break].unwrap());
    let session = harness.build().unwrap().session().start();
    for outcome in tick(&session, "failures_break", [1, 2]).await {
        assert_eq!(kind(&outcome), Some(ErrorKind::Panicked));
        assert_eq!(outcome.text(), "the batch function `breaks` panicked");
    }
    assert_eq!(ask(&session, "failures_break", 0).await.text(), "0");
}

/// B12: one bad key is found within 2·⌈log₂ n⌉ + 1 runs, wherever it is, and all others have their answers. (There is no
/// budget after which everything runs one by one: a batch that is very bad comes to that by itself.)
#[tokio::test(start_paused = true)]
async fn b12_one_bad_key_costs_few_runs_and_no_other_key_its_answer() {
    for keys in [1, 2, 3, 4, 5, 8, 13, 31, 32, 33, 63, 64] {
        for bad in [0, keys / 2, keys - 1] {
            let (harness, depot) = world(|it| it);
            depot.is(bad, Mood::Breaks(ErrorKind::Failed));
            let session = harness.session().start();
            let outcomes = tick(&session, "depot_look", 0..keys).await;
            assert_eq!(failed(&outcomes), [bad]);
            assert_eq!(
                outcomes[usize::try_from(bad).unwrap()].text(),
                "the depot is shut"
            );
            let runs = depot.keys();
            assert_eq!(runs[0].len() as u64, keys);
            assert!(runs.len() <= bound(keys), "{bad} of {keys}: {runs:?}");
            let stats = harness.batch_stats();
            let stats = stats.iter().find(|it| it.tool == "depot_look").unwrap();
            let splits = u64::from(keys > 1);
            assert_eq!((stats.batches, stats.splits), (1, splits));
            assert_eq!(stats.split_runs, runs.len() as u64 - 1);
        }
    }
}

/// B12: whatever is bad, there are at most 2n − 1 runs, and each key that is good has its answer.
#[tokio::test(start_paused = true)]
async fn b12_a_batch_in_which_much_is_bad_costs_at_most_two_runs_a_key() {
    for (keys, every) in [(2, 1), (5, 2), (16, 3), (64, 1), (64, 2), (64, 7)] {
        let (harness, depot) = world(|it| it);
        let bad: Vec<u64> = (0..keys).filter(|key| key % every == 0).collect();
        for key in &bad {
            depot.is(*key, Mood::Breaks(ErrorKind::Failed));
        }
        let outcomes = tick(&harness.session().start(), "depot_look", 0..keys).await;
        assert_eq!(failed(&outcomes), bad);
        let runs = depot.keys().len() as u64;
        assert!(runs < 2 * keys, "{runs} runs for {keys}");
    }
}

/// B12: a tool with a body has each key of a broken batch run by it: 1 + n runs.
#[tokio::test(start_paused = true)]
async fn b12_a_body_answers_each_key_of_a_broken_batch() {
    let (harness, depot) = world(|it| it);
    depot.is(3, Mood::Breaks(ErrorKind::Failed));
    let outcomes = tick(&harness.session().start(), "depot_body", 0..9).await;
    assert_eq!(failed(&outcomes), [3]);
    let runs = depot.take();
    assert_eq!(runs.len(), 1 + 9);
    assert!(!runs[0].is_body && runs[1..].iter().all(|it| it.is_body && it.keys.len() == 1));
    for outcome in &outcomes {
        assert_eq!((outcome.batch().unwrap().size, outcome.attempts()), (1, 2));
    }
}

/// A body answers a call that has no company, and that counts as a batch of one.
#[tokio::test(start_paused = true)]
async fn a_body_answers_a_call_alone() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().tenant("acme").start();
    let outcome = ask(&session, "depot_body", 7).await;
    assert_eq!(
        (outcome.text(), outcome.batch().unwrap().size),
        ("acme 7=0", 1)
    );
    tick(&session, "depot_body", [1, 2]).await;
    let bodies: Vec<bool> = depot.take().iter().map(|it| it.is_body).collect();
    assert_eq!(bodies, [true, false]);
    let stats = harness.batch_stats();
    let stats = stats.iter().find(|it| it.tool == "depot_body").unwrap();
    assert_eq!((stats.batches, stats.lone_bodies), (2, 1));
}

/// B12: what may not be repeated is not: a write that is not idempotent, whatever its error.
#[tokio::test(start_paused = true)]
async fn b12_a_write_that_must_not_be_repeated_is_not() {
    for tool in ["depot_add", "depot_add_body"] {
        let (harness, depot) = world(|it| it);
        depot.is(2, Mood::Breaks(ErrorKind::Failed));
        let outcomes = tick(&harness.session().start(), tool, 0..4).await;
        assert_eq!(failed(&outcomes), [0, 1, 2, 3]);
        assert!(outcomes.iter().all(|it| it.text() == "the depot is shut"));
        assert_eq!(depot.keys(), [[0, 1, 2, 3]], "{tool}");
    }
}

/// B12: neither is what a smaller batch would not help with.
#[tokio::test(start_paused = true)]
async fn b12_an_overload_and_the_like_are_not_split() {
    for of in [
        ErrorKind::Overloaded,
        ErrorKind::RateLimited,
        ErrorKind::TimedOut,
        ErrorKind::BatchContract,
        ErrorKind::Panicked,
    ] {
        for tool in ["depot_look", "depot_body"] {
            let (harness, depot) = world(|it| it);
            depot.is(2, Mood::Breaks(of));
            let outcomes = tick(&harness.session().start(), tool, 0..4).await;
            assert!(outcomes.iter().all(|it| kind(it) == Some(of)), "{of:?}");
            assert_eq!(depot.keys(), [[0, 1, 2, 3]], "{of:?} {tool}");
        }
    }
}

/// B12: a key that has broken a batch runs alone for a while, so that it breaks no other.
#[tokio::test(start_paused = true)]
async fn b12_a_key_that_broke_a_batch_runs_alone_for_a_while() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    depot.is(3, Mood::Breaks(ErrorKind::Failed));
    tick(&session, "depot_look", 0..6).await;
    depot.take();
    for _ in 0..3 {
        let outcomes = tick(&session, "depot_look", 0..6).await;
        assert_eq!(failed(&outcomes), [3]);
        let mut runs = depot.keys();
        runs.sort();
        assert_eq!(runs, [vec![0, 1, 2, 4, 5], vec![3]]);
    }
    // Another tenant's batches are not touched by that.
    depot.recovers();
    let other = harness.session().tenant("acme").start();
    tick(&other, "depot_look", 0..6).await;
    assert_eq!(depot.keys(), [[0, 1, 2, 3, 4, 5]]);
    // Nor those after a while. (The group stays, as it is used.)
    for _ in 0..40 {
        sleep(Duration::from_millis(800)).await;
        ask(&session, "depot_look", 1).await;
    }
    depot.take();
    tick(&session, "depot_look", 0..6).await;
    assert_eq!(depot.keys(), [[0, 1, 2, 3, 4, 5]]);
    let stats = harness.batch_stats();
    let stats = stats.iter().find(|it| it.tool == "depot_look").unwrap();
    assert_eq!((stats.quarantined, stats.splits), (3, 1));
}

/// A run that takes too long is stopped for all of its callers, and is not tried in parts.
#[tokio::test(start_paused = true)]
async fn a_batch_that_takes_too_long_is_everyones_error() {
    let (harness, depot) = world(|it| it);
    depot.is(2, Mood::Endless);
    let session = harness.session().start();
    for outcome in tick(&session, "depot_timed", 0..4).await {
        assert_eq!(kind(&outcome), Some(ErrorKind::TimedOut));
        assert_eq!(outcome.elapsed(), Duration::from_millis(50));
    }
    let runs = depot.take();
    assert_eq!((runs.len(), runs[0].took), (1, None));
    depot.recovers();
    let outcomes = tick(&session, "depot_timed", 0..4).await;
    assert!(failed(&outcomes).is_empty());
}
