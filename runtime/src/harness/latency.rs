//! How long runs of a tool take, as far as was seen.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What counts for a tool that has not run yet: next to nothing, so that the number of calls in a chain decides.
const UNKNOWN: u64 = 1_000;

/// A moving average, in which a run counts half as much as the one after the third from it.
#[derive(Debug, Default)]
pub(super) struct Latency(AtomicU64);

impl Latency {
    /// A run took so long.
    pub(super) fn observe(&self, run: Duration) {
        let nanos = u64::try_from(run.as_nanos()).unwrap_or(u64::MAX).max(1);
        let before = self.0.load(Ordering::Relaxed);
        let after = match before {
            0 => nanos,
            before => before - before / 4 + nanos / 4,
        };
        // Two runs that end at once may count as one.
        self.0.store(after.max(1), Ordering::Relaxed);
    }

    /// What the next run is expected to take, in nanoseconds.
    pub(super) fn expected(&self) -> u64 {
        match self.0.load(Ordering::Relaxed) {
            0 => UNKNOWN,
            nanos => nanos,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Latency, UNKNOWN};

    #[test]
    fn what_was_seen_last_counts_most() {
        let latency = Latency::default();
        assert_eq!(latency.expected(), UNKNOWN);
        latency.observe(Duration::from_nanos(800));
        assert_eq!(latency.expected(), 800);
        latency.observe(Duration::from_nanos(1600));
        assert_eq!(latency.expected(), 1000);
        latency.observe(Duration::MAX);
        latency.observe(Duration::MAX);
        latency.observe(Duration::ZERO);
        assert!(latency.expected() > 1000);
    }
}
