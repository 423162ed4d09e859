//! So many runs in such a time, over any stretch of that length.
//!
//! This is a log of the last runs and no leaky bucket (GCRA), whose burst comes on top of its rate: the `governor` crate
//! at 10/s lets 19 runs begin in the first second, or else, with a burst of one, spreads the calls of one tick over a
//! whole second. Its turns cannot be given back either, and ours are only spent on runs that really begin.

use std::collections::VecDeque;

use tokio::time::Instant;

use crate::tool::Rate;

/// How many entries a log has at most, give or take one. A rate of more runs than that remembers them in groups.
const MOST: u32 = 1024;

/// The runs of the last period.
#[derive(Debug)]
pub(super) struct Log {
    rate: Rate,
    entries: VecDeque<Entry>,
    /// How many runs the entries have together.
    runs: u64,
}

/// Runs that began at about the same time, and are forgotten at the same time: a period after the last of them.
#[derive(Debug)]
struct Entry {
    first: Instant,
    last: Instant,
    runs: u64,
}

impl Log {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            entries: VecDeque::new(),
            runs: 0,
        }
    }

    /// The earliest moment after now at which a run may begin that has so many ahead of it; none, if that is now.
    pub(super) fn next(&mut self, ahead: u64, now: Instant) -> Option<Instant> {
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

    /// A run begins.
    pub(super) fn begin(&mut self, now: Instant) {
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

    /// A run that was to begin then has not.
    pub(super) fn take_back(&mut self, began: Instant) {
        let has = |entry: &Entry| entry.first <= began && began <= entry.last;
        // From the end: it was not long ago.
        let Some(index) = self.entries.iter().rposition(has) else {
            return;
        };
        self.runs -= 1;
        let entry = &mut self.entries[index];
        entry.runs -= 1;
        if entry.runs == 0 {
            self.entries.remove(index);
        }
    }
}

#[cfg(test)]
mod tests;
