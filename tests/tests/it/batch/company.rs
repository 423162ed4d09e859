//! What earlier calls say of those to come: calls out of step that would come within the window anyway are waited for, and
//! nobody waits without a reason.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use toolwright::{Outcome, Session};

use super::depot::{Depot, ask, world};

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn waited(outcome: &Outcome) -> u128 {
    outcome.batch().unwrap().wait_time.as_millis()
}

/// An agent that asks so many times, each time as soon as it was answered and has thought for a while: how long each call
/// waited for its batch.
async fn agent(session: &Session, begins: u64, thinks: u64, calls: u64, key: u64) -> Vec<u128> {
    sleep(millis(begins)).await;
    let mut waits = Vec::new();
    for _ in 0..calls {
        waits.push(waited(&ask(session, "depot_look", key).await));
        if thinks > 0 {
            sleep(millis(thinks)).await;
        }
    }
    waits
}

/// Calls that come in rounds, whenever the last ones were answered: in each round one a certain time after the first.
async fn rounds(session: &Session, depot: &Depot, rounds: u64, later: &[u64]) -> Vec<Vec<u128>> {
    let mut waits = Vec::new();
    for round in 1..=rounds {
        let next = Instant::now() + millis(100);
        let late = async |millis: u64, key: u64| {
            sleep(Duration::from_millis(millis)).await;
            waited(&ask(session, "depot_look", key).await)
        };
        let first = late(0, 0);
        let others = async {
            let mut waits = Vec::new();
            for (key, at) in (1..).zip(later) {
                waits.push((key, *at));
            }
            let calls = waits.into_iter().map(|(key, at)| {
                let session = session.clone();
                tokio::spawn(async move {
                    sleep(Duration::from_millis(at)).await;
                    waited(&ask(&session, "depot_look", key).await)
                })
            });
            let calls: Vec<_> = calls.collect();
            let mut waits = Vec::new();
            for call in calls {
                waits.push(call.await.unwrap());
            }
            waits
        };
        let (first, others) = tokio::join!(first, others);
        waits.push([vec![first], others].concat());
        sleep_until(next).await;
        assert!(!depot.asked().is_empty(), "{round}");
    }
    waits
}

/// Two agents a little out of step wait for each other once, and from then on they are one batch and wait for nobody.
#[tokio::test(start_paused = true)]
async fn agents_a_little_out_of_step_fall_into_step_and_wait_no_more() {
    for apart in [1, 2, 3] {
        let (harness, depot) = world(|it| it);
        depot.takes(5);
        let session = harness.session().start();
        let (one, other) = tokio::join!(
            agent(&session, 0, 0, 40, 1),
            agent(&session, apart, 0, 40, 2)
        );
        let late = |waits: &[u128]| waits[20..].iter().sum::<u128>();
        assert_eq!((late(&one), late(&other)), (0, 0), "{one:?} {other:?}");
        let runs = depot.keys();
        let together = runs.iter().filter(|keys| keys.len() == 2).count();
        assert!(together >= 20, "{apart} ms apart: {runs:?}");
        // Whatever was waited for that, it was less than was saved.
        let waits: u128 = one.iter().chain(&other).sum();
        assert!(waits <= 20, "{one:?} {other:?}");
    }
}

/// Agents that think for long between their calls have nothing to wait for, and do not.
#[tokio::test(start_paused = true)]
async fn agents_that_meet_by_chance_only_do_not_wait_for_each_other() {
    let (harness, depot) = world(|it| it);
    depot.takes(5);
    let session = harness.session().start();
    let (one, other) = tokio::join!(
        agent(&session, 0, 330, 30, 1),
        agent(&session, 51, 470, 30, 2)
    );
    assert_eq!(
        one.iter().chain(&other).sum::<u128>(),
        0,
        "{one:?} {other:?}"
    );
    assert_eq!(depot.keys().len(), 60);
}

/// What has come a moment later again and again is waited for, until it is there and no longer.
#[tokio::test(start_paused = true)]
async fn who_always_comes_a_moment_later_is_waited_for() {
    let (harness, depot) = world(|it| it);
    depot.takes(20);
    let session = harness.session().start();
    let waits = rounds(&session, &depot, 20, &[3]).await;
    for waits in &waits[5..] {
        assert_eq!(*waits, [3, 0], "it leaves with the one it waited for");
    }
    let runs = depot.keys();
    assert_eq!(runs[runs.len() - 15..], vec![vec![0, 1]; 15]);
}

/// The same with several who come one after the other.
#[tokio::test(start_paused = true)]
async fn several_who_always_come_are_one_batch_within_the_window() {
    let (harness, depot) = world(|it| it);
    depot.takes(50);
    let session = harness.session().start();
    let waits = rounds(&session, &depot, 20, &[2, 4, 6]).await;
    assert_eq!(waits[19], [6, 4, 2, 0]);
    assert!(
        waits.iter().flatten().all(|wait| *wait <= 10),
        "the window holds"
    );
    assert_eq!(depot.keys().last().unwrap(), &[0, 1, 2, 3]);
}

/// A wait that would cost more than the run it saves is not worth it.
#[tokio::test(start_paused = true)]
async fn for_a_run_that_takes_no_time_nobody_waits() {
    for takes in [0, 1] {
        let (harness, depot) = world(|it| it);
        depot.takes(takes);
        let session = harness.session().start();
        let waits = rounds(&session, &depot, 20, &[3]).await;
        assert_eq!(waits.iter().flatten().sum::<u128>(), 0);
    }
}

/// Who comes after the window is over could not have been waited for, and is not.
#[tokio::test(start_paused = true)]
async fn who_comes_after_the_window_is_not_waited_for() {
    let (harness, depot) = world(|it| it);
    depot.takes(30);
    let session = harness.session().start();
    let waits = rounds(&session, &depot, 20, &[15]).await;
    assert_eq!(waits.iter().flatten().sum::<u128>(), 0, "{waits:?}");
}

/// When the company stays away, one wait in vain is enough to learn it.
#[tokio::test(start_paused = true)]
async fn a_caller_that_is_alone_again_waits_in_vain_once_at_most() {
    let (harness, depot) = world(|it| it);
    depot.takes(20);
    let session = harness.session().start();
    let busy = rounds(&session, &depot, 20, &[2, 4, 6]).await;
    assert!(busy[19][0] > 0, "there was company to wait for");
    let alone = rounds(&session, &depot, 20, &[]).await;
    let in_vain = alone.iter().flatten().filter(|wait| **wait > 0).count();
    assert!(in_vain <= 1, "{alone:?}");
    assert!(alone.iter().flatten().all(|wait| *wait <= 10), "{alone:?}");
}
