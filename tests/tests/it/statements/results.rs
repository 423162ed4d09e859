//! The statements about results.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{advance, sleep};
use toolwright::{CacheStatus, ErrorKind, Harness, Invalidation, Session};

use super::{Mood, RUN, world};

const MOMENT: Duration = Duration::from_millis(1);

/// Reads the value of this id: what the cache said, and the text.
async fn read(session: &Session, tool: &str, id: u64) -> (CacheStatus, String) {
    let outcome = session.call(tool, &format!(r#"{{"id":{id}}}"#)).await;
    (outcome.cache(), outcome.text().to_owned())
}

fn with(status: CacheStatus, text: &str) -> (CacheStatus, String) {
    (status, text.to_owned())
}

/// C1: without room nothing is kept, and equal calls share a run all the same.
#[tokio::test(start_paused = true)]
async fn c1_without_room_equal_calls_still_share_a_run() {
    let (harness, source) = world(|it| it.cache_capacity(0));
    let session = harness.session().start();
    for round in 1..=2 {
        let (one, other) = tokio::join!(
            read(&session, "statement_read", 1),
            read(&session, "statement_read", 1)
        );
        assert_eq!(one, with(CacheStatus::Miss, "0"));
        assert_eq!(other, with(CacheStatus::Shared, "0"));
        assert_eq!(source.runs(), round);
    }
    assert_eq!(harness.stats().cache_entries, 0);
}

/// C3: a hit keeps a result in the cache while others come and go. There is no way to look at a result without asking
/// for it, and to look at the counts does not change them.
#[tokio::test(start_paused = true)]
async fn c3_what_is_asked_for_stays_when_room_is_needed() {
    const LIKED: u64 = 1000;
    const FORGOTTEN: u64 = 1001;
    let (harness, _) = world(|it| it.cache_entries(100));
    let session = harness.session().start();
    // What comes first is taken in as it comes: the two that are compared come when it is full.
    for id in 0..200 {
        read(&session, "statement_read", id).await;
    }
    read(&session, "statement_read", LIKED).await;
    read(&session, "statement_read", FORGOTTEN).await;
    for id in 200..400 {
        assert_eq!(
            read(&session, "statement_read", LIKED).await.0,
            CacheStatus::Hit,
            "after {id}"
        );
        read(&session, "statement_read", id).await;
    }
    let stats = harness.stats();
    assert_eq!((stats.cache_hits, stats.cache_misses), (200, 402));
    assert!(stats.cache_entries <= 100);
    let again = harness.stats();
    assert_eq!((again.cache_hits, again.cache_misses), (200, 402));
    let forgotten = read(&session, "statement_read", FORGOTTEN).await;
    assert_eq!(forgotten.0, CacheStatus::Miss);
}

/// C4: a TTL begins when the run ends, and is over to the moment.
#[tokio::test(start_paused = true)]
async fn c4_a_ttl_begins_when_the_run_ends() {
    let (harness, _) = world(|it| it);
    let session = harness.session().start();
    read(&session, "statement_read", 1).await;
    // The run took `RUN`, which is over.
    advance(Duration::from_mins(1).saturating_sub(MOMENT)).await;
    assert_eq!(
        read(&session, "statement_read", 1).await.0,
        CacheStatus::Hit
    );
    advance(MOMENT).await;
    assert_eq!(
        read(&session, "statement_read", 1).await.0,
        CacheStatus::Miss
    );
    // Stale is as exact.
    read(&session, "statement_stale", 1).await;
    advance(Duration::from_mins(1).saturating_sub(MOMENT)).await;
    assert_eq!(
        read(&session, "statement_stale", 1).await.0,
        CacheStatus::Hit
    );
    advance(MOMENT).await;
    assert_eq!(
        read(&session, "statement_stale", 1).await.0,
        CacheStatus::Stale
    );
}

/// C5: a refresh that fails leaves the deadline as it was; one that succeeds begins it anew.
#[tokio::test(start_paused = true)]
async fn c5_a_refresh_that_fails_leaves_the_deadline_as_it_was() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    read(&session, "statement_stale", 1).await;
    source.is(Mood::Failing);
    advance(Duration::from_secs(90)).await;
    assert_eq!(
        read(&session, "statement_stale", 1).await,
        with(CacheStatus::Stale, "0")
    );
    sleep(RUN * 2).await;
    assert_eq!(source.runs(), 2, "the refresh ran");
    // One minute fresh and two stale, from its own run on.
    source.set(1);
    advance(Duration::from_secs(90).saturating_sub(RUN * 2 + MOMENT)).await;
    assert_eq!(
        read(&session, "statement_stale", 1).await,
        with(CacheStatus::Stale, "0")
    );
    advance(MOMENT).await;
    source.is(Mood::Fine);
    let gone = read(&session, "statement_stale", 1).await;
    assert_ne!(gone.0, CacheStatus::Stale);
    // A refresh that succeeds begins a TTL anew.
    sleep(RUN).await;
    read(&session, "statement_stale", 1).await;
    advance(Duration::from_secs(90)).await;
    source.set(2);
    assert_eq!(
        read(&session, "statement_stale", 1).await,
        with(CacheStatus::Stale, "1")
    );
    sleep(RUN + MOMENT).await;
    advance(Duration::from_secs(59)).await;
    assert_eq!(
        read(&session, "statement_stale", 1).await,
        with(CacheStatus::Hit, "2")
    );
}

/// C6: a stale hit starts one refresh, however many ask, and a refresh that an invalidation overtakes is not kept.
#[tokio::test(start_paused = true)]
async fn c6_a_refresh_that_an_invalidation_overtakes_is_not_kept() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    read(&session, "statement_stale", 1).await;
    source.set(1);
    advance(Duration::from_secs(90)).await;
    for _ in 0..10 {
        assert_eq!(
            read(&session, "statement_stale", 1).await,
            with(CacheStatus::Stale, "0")
        );
    }
    sleep(RUN / 2).await;
    assert_eq!(source.runs(), 2, "one refresh is on its way");
    source.set(2);
    harness.invalidate("statement/1");
    // Neither the stale result nor the one that is on its way.
    assert_eq!(
        read(&session, "statement_stale", 1).await,
        with(CacheStatus::Miss, "2")
    );
    sleep(RUN * 2).await;
    assert_eq!(
        read(&session, "statement_stale", 1).await,
        with(CacheStatus::Hit, "2")
    );
    assert_eq!(source.runs(), 3);
}

