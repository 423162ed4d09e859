//! Whether company will come: what the calls after earlier quiet moments say of this one.
//!
//! A moment is quiet when every task that could run has run and nobody new has come. Whether a batch leaves then or
//! waits, those are counted who come until its window is over: they are the company that waiting had or would have had.
//! What comes after a batch has answered is no such company, as it may be the same callers again.

use std::time::Duration;

use tokio::time::Instant;

/// How much of a mean is its newest value.
const NEWEST: f64 = 0.5;
/// How many must be expected at least: with less, most waits would be in vain.
const LEAST: f64 = 0.7;
/// A wait that is expected to be shorter than this is spent in turns of the scheduler, as timers are coarser.
const BRIEF: Duration = Duration::from_micros(100);

/// What is known of the calls of one group.
#[derive(Debug, Default)]
pub(super) struct Company {
    /// How many come after a quiet moment, within the window.
    expected: f64,
    /// Seconds until the last of them does.
    spread: f64,
    /// Seconds that a run takes.
    run: f64,
    watch: Option<Watch>,
}

/// The count after one quiet moment.
#[derive(Debug)]
struct Watch {
    since: Instant,
    until: Instant,
    seen: u32,
    last: Instant,
    /// Whether somebody waited for them.
    waited: bool,
}

/// What to do in a quiet moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Advice {
    /// Nobody is expected, or it is not worth it.
    Go,
    /// So many are expected, until then at the latest.
    Wait {
        /// How many.
        arrivals: u64,
        /// Until when to wait for them.
        until: Instant,
        /// Whether they come so soon that no timer could tell.
        briefly: bool,
    },
}

impl Company {
    /// A call has come.
    pub(super) fn arrived(&mut self, now: Instant) {
        match &mut self.watch {
            Some(watch) if now <= watch.until => {
                watch.seen += 1;
                watch.last = now;
            }
            Some(_) => self.conclude(),
            None => {}
        }
    }

    /// It is quiet, and so many calls are waiting, which may wait until `deadline`.
    pub(super) fn advise(&mut self, now: Instant, deadline: Instant, waiting: usize) -> Advice {
        if self.watch.as_ref().is_some_and(|watch| now > watch.until) {
            self.conclude();
        }
        let watch = self.watch.get_or_insert(Watch {
            since: now,
            until: deadline,
            seen: 0,
            last: now,
            waited: false,
        });
        let remaining = self.expected - f64::from(watch.seen);
        // A wait costs the time of all who wait, and saves a run for each who comes.
        let callers = f64::from(u32::try_from(waiting).unwrap_or(u32::MAX));
        let soon = Duration::from_secs_f64(self.spread * 4.0);
        let briefly = soon <= BRIEF;
        let latest = if briefly {
            watch.since + soon
        } else {
            watch.until
        };
        let until = deadline.min(latest);
        if remaining < LEAST || remaining * self.run < callers * self.spread || now >= until {
            return Advice::Go;
        }
        watch.waited = true;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is at least one half"
        )]
        let arrivals = remaining.round().max(1.0) as u64;
        Advice::Wait {
            arrivals,
            until,
            briefly,
        }
    }

    /// A batch that left at `left` has answered after `run`.
    pub(super) fn answered(&mut self, left: Instant, run: Duration) {
        let run = run.as_secs_f64();
        self.run = if self.run == 0.0 {
            run
        } else {
            mean(self.run, run)
        };
        if self.watch.as_ref().is_some_and(|watch| watch.since <= left) {
            self.conclude();
        }
    }

    fn conclude(&mut self) {
        let Some(watch) = self.watch.take() else {
            return;
        };
        if watch.seen == 0 {
            // A wait in vain is not tried again before there is new reason to.
            self.expected = if watch.waited {
                0.0
            } else {
                mean(self.expected, 0.0)
            };
            return;
        }
        let spread = (watch.last - watch.since).as_secs_f64();
        self.spread = if self.expected == 0.0 {
            spread
        } else {
            mean(self.spread, spread)
        };
        self.expected = mean(self.expected, f64::from(watch.seen));
    }
}

fn mean(old: f64, new: f64) -> f64 {
    old + NEWEST * (new - old)
}
