//! Runs that equal calls share: nobody is left waiting, nobody gets a run from before it came, nothing stays behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use shuttle::future::{block_on, spawn, yield_now};

use super::check;
use crate::cache::{Flights, Landing, Role};

/// Flights whose runs are numbered.
#[derive(Clone, Default)]
struct Airport {
    flights: Flights<u8, u64>,
    // Not shuttle's: that a number is given is no step.
    runs: Arc<AtomicU64>,
}

impl Airport {
    /// Takes the flight of this key: the number of the run, and whether this call began it.
    async fn take(&self, key: u8) -> (u64, Role) {
        let runs = Arc::clone(&self.runs);
        let run = || async move {
            let number = runs.fetch_add(1, Ordering::SeqCst) + 1;
            yield_now().await;
            number
        };
        match self.flights.take(key, run).await {
            (Landing::Landed(number), role) => (number, role),
            (Landing::Panicked, role) => panic!("no run breaks, and a {role:?} was told so"),
        }
    }

    fn runs(&self) -> u64 {
        self.runs.load(Ordering::SeqCst)
    }

    /// Waits until nothing is in the air any more, which must come.
    async fn is_empty(&self) {
        while self.flights.len() > 0 {
            yield_now().await;
        }
    }
}

/// F9: whoever comes, at whatever moment, is told how a flight ended, and leaves nothing behind.
#[test]
fn f9_nobody_is_left_waiting() {
    check(|| {
        let airport = Airport::default();
        let callers: Vec<_> = (0..3)
            .map(|_| {
                let airport = airport.clone();
                spawn(async move { airport.take(1).await })
            })
            .collect();
        block_on(async {
            let mut leaders = 0;
            for caller in callers {
                let (_, role) = caller.await.expect("no caller is aborted");
                leaders += u64::from(role == Role::Leader);
            }
            assert_eq!(leaders, airport.runs());
            assert_eq!(airport.flights.len(), 0, "all have landed");
        });
    });
}

/// Who asks again after its answer does not get the same answer again: a flight that has landed is not boarded.
#[test]
fn a_flight_that_has_landed_is_not_boarded() {
    check(|| {
        let airport = Airport::default();
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let airport = airport.clone();
                spawn(async move {
                    let (first, _) = airport.take(1).await;
                    let (second, _) = airport.take(1).await;
                    assert!(
                        second > first,
                        "run {second} had ended before it was asked for"
                    );
                })
            })
            .collect();
        block_on(async {
            for caller in callers {
                caller.await.expect("no caller breaks");
            }
        });
    });
}

/// F2, F3, F8: callers that leave at any moment strand nobody who stays, and when all have left nothing stays.
#[test]
fn f2_f3_f8_who_leaves_strands_nobody_and_leaves_nothing() {
    check(|| {
        let airport = Airport::default();
        let begin = || {
            let airport = airport.clone();
            spawn(async move { airport.take(1).await })
        };
        let (first, second, stays) = (begin(), begin(), begin());
        block_on(async {
            yield_now().await;
            first.abort();
            second.abort();
            stays.await.expect("who stays is not aborted");
            let (_, _) = (first.await, second.await);
            airport.is_empty().await;
        });
        // And with nobody who stays.
        let (first, second) = (begin(), begin());
        block_on(async {
            yield_now().await;
            first.abort();
            second.abort();
            let (_, _) = (first.await, second.await);
            airport.is_empty().await;
            // The next is as the first.
            airport.take(1).await;
        });
    });
}

/// F6: two keys are two flights, whatever comes between.
#[test]
fn f6_two_keys_are_two_flights() {
    check(|| {
        let airport = Airport::default();
        let callers: Vec<_> = [1, 2, 1, 2]
            .into_iter()
            .map(|key| {
                let airport = airport.clone();
                spawn(async move { (key, airport.take(key).await.0) })
            })
            .collect();
        block_on(async {
            let mut ones = Vec::new();
            let mut twos = Vec::new();
            for caller in callers {
                match caller.await.expect("no caller breaks") {
                    (1, run) => ones.push(run),
                    (_, run) => twos.push(run),
                }
            }
            assert!(ones.iter().all(|run| !twos.contains(run)));
        });
    });
}