/// C9: clearing takes the results and leaves the counts, which only grow.
#[tokio::test(start_paused = true)]
async fn c9_clearing_leaves_the_counts() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    for _ in 0..3 {
        read(&session, "statement_read", 1).await;
    }
    let before = harness.stats();
    harness.clear();
    let after = harness.stats();
    assert_eq!(
        (before.cache_hits, before.cache_misses, before.runs),
        (2, 1, 1)
    );
    assert_eq!(
        (after.cache_hits, after.cache_misses, after.runs),
        (2, 1, 1)
    );
    assert_eq!(
        read(&session, "statement_read", 1).await.0,
        CacheStatus::Miss
    );
    assert_eq!((harness.stats().cache_misses, source.runs()), (2, 2));
}

/// C10: what goes is counted once, and nobody who listens is waited for; who listens may ask the cache.
#[tokio::test(start_paused = true)]
async fn c10_what_goes_is_counted_once_and_no_listener_is_waited_for() {
    let (harness, source) = world(|it| it.cache_entries(10));
    let session = harness.session().start();
    let deaf = harness.invalidations();
    let mut heard = harness.invalidations();
    let listener = tokio::spawn({
        let session = session.clone();
        async move {
            while let Some(Invalidation::Resource { .. }) = heard.next().await {
                read(&session, "statement_read", 7).await;
            }
        }
    });
    for id in 0..50 {
        read(&session, "statement_read", id).await;
    }
    let stats = harness.stats();
    assert_eq!(stats.cache_entries + stats.cache_evictions, 50);
    assert!((1..=10).contains(&stats.cache_entries));
    harness.invalidate("statement/7");
    sleep(RUN * 2).await;
    let runs = source.runs();
    assert_eq!(
        read(&session, "statement_read", 7).await.0,
        CacheStatus::Hit,
        "the listener asked"
    );
    assert_eq!(source.runs(), runs);
    listener.abort();
    drop(deaf);
}

