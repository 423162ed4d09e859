//! The flights alone. Each test names the statement that it shows.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep, timeout};

use super::{Flights, Landing, Role};

const RUN: Duration = Duration::from_millis(100);

/// Lets every other task go on until it waits for time or for another.
async fn settle() {
    for _ in 0..64 {
        yield_now().await;
    }
}

fn flights_are_unlucky() -> bool {
    std::hint::black_box(false)
}

#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// A run that takes its time and gives its own number.
    async fn run(self) -> usize {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        sleep(RUN).await;
        number
    }
}

#[tokio::test(start_paused = true)]
async fn f1_a_hundred_callers_are_one_run() {
    let (flights, runs) = (Flights::default(), Runs::default());
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let (flights, runs) = (flights.clone(), runs.clone());
        callers.spawn(async move { flights.take("k", || runs.run()).await });
    }
    let answers = callers.join_all().await;
    assert!(
        answers
            .iter()
            .all(|(landing, _)| *landing == Landing::Landed(1))
    );
    let leaders = answers.iter().filter(|(_, role)| *role == Role::Leader);
    assert_eq!((leaders.count(), runs.count(), flights.len()), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn f2_a_leader_that_goes_neither_fails_nor_restarts_the_flight() {
    let (flights, runs) = (Flights::default(), Runs::default());
    let began = Instant::now();
    let leader = tokio::spawn({
        let (flights, runs) = (flights.clone(), runs.clone());
        async move { flights.take("k", || runs.run()).await }
    });
    settle().await;
    let follower = tokio::spawn({
        let (flights, runs) = (flights.clone(), runs.clone());
        async move { flights.take("k", || runs.run()).await }
    });
    settle().await;
    sleep(RUN / 2).await;
    leader.abort();
    let answer = follower.await.unwrap();
    assert_eq!(answer, (Landing::Landed(1), Role::Follower));
    assert_eq!((runs.count(), began.elapsed()), (1, RUN));
}

#[tokio::test(start_paused = true)]
async fn f3_when_all_have_gone_the_run_is_dropped() {
    struct Dropped(Arc<AtomicUsize>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let (flights, dropped) = (Flights::<_, ()>::default(), Arc::new(AtomicUsize::new(0)));
    let mut callers = JoinSet::new();
    for _ in 0..3 {
        let (flights, dropped) = (flights.clone(), Arc::clone(&dropped));
        callers.spawn(async move {
            let run = || async move {
                let _dropped = Dropped(dropped);
                pending::<()>().await;
            };
            flights.take("k", run).await
        });
    }
    settle().await;
    assert_eq!((flights.len(), dropped.load(Ordering::SeqCst)), (1, 0));
    callers.shutdown().await;
    settle().await;
    // The two that only joined never began theirs.
    assert_eq!((flights.len(), dropped.load(Ordering::SeqCst)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn f4_a_panic_reaches_those_who_wait_and_the_next_call_runs_again() {
    let flights = Flights::default();
    let mut callers = JoinSet::new();
    for _ in 0..3 {
        let flights = flights.clone();
        callers.spawn(async move {
            let run = || async {
                sleep(RUN).await;
                assert!(flights_are_unlucky(), "this run breaks on purpose");
                7
            };
            flights.take("k", run).await.0
        });
    }
    let answers = callers.join_all().await;
    assert_eq!(answers, [Landing::Panicked; 3]);
    let (landing, role) = flights.take("k", || async { 7 }).await;
    assert_eq!(
        (landing, role, flights.len()),
        (Landing::Landed(7), Role::Leader, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn f5_an_error_is_shared_with_those_who_wait_and_not_kept() {
    let (flights, runs) = (Flights::default(), Runs::default());
    let fail = |runs: Runs| async move { Err::<u8, usize>(runs.run().await) };
    let both = tokio::join!(
        flights.take("k", || fail(runs.clone())),
        flights.take("k", || fail(runs.clone()))
    );
    assert_eq!(
        (both.0.0, both.1.0),
        (Landing::Landed(Err(1)), Landing::Landed(Err(1)))
    );
    assert_eq!(
        flights.take("k", || fail(runs.clone())).await.0,
        Landing::Landed(Err(2))
    );
}

#[tokio::test(start_paused = true)]
async fn f6_different_keys_do_not_wait_for_each_other() {
    let flights = Flights::default();
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for key in 0..1000 {
        let flights = flights.clone();
        callers.spawn(async move { flights.take(key, || Runs::default().run()).await });
    }
    assert_eq!(callers.join_all().await.len(), 1000);
    assert_eq!(began.elapsed(), RUN);
}

#[tokio::test(start_paused = true)]
async fn f7_a_run_may_take_another_flight() {
    let flights = Flights::<&str, u8>::default();
    let inner = flights.clone();
    let run = || async move {
        match inner.take("inner", || async { 1 }).await.0 {
            Landing::Landed(value) => value + 1,
            Landing::Panicked => 0,
        }
    };
    assert_eq!(flights.take("outer", run).await.0, Landing::Landed(2));
}

#[tokio::test(start_paused = true)]
async fn f8_one_who_gives_up_waiting_cancels_nobody() {
    let (flights, runs) = (Flights::default(), Runs::default());
    let impatient = timeout(RUN / 2, flights.take("k", || runs.clone().run()));
    let patient = flights.take("k", || runs.clone().run());
    let (impatient, patient) = tokio::join!(impatient, patient);
    assert!(impatient.is_err());
    assert_eq!((patient.0, runs.count()), (Landing::Landed(1), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f9_nobody_is_left_waiting() {
    let flights = Flights::default();
    let mut callers = JoinSet::new();
    for caller in 0..4000_usize {
        let flights = flights.clone();
        callers.spawn(async move {
            for round in 0..5 {
                let run = || async move {
                    yield_now().await;
                    round
                };
                // Some give up at once, at whatever point the others are.
                if caller % 3 == 0 {
                    let mut taking = Box::pin(flights.take(caller % 7, run));
                    let _ = poll_once(taking.as_mut()).await;
                } else {
                    assert!(matches!(
                        flights.take(caller % 7, run).await.0,
                        Landing::Landed(_)
                    ));
                }
            }
        });
    }
    assert_eq!(callers.join_all().await.len(), 4000);
    while flights.len() > 0 {
        yield_now().await;
    }
}

async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn f11_abandoned_flights_leave_nothing_behind() {
    let flights = Flights::<usize, ()>::default();
    for key in 0..100_000 {
        let mut taking = Box::pin(flights.take(key, pending));
        assert!(poll_once(taking.as_mut()).await.is_none());
        drop(taking);
        if key % 1000 == 0 {
            settle().await;
        }
    }
    settle().await;
    while flights.len() > 0 {
        yield_now().await;
    }
    assert_eq!(flights.len(), 0);
}
