//! Whether company will come: who is on his way back, and what the calls after earlier quiet moments say of this one.
//!
//! A moment is quiet when every task that could run has run and nobody new has come. Then there are two reasons to wait:
//!
//! - **Returns.** Agents that were answered together come back together, at once or after their next model call. How many
//!   of them come at once is counted; so of a batch that is under way it is known when it will be answered, and how many
//!   will be there then.
//! - **Newcomers.** Whether a batch leaves in a quiet moment or waits, those are counted who come until its window is over,
//!   without the returns: they are the company that waiting had or would have had.

use std::time::Duration;

use tokio::time::Instant;

/// How much of a mean is its newest value.
const NEWEST: f64 = 0.25;
/// How many must be expected at least: with less, most waits would be in vain.
const LEAST: f64 = 0.7;
/// So many who wait count at most for each who is expected: who would wait for an eighth of a run at most loses little,
/// and what has come together once stays together.
const MOST_FOR_ONE: f64 = 8.0;
/// A wait that is shorter than this is spent in turns of the scheduler, as timers are coarser.
const BRIEF: Duration = Duration::from_micros(100);
/// Who comes back so soon after an answer, or after an eighth of a run, comes at once.
const SOON: Duration = Duration::from_micros(500);
/// How much of what was expected is left after several have waited in vain.
const VAIN: f64 = 0.5;
/// For how many times the usual time it is waited.
const PATIENCE: f64 = 3.0;
/// Calls that come one after another come on until there is a gap of so many of theirs.
const GAPS: f64 = 4.0;
/// So many batches under way are thought of.
const MOST_AWAY: usize = 64;

/// What is known of the calls of one group.
#[derive(Debug, Default)]
pub(super) struct Company {
    /// How many newcomers come after a quiet moment, within the window.
    newcomers: Mean,
    /// Seconds until the last of them does.
    spread: Mean,
    /// Seconds that a run takes.
    run: Mean,
    /// Which part of those who were answered comes back at once.
    returning: Mean,
    /// Seconds until the last of these does.
    lag: Mean,
    watch: Option<Watch>,
    /// The batches under way, in the order in which they left.
    away: Vec<Away>,
    back: Option<Back>,
}

/// A moving mean; nothing, until there is a first value.
#[derive(Debug, Default, Clone, Copy)]
struct Mean(Option<f64>);

impl Mean {
    fn get(self) -> f64 {
        self.0.unwrap_or_default()
    }

    fn add(&mut self, new: f64) {
        let old = self.0.unwrap_or(new);
        self.0 = Some(old + NEWEST * (new - old));
    }
}

/// The count after one quiet moment.
#[derive(Debug)]
struct Watch {
    since: Instant,
    until: Instant,
    seen: u32,
    last: Instant,
    /// How many waited for them.
    waited: f64,
}

/// A batch under way.
#[derive(Debug)]
struct Away {
    left: Instant,
    callers: u32,
}

/// The count after one answer.
#[derive(Debug)]
struct Back {
    since: Instant,
    last: Instant,
    until: Instant,
    callers: u32,
    seen: u32,
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

/// Who may be waited for: how many, when the last of them comes, and until when it makes sense to wait for him.
#[derive(Debug, Clone, Copy)]
struct Expected {
    count: f64,
    seconds: f64,
    until: Instant,
}

impl Company {
    /// A call has come.
    pub(super) fn arrived(&mut self, now: Instant) {
        if let Some(back) = &mut self.back
            && now <= back.until
            && back.seen < back.callers
        {
            back.seen += 1;
            back.last = now;
            return;
        }
        self.conclude_back();
        match &mut self.watch {
            Some(watch) if now <= watch.until => {
                watch.seen += 1;
                watch.last = now;
            }
            Some(_) => self.conclude(),
            None => {}
        }
    }

    /// A batch has left that was full: who comes now belongs to the next.
    pub(super) fn left_full(&mut self) {
        self.conclude();
    }

    /// A batch with so many callers has left.
    pub(super) fn left(&mut self, now: Instant, callers: usize) {
        if self.away.len() >= MOST_AWAY {
            self.away.remove(0);
        }
        let callers = u32::try_from(callers).unwrap_or(u32::MAX);
        self.away.push(Away { left: now, callers });
    }

    /// A batch that left at `left` has answered after `run`.
    pub(super) fn answered(&mut self, left: Instant, run: Duration) {
        self.run.add(run.as_secs_f64());
        let found = self.away.iter().position(|away| away.left == left);
        let Some(away) = found.map(|at| self.away.remove(at)) else {
            return;
        };
        self.conclude_back();
        self.back = Some(Back {
            since: left + run,
            last: left + run,
            until: left + run + SOON.max(run / 8),
            callers: away.callers,
            seen: 0,
        });
        // Who comes after this may be one of its own callers, whom no wait would have caught.
        if self.watch.as_ref().is_some_and(|watch| watch.since <= left) {
            self.conclude();
        }
    }

