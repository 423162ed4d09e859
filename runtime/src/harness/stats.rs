//! Counts of what happened, over all sessions of a harness.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::batch::BatchCounters;
use crate::call::{CacheStatus, Outcome};

/// Counts since the harness was built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls that have an outcome.
    pub calls: u64,
    /// Those that failed.
    pub errors: u64,
    /// Calls that a fresh result answered.
    pub cache_hits: u64,
    /// Calls for which there was no result.
    pub cache_misses: u64,
    /// Calls for which there was a result past its TTL.
    pub cache_stale: u64,
    /// Values in arguments that were of a wrong type and whose meaning was plain (`coerce`).
    pub coerced_values: u64,
    /// Bodies that ran for one call alone.
    pub runs: u64,
    /// Batches that ran.
    pub batches: u64,
    /// Calls that batches answered.
    pub batched_calls: u64,
    /// Different keys that batches asked for.
    pub batched_keys: u64,
    /// The largest batch.
    pub largest_batch: u64,
    /// Ticks in which at least two calls ran at once.
    pub parallel_ticks: u64,
    /// Ticks.
    pub ticks: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    calls: AtomicU64,
    errors: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
    stale: AtomicU64,
    coerced: AtomicU64,
    runs: AtomicU64,
    batched_calls: AtomicU64,
    ticks: AtomicU64,
    parallel_ticks: AtomicU64,
    batches: Arc<BatchCounters>,
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

impl Counters {
    /// The part that the batch loader counts.
    pub(super) fn batches(&self) -> Arc<BatchCounters> {
        Arc::clone(&self.batches)
    }

    pub(super) fn coerced(&self, values: usize) {
        if values > 0 {
            self.coerced.fetch_add(values as u64, Ordering::Relaxed);
        }
    }

    pub(super) fn run(&self) {
        add(&self.runs);
    }

    /// Counts a tick that had at most this many calls running at once.
    pub(super) fn tick(&self, at_once: usize) {
        add(&self.ticks);
        if at_once > 1 {
            add(&self.parallel_ticks);
        }
    }

    pub(super) fn outcome(&self, outcome: &Outcome) {
        add(&self.calls);
        match outcome.cache() {
            CacheStatus::Hit => add(&self.hits),
            CacheStatus::Miss => add(&self.misses),
            CacheStatus::Stale => add(&self.stale),
            CacheStatus::Bypass => {}
        }
        if outcome.is_error() {
            add(&self.errors);
        }
        if outcome.batch().is_some() {
            add(&self.batched_calls);
        }
    }

    pub(super) fn read(&self) -> Stats {
        Stats {
            calls: get(&self.calls),
            errors: get(&self.errors),
            cache_hits: get(&self.hits),
            cache_misses: get(&self.misses),
            cache_stale: get(&self.stale),
            coerced_values: get(&self.coerced),
            runs: get(&self.runs),
            batches: get(&self.batches.batches),
            batched_calls: get(&self.batched_calls),
            batched_keys: get(&self.batches.keys),
            largest_batch: get(&self.batches.largest),
            parallel_ticks: get(&self.parallel_ticks),
            ticks: get(&self.ticks),
        }
    }
}
