//! A breaker: after failures in a row, nothing is asked for a while; then one request tries.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many failures in a row open it.
const FAILURES: u32 = 5;
/// How long nothing is asked before one request tries.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Breaker {
    state: Mutex<State>,
    opened: AtomicU64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { next_try: Instant },
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            state: Mutex::new(State::Closed { failures: 0 }),
            opened: AtomicU64::new(0),
        }
    }
}

impl Breaker {
    /// Whether a request may be made. Of the open breaker one request a while gets a yes: how it ends decides.
    pub(super) fn admits(&self, now: Instant) -> bool {
        let mut state = self.state();
        match &mut *state {
            State::Closed { .. } => true,
            State::Open { next_try } if *next_try <= now => {
                // If this one never comes back, another tries later.
                *next_try = now + PAUSE;
                true
            }
            State::Open { .. } => false,
        }
    }

    /// A request has succeeded.
    pub(super) fn succeed(&self) {
        *self.state() = State::Closed { failures: 0 };
    }

    /// A request has failed. Whether that has opened the breaker.
    pub(super) fn fail(&self, now: Instant) -> bool {
        let mut state = self.state();
        let next_try = now + PAUSE;
        match &mut *state {
            State::Closed { failures } if *failures + 1 < FAILURES => {
                *failures += 1;
                false
            }
            State::Closed { .. } => {
                *state = State::Open { next_try };
                self.opened.fetch_add(1, Ordering::Relaxed);
                true
            }
            // One that began before, or the one that tried.
            State::Open { next_try: until } => {
                *until = next_try;
                false
            }
        }
    }

    /// How often it opened.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, advance};

    use super::{Breaker, FAILURES, PAUSE};

    fn open() -> Breaker {
        let breaker = Breaker::default();
        for _ in 1..FAILURES {
            assert!(!breaker.fail(Instant::now()));
            assert!(breaker.admits(Instant::now()));
        }
        assert!(breaker.fail(Instant::now()));
        breaker
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_open_it_and_success_between_does_not() {
        let breaker = Breaker::default();
        for _ in 0..10 {
            for _ in 1..FAILURES {
                breaker.fail(Instant::now());
            }
            breaker.succeed();
        }
        assert!(breaker.admits(Instant::now()));
        assert_eq!(breaker.opened(), 0);

        let breaker = open();
        assert!(!breaker.admits(Instant::now()));
        assert_eq!(breaker.opened(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_tries_after_a_while() {
        let breaker = open();
        advance(PAUSE).await;
        assert!(breaker.admits(Instant::now()));
        assert!(!breaker.admits(Instant::now()), "only one");

        breaker.fail(Instant::now());
        assert!(!breaker.admits(Instant::now()));
        advance(PAUSE).await;
        assert!(breaker.admits(Instant::now()));
        breaker.succeed();
        assert!(breaker.admits(Instant::now()));
        assert!(breaker.admits(Instant::now()), "all");
        assert_eq!(breaker.opened(), 1, "it was open all the time");
    }

    #[tokio::test(start_paused = true)]
    async fn a_try_that_never_ends_is_not_the_last() {
        let breaker = open();
        advance(PAUSE).await;
        assert!(breaker.admits(Instant::now()));
        advance(PAUSE).await;
        assert!(breaker.admits(Instant::now()));
    }
}