    /// It is quiet, and so many calls are waiting, which may wait until `deadline`.
    pub(super) fn advise(&mut self, now: Instant, deadline: Instant, waiting: usize) -> Advice {
        if self.watch.as_ref().is_some_and(|watch| now > watch.until) {
            self.conclude();
        }
        let waiting = f64::from(u32::try_from(waiting).unwrap_or(u32::MAX));
        let newcomers = self.newcomers(now, deadline);
        let newcomers = newcomers.filter(|it| self.is_worth(*it, waiting));
        if let Some(watch) = &mut self.watch {
            watch.waited = newcomers.map_or(watch.waited, |_| waiting.max(watch.waited));
        }
        let returns = self.returns(now, deadline, waiting);
        let expected = match (newcomers, returns) {
            (Some(one), Some(other)) => Expected {
                count: one.count + other.count,
                seconds: one.seconds.max(other.seconds),
                until: one.until.max(other.until),
            },
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return self.in_a_row(now, deadline, waiting),
        };
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is at least one"
        )]
        let arrivals = expected.count.round().max(1.0) as u64;
        Advice::Wait {
            arrivals,
            until: expected.until,
            briefly: expected.until <= now + BRIEF,
        }
    }

    /// Who comes for the first time, going by earlier quiet moments.
    fn newcomers(&mut self, now: Instant, deadline: Instant) -> Option<Expected> {
        let watch = self.watch.get_or_insert(Watch {
            since: now,
            until: deadline,
            seen: 0,
            last: now,
            waited: 0.0,
        });
        let count = self.newcomers.get() - f64::from(watch.seen);
        let seconds = self.spread.get();
        let latest = watch.since + Duration::from_secs_f64(seconds * PATIENCE).max(BRIEF);
        let until = deadline.min(latest);
        (now < until).then_some(Expected {
            count,
            seconds,
            until,
        })
    }

    /// Who will come back, going by the batches under way: as many as it is worth to wait for.
    fn returns(&self, now: Instant, deadline: Instant, waiting: f64) -> Option<Expected> {
        let run = Duration::from_secs_f64(self.run.get());
        let slack = SOON.max(run / 8);
        let mut count = 0.0;
        let mut best = None;
        if let Some(back) = self.rest(now, deadline) {
            count = back.count;
            best = Some(back).filter(|it| self.is_worth(*it, waiting));
        }
        for away in &self.away {
            let back = away.left + run;
            let until = deadline.min(back + slack);
            if back > deadline || until <= now {
                continue;
            }
            count += self.returning.get() * f64::from(away.callers);
            let expected = Expected {
                count,
                seconds: back.saturating_duration_since(now).as_secs_f64(),
                until,
            };
            if self.is_worth(expected, waiting) {
                best = Some(expected);
            }
        }
        best
    }

    /// The rest of those who were just answered.
    fn rest(&self, now: Instant, deadline: Instant) -> Option<Expected> {
        let back = self.back.as_ref()?;
        let lag = Duration::from_secs_f64(self.lag.get());
        let until = back.since + lag.mul_f64(PATIENCE).max(BRIEF);
        let until = until.min(back.until).min(deadline);
        let count = self.returning.get() * f64::from(back.callers) - f64::from(back.seen);
        let seconds = (back.since + lag).saturating_duration_since(now);
        (now < until && count > 0.0).then_some(Expected {
            count,
            seconds: seconds.as_secs_f64(),
            until,
        })
    }

    /// More have come than were expected, one after another: until there is a gap, the next is on his way.
    fn in_a_row(&self, now: Instant, deadline: Instant, waiting: f64) -> Advice {
        let watch = self.watch.as_ref().filter(|watch| watch.seen > 0);
        let Some(watch) = watch else {
            return Advice::Go;
        };
        let gap = (watch.last - watch.since) / watch.seen;
        let most = gap.mul_f64(GAPS);
        let until = deadline.min(watch.last + most);
        let is_worth = self.run.get() > waiting * gap.as_secs_f64();
        if most > BRIEF || now >= until || !is_worth {
            return Advice::Go;
        }
        Advice::Wait {
            arrivals: 1,
            until,
            briefly: true,
        }
    }

    /// A wait costs the time of all who wait, and saves a run for each who comes.
    fn is_worth(&self, expected: Expected, waiting: f64) -> bool {
        let Expected { count, seconds, .. } = expected;
        let waiting = waiting.min(MOST_FOR_ONE * count);
        count >= LEAST && count * self.run.get() >= waiting * seconds
    }

    fn conclude(&mut self) {
        let Some(watch) = self.watch.take() else {
            return;
        };
        if watch.seen > 0 {
            self.spread.add((watch.last - watch.since).as_secs_f64());
            self.newcomers.add(watch.seen.into());
        } else if watch.waited > 0.0 {
            // Who is alone does not try again before there is new reason to.
            let left = if watch.waited > 1.0 { VAIN } else { 0.0 };
            self.newcomers = Mean(Some(self.newcomers.get() * left));
        } else {
            self.newcomers.add(0.0);
        }
    }

    fn conclude_back(&mut self) {
        if let Some(back) = self.back.take()
            && back.callers > 0
        {
            if back.seen > 0 {
                self.lag.add((back.last - back.since).as_secs_f64());
            }
            self.returning
                .add(f64::from(back.seen) / f64::from(back.callers));
        }
    }
}

#[cfg(test)]
mod tests;
