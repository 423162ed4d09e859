//! The statements about runs that equal calls share.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use toolwright::{CacheStatus, ErrorKind, Harness, Session, ToolCall};

use super::{Mood, RUN, world};

/// Begins a read of this id in a task of its own.
fn begin(
    tasks: &mut JoinSet<toolwright::Outcome>,
    session: &Session,
    id: u64,
) -> tokio::task::AbortHandle {
    let session = session.clone();
    tasks.spawn(async move {
        session
            .call("statement_read", &format!(r#"{{"id":{id}}}"#))
            .await
    })
}

/// F1: however many ask, there is one run, and all have one text: the same bytes in the same place.
#[tokio::test(start_paused = true)]
async fn f1_a_hundred_sessions_have_one_run_and_one_text() {
    let (harness, source) = world(|it| it);
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        begin(&mut tasks, &harness.session().start(), 1);
    }
    let outcomes = tasks.join_all().await;
    assert_eq!((outcomes.len(), source.runs()), (100, 1));
    let first = outcomes[0].text().as_ptr();
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.text().as_ptr() == first)
    );
    let misses = outcomes.iter().filter(|it| it.cache() == CacheStatus::Miss);
    assert_eq!(misses.count(), 1);
    // And so have those who come later.
    let later = harness
        .session()
        .start()
        .call("statement_read", r#"{"id":1}"#)
        .await;
    assert_eq!(
        (later.cache(), later.text().as_ptr()),
        (CacheStatus::Hit, first)
    );
}

/// F2: a leader that is dropped neither restarts nor delays the run that others wait for.
#[tokio::test(start_paused = true)]
async fn f2_a_leader_that_is_dropped_neither_restarts_nor_delays_the_run() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    let leader = begin(&mut tasks, &session, 1);
    sleep(RUN / 4).await;
    for _ in 0..3 {
        begin(&mut tasks, &session, 1);
    }
    sleep(RUN / 4).await;
    leader.abort();
    let mut ended = 0;
    while let Some(outcome) = tasks.join_next().await {
        let Ok(outcome) = outcome else { continue };
        assert_eq!(
            (outcome.cache(), outcome.text()),
            (CacheStatus::Shared, "0")
        );
        ended += 1;
    }
    assert_eq!((ended, source.runs(), begun.elapsed()), (3, 1, RUN));
}

/// F3: when all who waited have left, the run stops, and the next call begins another.
#[tokio::test(start_paused = true)]
async fn f3_when_all_have_left_the_run_stops() {
    let (harness, source) = world(|it| it);
    source.is(Mood::Endless);
    let session = harness.session().start();
    for round in 1..=20 {
        let mut tasks = JoinSet::new();
        for _ in 0..5 {
            begin(&mut tasks, &session, 1);
        }
        sleep(RUN * 2).await;
        tasks.shutdown().await;
        sleep(RUN).await;
        assert_eq!(source.runs(), round);
        // Nothing but this test and the harness has the source: no run does.
        assert_eq!(Arc::strong_count(&source), 2);
    }
}

/// F6: who asks something else does not wait for a run that takes for ever.
#[tokio::test(start_paused = true)]
async fn f6_other_questions_are_not_waited_for() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    source.is(Mood::Endless);
    let mut endless = JoinSet::new();
    begin(&mut endless, &session, 0);
    sleep(RUN * 2).await;
    source.is(Mood::Fine);
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for id in 1..1000 {
        begin(&mut tasks, &session, id);
    }
    let outcomes = tasks.join_all().await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.cache() == CacheStatus::Miss)
    );
    assert_eq!(begun.elapsed(), RUN);
    assert!(endless.try_join_next().is_none());
}

/// F8: who gives up waiting takes nothing from the others, whether it was the first or a later one.
#[tokio::test(start_paused = true)]
async fn f8_who_gives_up_waiting_takes_nothing_from_the_others() {
    let (harness, source) = world(|it| it);
    let session = harness.session().start();
    let call = || session.call("statement_read", r#"{"id":1}"#);
    let (first, second, third) =
        tokio::join!(timeout(RUN / 2, call()), call(), timeout(RUN / 4, call()),);
    assert!(first.is_err() && third.is_err());
    assert_eq!((second.text(), source.runs()), ("0", 1));
    assert_eq!(call().await.cache(), CacheStatus::Hit);
}

/// F10: equal calls share a run however they come in, and its error: all errors are of one type here.
#[tokio::test(start_paused = true)]
async fn f10_equal_calls_share_a_run_that_fails_however_they_come_in() {
    async fn tick(harness: &Harness) -> Vec<toolwright::Outcome> {
        let call = |id: &str| ToolCall::new(id, "statement_read", r#"{ "id": 1 }"#);
        harness
            .session()
            .start()
            .dispatch([call("a"), call("b")])
            .await
            .into_outcomes()
    }
    let (harness, source) = world(|it| it);
    source.is(Mood::Failing);
    let session = harness.session().start();
    let (mut all, single) = tokio::join!(
        tick(&harness),
        session.call("statement_read", r#"{"id":1}"#)
    );
    all.push(single);
    assert_eq!(source.runs(), 1);
    for outcome in &all {
        assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::Failed);
        assert_eq!(outcome.text(), "the source is down");
    }
    // And nobody later has it.
    source.is(Mood::Fine);
    let begun = Instant::now();
    assert_eq!(
        session.call("statement_read", r#"{"id":1}"#).await.text(),
        "0"
    );
    assert_eq!(begun.elapsed(), Duration::from_millis(100));
}
