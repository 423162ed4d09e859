//! What happened to the batches of one tool.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::call::{BatchFacts, FlushReason};
use crate::histogram::{Histogram, Recorder};

/// Counts of the batches of one tool since the harness was built.
///
/// A batch that fails as a whole and is split counts once; the runs that come of it are in
/// [`split_runs`](Self::split_runs).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchStats {
    /// The tool's name.
    pub tool: &'static str,
    /// Tenants whose calls are batched at this moment, or were within the last second.
    pub groups: usize,
    /// Batches that ran, those of one key included.
    pub batches: u64,
    /// Of these, those of one key that the tool's body served.
    pub lone_bodies: u64,
    /// Different keys that they asked for.
    pub keys: u64,
    /// Calls that waited for them.
    pub calls: u64,
    /// Batches that left because they were full.
    pub left_full: u64,
    /// Batches whose window was over.
    pub left_by_window: u64,
    /// Batches that left because no company was to be expected.
    pub left_idle: u64,
    /// Batches that left with the last call of a tick.
    pub left_with_tick: u64,
    /// Batches that left because the harness was shutting down.
    pub left_by_shutdown: u64,
    /// Batches that failed as a whole and were split.
    pub splits: u64,
    /// Runs of the batch function or of the body that came of it.
    pub split_runs: u64,
    /// Calls that ran alone because their key had broken a batch shortly before.
    pub quarantined: u64,
    /// Calls that were refused because there was no room.
    pub refused: u64,
    /// Calls that went away before their batch left.
    pub cancelled: u64,
    /// How many different keys batches had.
    pub sizes: Histogram,
    /// How long calls waited for their batch to run, in microseconds.
    pub waits: Histogram,
    /// How long batches ran, in microseconds.
    pub runs: Histogram,
}

impl BatchStats {
    /// How many different keys a batch had on average; zero, if there was none.
    #[must_use]
    pub fn mean_size(&self) -> f64 {
        self.sizes.mean()
    }
}

/// The same, while it happens.
#[derive(Default)]
pub(crate) struct BatchCounters {
    batches: AtomicU64,
    lone_bodies: AtomicU64,
    keys: AtomicU64,
    calls: AtomicU64,
    largest: AtomicU64,
    by_reason: [AtomicU64; FlushReason::ALL.len()],
    splits: AtomicU64,
    split_runs: AtomicU64,
    split_bodies: AtomicU64,
    quarantined: AtomicU64,
    refused: AtomicU64,
    cancelled: AtomicU64,
    sizes: Recorder,
    waits: Recorder,
    runs: Recorder,
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl BatchCounters {
    /// A batch leaves.
    pub(super) fn left(&self, size: usize, reason: FlushReason, is_body: bool) {
        let size = size as u64;
        add(&self.batches, 1);
        add(&self.lone_bodies, is_body.into());
        add(&self.keys, size);
        self.largest.fetch_max(size, Ordering::Relaxed);
        if let Some(counter) = self.by_reason.get(reason as usize) {
            add(counter, 1);
        }
        self.sizes.record(size);
    }

    /// One of its calls has waited for so long.
    pub(super) fn waited(&self, wait: Duration) {
        add(&self.calls, 1);
        self.waits.record(micros(wait));
    }

    /// A batch, or a part of one, has run.
    pub(super) fn ran(&self, facts: &BatchFacts) {
        self.runs.record(micros(facts.run_time));
    }

    /// A batch has failed as a whole, and is split.
    pub(super) fn split(&self) {
        add(&self.splits, 1);
    }

    /// A part of a batch that was split runs.
    pub(super) fn split_run(&self, is_body: bool) {
        add(&self.split_runs, 1);
        add(&self.split_bodies, is_body.into());
    }

    pub(super) fn quarantined(&self) {
        add(&self.quarantined, 1);
    }

    pub(super) fn refused(&self) {
        add(&self.refused, 1);
    }

    pub(super) fn cancelled(&self) {
        add(&self.cancelled, 1);
    }

    /// Runs of the batch function, of the body, keys that both were asked for at first, and the largest batch.
    pub(crate) fn summary(&self) -> [u64; 4] {
        let bodies = get(&self.lone_bodies) + get(&self.split_bodies);
        let runs = get(&self.batches) + get(&self.split_runs);
        [
            runs - bodies.min(runs),
            bodies,
            get(&self.keys),
            get(&self.largest),
        ]
    }

    /// The counts of this tool.
    pub(crate) fn read(&self, tool: &'static str, groups: usize) -> BatchStats {
        let [
            left_full,
            left_by_window,
            left_idle,
            left_with_tick,
            left_by_shutdown,
        ] = FlushReason::ALL.map(|reason| self.by_reason.get(reason as usize).map_or(0, get));
        BatchStats {
            tool,
            groups,
            batches: get(&self.batches),
            lone_bodies: get(&self.lone_bodies),
            keys: get(&self.keys),
            calls: get(&self.calls),
            left_full,
            left_by_window,
            left_idle,
            left_with_tick,
            left_by_shutdown,
            splits: get(&self.splits),
            split_runs: get(&self.split_runs),
            quarantined: get(&self.quarantined),
            refused: get(&self.refused),
            cancelled: get(&self.cancelled),
            sizes: self.sizes.read(),
            waits: self.waits.read(),
            runs: self.runs.read(),
        }
    }
}
