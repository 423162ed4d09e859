//! Callers that go away: before their batch leaves, while it runs, one of them or all, and when their own time is over.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use toolwright::{Batching, FlushPolicy, Outcome, Session};

use super::depot::{Mood, ask, ask_at, tick, world};

fn hybrid() -> Batching {
    Batching::new().policy(FlushPolicy::Hybrid)
}

/// A call that its caller gives up after so many milliseconds.
async fn given_up(session: &Session, millis: u64, tool: &str, key: u64) {
    let call = timeout(Duration::from_millis(millis), ask(session, tool, key));
    assert!(call.await.is_err(), "it was given up while it waited");
}

/// B13, B15: who goes away before the batch leaves takes its key along, also if it was the first.
#[tokio::test(start_paused = true)]
async fn b13_b15_a_key_that_nobody_waits_for_any_more_leaves_its_batch() {
    for tool in ["depot_look", "depot_kept", "depot_add", "depot_body"] {
        let (harness, depot) = world(|it| it.batching(hybrid()));
        let session = harness.session().start();
        let ((), second, (), third) = tokio::join!(
            given_up(&session, 5, tool, 1),
            ask(&session, tool, 2),
            given_up(&session, 5, tool, 3),
            ask(&session, tool, 4),
        );
        let runs = depot.take();
        assert_eq!(
            (runs.len(), runs[0].at),
            (1, 10),
            "{tool}: the window is as it was"
        );
        assert_eq!(runs[0].keys, [2, 4], "{tool}");
        assert_eq!(
            [second.batch().unwrap().size, third.batch().unwrap().size],
            [2, 2]
        );
        let cancelled: u64 = harness.batch_stats().iter().map(|it| it.cancelled).sum();
        assert_eq!(cancelled, 2);
    }
}

/// B13: a key stays as long as one of its callers does.
#[tokio::test(start_paused = true)]
async fn b13_a_key_stays_with_the_last_of_its_callers() {
    for tool in ["depot_look", "depot_kept"] {
        let (harness, depot) = world(|it| it.batching(hybrid()));
        let (one, other) = (harness.session().start(), harness.session().start());
        let ((), stays) = tokio::join!(given_up(&one, 5, tool, 1), ask(&other, tool, 1));
        assert_eq!(stays.text(), "- 1=0");
        assert_eq!(depot.keys(), [[1]]);
    }
}

/// B13: when the last of all has gone, nothing is asked at all, and the next call has a window of its own.
#[tokio::test(start_paused = true)]
async fn b13_when_everyone_has_gone_the_function_is_not_called() {
    for tool in ["depot_look", "depot_kept", "depot_add", "depot_body"] {
        let (harness, depot) = world(|it| it.batching(hybrid()));
        let session = harness.session().start();
        let gone = timeout(Duration::from_millis(5), tick(&session, tool, 0..4));
        let late = ask_at(&session, 8, tool, 9);
        let (gone, late) = tokio::join!(gone, late);
        assert!(gone.is_err());
        assert_eq!(late.elapsed(), Duration::from_millis(10));
        assert_eq!(depot.keys(), [[9]], "{tool}");
    }
}

/// B13: a full batch is not full any more when one goes.
#[tokio::test(start_paused = true)]
async fn b13_who_goes_away_makes_room() {
    let batching = hybrid().max_waiting(1);
    let (harness, depot) =
        world(|it| it.batching_of("depot_look", batching.policy(FlushPolicy::FixedWindow)));
    let session = harness.session().start();
    let ((), stays) = tokio::join!(
        given_up(&session, 5, "depot_look", 1),
        ask(&session, "depot_look", 2)
    );
    // It could come in only when the first had gone.
    assert_eq!(stays.batch().unwrap().wait_time, Duration::from_millis(10));
    assert_eq!(stays.elapsed(), Duration::from_millis(15));
    assert_eq!(depot.keys(), [[2]]);
}

