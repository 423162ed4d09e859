//! So many runs in such a time, over any stretch of that length: callers wait their turn, first come, first served.
//!
//! This is a log of the last runs and no leaky bucket (GCRA), whose burst comes on top of its rate: the `governor` crate
//! at 10/s lets 19 runs begin in the first second, or else, with a burst of one, spreads the calls of one tick over a
//! whole second. Its turns cannot be given back either, and ours is only spent when the run really begins.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::tool::Rate;

/// How many entries a log has at most, give or take one. A rate of more runs than that remembers them in groups.
const MOST: u32 = 1024;

/// The rate of one tool.
pub(crate) struct RateLimiter {
    rate: Rate,
    log: Mutex<Log>,
    /// Whose turn it is: a fair queue.
    turn: Semaphore,
}

/// The runs of the last period.
struct Log {
    rate: Rate,
    entries: VecDeque<Entry>,
    /// How many runs the entries have together.
    runs: u64,
    /// How many callers are in the queue, with the one whose turn it is.
    waiting: u64,
}

/// Runs that began at about the same time, and are forgotten at the same time: a period after the last of them.
struct Entry {
    first: Instant,
    last: Instant,
    runs: u64,
}

/// A place in the queue, which is left however the wait ends.
struct Place<'r>(&'r RateLimiter);

/// The right to be the next to begin. Dropped, it goes to the next caller, and nothing was spent.
pub(crate) struct Turn<'r> {
    place: Place<'r>,
    _turn: SemaphorePermit<'r>,
}

impl RateLimiter {
    pub(crate) fn new(rate: Rate) -> Self {
        let log = Log {
            rate,
            entries: VecDeque::new(),
            runs: 0,
            waiting: 0,
        };
        Self {
            rate,
            log: Mutex::new(log),
            turn: Semaphore::new(1),
        }
    }

    /// The rate itself.
    pub(crate) fn rate(&self) -> Rate {
        self.rate
    }

    /// Waits for a moment when a run may begin.
    ///
    /// # Errors
    /// The turn would come no sooner than in this time, which is more than `patience`. This is known, and said, at once.
    pub(crate) async fn turn(&self, patience: Option<Duration>) -> Result<Turn<'_>, Duration> {
        let place = self.queue(patience)?;
        let turn = self.turn.acquire().await;
        let turn = turn.expect("the queue of a rate is never closed");
        loop {
            let next = self.log().next(0, Instant::now());
            match next {
                None => break,
                Some(next) => sleep_until(next).await,
            }
        }
        Ok(Turn { place, _turn: turn })
    }

    fn queue(&self, patience: Option<Duration>) -> Result<Place<'_>, Duration> {
        let now = Instant::now();
        let mut log = self.log();
        let ahead = log.waiting;
        if let Some(patience) = patience
            && let Some(next) = log.next(ahead, now)
        {
            let wait = next.duration_since(now);
            if wait > patience {
                return Err(wait);
            }
        }
        log.waiting += 1;
        Ok(Place(self))
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        // Nothing in here panics half way through a change.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// The run begins now.
    pub(crate) fn begin(self) {
        self.place.0.log().begin(Instant::now());
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.log().waiting -= 1;
    }
}

impl Log {
    /// The earliest moment after now at which a run may begin that has so many ahead of it; none, if that is now.
    fn next(&mut self, ahead: u64, now: Instant) -> Option<Instant> {
        while let Some(oldest) = self.entries.front()
            && oldest.last + self.rate.per <= now
        {
            self.runs -= oldest.runs;
            self.entries.pop_front();
        }
        let calls = u64::from(self.rate.calls.max(1));
        // Those ahead begin in rounds of `calls`, each a period after the one before.
        let (rounds, ahead) = (ahead / calls, ahead % calls);
        // So many of the runs of the last period must be over before this one.
        let over = (self.runs + ahead + 1).saturating_sub(calls);
        let first = self.leaves(over);
        match (first, u32::try_from(rounds).unwrap_or(u32::MAX)) {
            (None, 0) => None,
            (first, rounds) => Some(first.unwrap_or(now) + self.rate.per.saturating_mul(rounds)),
        }
    }

    /// When so many of the oldest runs are forgotten.
    fn leaves(&self, runs: u64) -> Option<Instant> {
        if runs == 0 {
            return None;
        }
        let mut oldest = 0;
        let entry = self.entries.iter().find(|entry| {
            oldest += entry.runs;
            oldest >= runs
        });
        entry.map(|entry| entry.last + self.rate.per)
    }

    fn begin(&mut self, now: Instant) {
        self.runs += 1;
        let grain = match self.rate.calls {
            ..=MOST => None,
            _ => Some(self.rate.per / MOST),
        };
        if let (Some(entry), Some(grain)) = (self.entries.back_mut(), grain)
            && now.duration_since(entry.first) < grain
        {
            entry.last = now;
            entry.runs += 1;
            return;
        }
        self.entries.push_back(Entry {
            first: now,
            last: now,
            runs: 1,
        });
    }
}

#[cfg(test)]
mod tests;
