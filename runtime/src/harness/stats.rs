//! Counts of what happened, over all sessions of a harness.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::batch::BatchCounters;
use crate::cache::ResultCache;
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
    /// Calls that an equal call's run answered.
    pub cache_shared: u64,
    /// Calls that a result past its TTL answered.
    pub cache_stale: u64,
    /// Runs that fetched a new result while one past its TTL was served.
    pub cache_refreshes: u64,
    /// Results that are kept at this moment.
    pub cache_entries: u64,
    /// What they weigh, in bytes.
    pub cache_bytes: u64,
    /// Results that went to make room.
    pub cache_evictions: u64,
    /// Results that were removed past every use.
    pub cache_expirations: u64,
    /// Results that were removed because what they read was written. One that nobody asks for again is not counted.
    pub cache_invalidations: u64,
    /// Results that were larger than one may be.
    pub cache_refusals: u64,
    /// Values in arguments that were of a wrong type and whose meaning was plain (`coerce`).
    pub coerced_values: u64,
    /// Bodies that ran for one call alone.
    pub runs: u64,
    /// Runs of a call after its first, alone or in a batch (`retries`).
    pub retries: u64,
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
    shared: AtomicU64,
    stale: AtomicU64,
    refreshes: AtomicU64,
    coerced: AtomicU64,
    runs: AtomicU64,
    retries: AtomicU64,
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

    pub(super) fn refresh(&self) {
        add(&self.refreshes);
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
            CacheStatus::Shared => add(&self.shared),
            CacheStatus::Stale => add(&self.stale),
            CacheStatus::Bypass => {}
        }
        if outcome.is_error() {
            add(&self.errors);
        }
        let retries = outcome.attempts().saturating_sub(1);
        // Of a run that is shared, its own caller counts them.
        if retries > 0 && outcome.cache() != CacheStatus::Shared {
            self.retries.fetch_add(retries.into(), Ordering::Relaxed);
        }
        if outcome.batch().is_some() {
            add(&self.batched_calls);
        }
    }

    pub(super) fn read(&self, cache: &ResultCache) -> Stats {
        let ((entries, bytes), store) = (cache.size(), cache.counters());
        Stats {
            calls: get(&self.calls),
            errors: get(&self.errors),
            cache_hits: get(&self.hits),
            cache_misses: get(&self.misses),
            cache_shared: get(&self.shared),
            cache_stale: get(&self.stale),
            cache_refreshes: get(&self.refreshes),
            cache_entries: entries,
            cache_bytes: bytes,
            cache_evictions: get(&store.evicted),
            cache_expirations: get(&store.expired),
            cache_invalidations: get(&store.invalidated),
            cache_refusals: get(&store.refused),
            coerced_values: get(&self.coerced),
            runs: get(&self.runs),
            retries: get(&self.retries),
            batches: get(&self.batches.batches),
            batched_calls: get(&self.batched_calls),
            batched_keys: get(&self.batches.keys),
            largest_batch: get(&self.batches.largest),
            parallel_ticks: get(&self.parallel_ticks),
            ticks: get(&self.ticks),
        }
    }
}
