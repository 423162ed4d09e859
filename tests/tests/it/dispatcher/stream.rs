//! `dispatch_stream`: the outcomes of a tick one by one.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;
use tokio::time::timeout;
use toolwright::{ErrorKind, Outcome, OutcomeStream, ToolCall};

use super::{World, call, ends, ids, keep, ms, read, sleep, soon, write};

/// A tick in which something happens of every kind.
fn tick() -> Vec<ToolCall> {
    vec![
        keep("warm", "warm"),
        read("a", 30),
        write("b", "b", 1, 20),
        read("b2", 5),
        call("after", "dispatcher_read", r#"{"cell":"b","millis":7}"#),
        call("lost", "dispatcher_lost", "{}"),
        call("", "dispatcher_break", ""),
        call("", "dispatcher_fail", ""),
        call("a", "dispatcher_read", r#"{"cell":"a"}"#),
    ]
}

/// The rest of a stream.
async fn rest(outcomes: &mut OutcomeStream) -> Vec<Outcome> {
    let mut rest = Vec::new();
    while let Some(outcome) = outcomes.next().await {
        rest.push(outcome);
    }
    rest
}

#[tokio::test(start_paused = true)]
async fn outcomes_come_when_they_are_there() {
    let world = World::new();
    let session = world.session();
    let mut outcomes = session.dispatch_stream([read("a", 30), read("b", 10), read("c", 20)]);
    let mut came = Vec::new();
    while let Some(outcome) = outcomes.next().await {
        came.push(format!("{} {}", world.now(), outcome.id()));
    }
    assert_eq!(came, ["10 b", "20 c", "30 a"]);
}

#[tokio::test(start_paused = true)]
async fn each_outcome_comes_once_and_the_report_is_that_of_dispatch() {
    let warmed = async || {
        let session = World::new().session();
        session.dispatch([keep("warm", "warm")]).await;
        session
    };
    let expected = warmed().await.dispatch(tick()).await;
    let mut outcomes = warmed().await.dispatch_stream(tick());
    let mut came = rest(&mut outcomes).await;
    let report = outcomes.report().await;
    assert_eq!(report, expected);
    assert_eq!(came.len(), tick().len());
    for outcome in expected {
        let place = came.iter().position(|it| *it == outcome);
        let place = place.unwrap_or_else(|| panic!("{outcome:?} came: {came:?}"));
        came.swap_remove(place);
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_waits_for_what_nobody_has_asked_for() {
    let world = World::new();
    let session = world.session();
    let untouched = session.dispatch_stream(tick()).report().await;
    assert_eq!(untouched.len(), tick().len());
    let mut outcomes = session.dispatch_stream([read("a", 30), read("b", 10), read("c", 20)]);
    assert_eq!(outcomes.next().await.unwrap().id(), "b");
    let report = outcomes.report().await;
    assert_eq!(ids(&report), ["a", "b", "c"]);
    assert_eq!(report.elapsed(), ms(30));
}

#[tokio::test(start_paused = true)]
async fn nothing_runs_before_it_is_asked() {
    let world = World::new();
    let session = world.session();
    let mut outcomes = session.dispatch_stream([read("a", 10)]);
    sleep(50).await;
    assert_eq!(world.take(), [""; 0]);
    assert!(outcomes.next().await.is_some());
    assert_eq!(world.take(), ["50 +read a", "60 -read a"]);
    assert_eq!(outcomes.report().await.elapsed(), ms(10));
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_for_the_next_outcome_still_gets_it_later() {
    let world = World::new();
    let session = world.session();
    let mut outcomes = session.dispatch_stream([read("a", 10), read("b", 20)]);
    for _ in 0..3 {
        let next = timeout(ms(3), outcomes.next()).await;
        assert!(next.is_err(), "{next:?}");
    }
    assert_eq!(ids(&rest(&mut outcomes).await), ["a", "b"]);
    assert_eq!(world.now(), 20);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_half_way_stops_reads_and_lets_a_write_end() {
    let world = World::new();
    let session = world.session();
    let mut outcomes = session.dispatch_stream([
        read("a", 50),
        write("first", "b", 1, 50),
        write("second", "b", 2, 50),
        read("c", 10),
    ]);
    assert_eq!(outcomes.next().await.unwrap().id(), "c");
    world.take();
    drop(outcomes);
    sleep(200).await;
    assert_eq!(world.take(), ["10 dropped read a", "50 -write b"]);
    assert_eq!(world.get("b"), 1);
}

#[tokio::test(start_paused = true)]
async fn it_is_a_stream_that_stays_at_its_end() {
    let world = World::new();
    let session = world.session();
    let mut outcomes = session.dispatch_stream([read("a", 20), read("b", 10)]);
    let mut came = Vec::new();
    for _ in 0..4 {
        came.push(poll_fn(|task| Pin::new(&mut outcomes).poll_next(task)).await);
    }
    let came = came.iter().map(|it| it.as_ref().map(Outcome::id));
    assert_eq!(came.collect::<Vec<_>>(), [Some("b"), Some("a"), None, None]);
    assert_eq!(outcomes.report().await.len(), 2);
}

#[tokio::test]
async fn no_calls_are_no_outcomes_and_an_empty_report() {
    let session = World::new().session();
    let mut outcomes = session.dispatch_stream([]);
    assert!(outcomes.next().await.is_none());
    assert!(outcomes.report().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_gives_what_is_left_at_once() {
    let world = World::new();
    let session = world.session();
    let mut outcomes = session.dispatch_stream([
        read("a", 10),
        call("b", "dispatcher_keep", r#"{"cell":"a","millis":500}"#),
        write("first", "a", 1, 500),
        write("second", "a", 2, 500),
        read("b2", 500),
    ]);
    assert_eq!(outcomes.next().await.unwrap().id(), "a");
    session.cancel();
    let rest = soon(rest(&mut outcomes)).await;
    assert_eq!(world.now(), 10);
    assert_eq!(ends(&rest), [Err(ErrorKind::Cancelled); 4]);
    let report = outcomes.report().await;
    assert_eq!(ids(&report), ["a", "b", "first", "second", "b2"]);
    let cancelled = Err(ErrorKind::Cancelled);
    let expected = [Ok("0"), cancelled, cancelled, cancelled, cancelled];
    assert_eq!(ends(&report), expected);
}