/// C11: what expired, what made room, what was invalidated and what was refused have their own counts, and what a new
/// result replaced has none.
#[tokio::test(start_paused = true)]
async fn c11_each_reason_has_its_own_count() {
    let counts = |harness: &Harness| {
        let stats = harness.stats();
        [
            stats.cache_expirations,
            stats.cache_evictions,
            stats.cache_invalidations,
            stats.cache_refusals,
        ]
    };
    let (harness, _) = world(|it| it);
    let session = harness.session().start();
    read(&session, "statement_read", 1).await;
    advance(Duration::from_mins(1)).await;
    read(&session, "statement_read", 1).await;
    assert_eq!(counts(&harness), [1, 0, 0, 0], "expired");
    harness.invalidate("statement/1");
    read(&session, "statement_read", 1).await;
    assert_eq!(counts(&harness), [1, 0, 1, 0], "invalidated");

    let (harness, _) = world(|it| it);
    let session = harness.session().start();
    read(&session, "statement_stale", 1).await;
    advance(Duration::from_secs(90)).await;
    read(&session, "statement_stale", 1).await;
    sleep(RUN * 2).await;
    assert_eq!(
        read(&session, "statement_stale", 1).await.0,
        CacheStatus::Hit
    );
    assert_eq!(
        (harness.stats().cache_refreshes, counts(&harness)),
        (1, [0; 4]),
        "replaced"
    );

    let (harness, _) = world(|it| it.cache_entries(10));
    let session = harness.session().start();
    for id in 0..30 {
        read(&session, "statement_read", id).await;
    }
    assert_eq!(
        counts(&harness),
        [0, 30 - harness.stats().cache_entries, 0, 0],
        "made room"
    );

    let (harness, _) = world(|it| it.cache_entry_limit(100));
    let session = harness.session().start();
    read(&session, "statement_read", 1).await;
    assert_eq!(counts(&harness), [0, 0, 0, 1], "refused");
}

/// C12: what failed is not kept, whatever way it failed, and an empty answer is an answer.
#[tokio::test(start_paused = true)]
async fn c12_what_failed_is_not_kept_and_an_empty_answer_is() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    for (mood, kind) in [
        (Mood::Failing, ErrorKind::Failed),
        (Mood::NotFound, ErrorKind::NotFound),
        (Mood::Panicking, ErrorKind::Panicked),
        (Mood::Endless, ErrorKind::TimedOut),
    ] {
        source.is(mood);
        for _ in 0..2 {
            let runs = source.runs();
            let outcome = session.call("statement_read", r#"{"id":1}"#).await;
            assert_eq!(outcome.result().unwrap_err().kind(), kind);
            assert_eq!(source.runs(), runs + 1, "{mood:?}");
        }
    }
    assert_eq!(harness.stats().cache_entries, 0);
    source.is(Mood::Fine);
    assert_eq!(
        read(&session, "statement_find", 1).await,
        with(CacheStatus::Miss, "null")
    );
    assert_eq!(
        read(&session, "statement_find", 1).await,
        with(CacheStatus::Hit, "null")
    );
}

/// C16: a harness that is dropped frees everything, also what was being refreshed, whatever it had kept.
#[tokio::test(start_paused = true)]
async fn c16_a_harness_that_is_dropped_frees_everything() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    for id in 0..10 {
        read(&session, "statement_stale", id).await;
    }
    advance(Duration::from_secs(90)).await;
    let outcome = session.call("statement_stale", r#"{"id":1}"#).await;
    assert_eq!(outcome.cache(), CacheStatus::Stale);
    let waiting = tokio::spawn(async move {
        read(&session, "statement_read", 99).await;
    });
    sleep(RUN / 2).await;
    let mut heard = harness.invalidations();
    let runs = source.runs();
    waiting.abort();
    drop(harness);
    assert_eq!(heard.next().await, None, "nobody holds the harness");
    sleep(RUN * 2).await;
    assert_eq!(source.runs(), runs);
    // The outcome of a call outlives it.
    assert_eq!(outcome.text(), "0");
    let state = Arc::downgrade(&source);
    drop(source);
    assert!(state.upgrade().is_none(), "something still has the state");
}