/// B14: who goes away while the batch runs changes nothing for the others.
#[tokio::test(start_paused = true)]
async fn b14_b15_who_goes_away_during_the_run_takes_nothing_from_the_others() {
    for tool in ["depot_look", "depot_kept", "depot_add"] {
        let (harness, depot) = world(|it| it);
        depot.takes(50);
        let session = harness.session().start();
        let others = async {
            let outcomes = tokio::join!(ask(&session, tool, 2), ask(&session, tool, 3));
            [outcomes.0, outcomes.1]
        };
        // The first is gone after 20 of 50 milliseconds.
        let ((), others) = tokio::join!(given_up(&session, 20, tool, 1), others);
        let runs = depot.take();
        assert_eq!((runs.len(), &*runs[0].keys), (1, &[1, 2, 3][..]), "{tool}");
        assert_eq!(runs[0].took, Some(50));
        assert!(
            others
                .iter()
                .all(|it| !it.is_error() && it.elapsed().as_millis() == 50)
        );
    }
}

/// B14: when the last of all has gone, a run that only reads is dropped, and with it what it holds.
#[tokio::test(start_paused = true)]
async fn b14_when_everyone_has_gone_the_run_is_dropped() {
    for tool in ["depot_look", "depot_kept", "depot_body"] {
        let (harness, depot) = world(|it| it.batching(Batching::new().max_in_flight(1)));
        depot.is(1, Mood::Endless);
        let session = harness.session().start();
        tokio::join!(
            given_up(&session, 20, tool, 1),
            given_up(&session, 30, tool, 2),
        );
        let runs = depot.take();
        assert_eq!((runs.len(), runs[0].took), (1, None), "{tool}");
        // Its place among the batches in flight is free.
        let started = Instant::now();
        let outcome = timeout(Duration::from_hours(1), ask(&session, tool, 3)).await;
        let outcome = outcome.expect("the place is free");
        assert_eq!(
            (outcome.text(), started.elapsed()),
            ("- 3=0", Duration::ZERO)
        );
    }
}

/// B14: a run that writes goes on, whoever has gone, and what it wrote is invalidated.
#[tokio::test(start_paused = true)]
async fn b14_a_run_that_writes_goes_on_without_its_callers() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    assert_eq!(ask(&session, "depot_kept", 1).await.text(), "- 1=0");
    depot.takes(50);
    let gone = timeout(
        Duration::from_millis(20),
        tick(&session, "depot_add", [1, 2]),
    );
    assert!(gone.await.is_err());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(depot.take()[1].took, Some(50));
    assert_eq!(ask(&session, "depot_kept", 1).await.text(), "- 1=1");
}

/// A caller's deadline is its own: those with more time have their answers, in the same batch.
#[tokio::test(start_paused = true)]
async fn a_deadline_of_one_caller_is_nobody_elses() {
    for tool in ["depot_look", "depot_kept"] {
        let (harness, depot) = world(|it| it);
        depot.takes(50);
        let session = harness.session().start();
        let patience = async |millis: u64, key: u64| -> Option<Outcome> {
            let call = ask(&session, tool, key);
            timeout(Duration::from_millis(millis), call).await.ok()
        };
        let outcomes = tokio::join!(
            patience(10, 1),
            patience(60, 2),
            patience(10, 3),
            // The same key as the first, with more time.
            patience(60, 1),
        );
        assert!(outcomes.0.is_none() && outcomes.2.is_none());
        assert_eq!(outcomes.1.unwrap().text(), "- 2=0");
        assert_eq!(outcomes.3.unwrap().text(), "- 1=0");
        assert_eq!(depot.keys(), [[1, 2, 3]]);
    }
}

/// Calls that go away while what is left of their batch is being split are not run.
#[tokio::test(start_paused = true)]
async fn who_goes_away_during_a_split_is_not_run() {
    let batching = Batching::new().max_in_flight(1);
    let (harness, depot) = world(|it| it.batching(batching));
    depot.takes(10);
    depot.is(0, Mood::Breaks(toolwright::ErrorKind::Failed));
    let session = harness.session().start();
    // The batch fails after 10 ms; then its keys go one by one, each for 10 ms.
    let (_, (), last) = tokio::join!(
        ask(&session, "depot_look", 0),
        given_up(&session, 15, "depot_look", 1),
        ask(&session, "depot_look", 2),
    );
    assert_eq!(last.text(), "- 2=0");
    assert_eq!(depot.keys(), [vec![0, 1, 2], vec![0], vec![2]]);
}
