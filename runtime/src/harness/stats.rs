//! Counts of what happened, over all sessions of a harness.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::batch::BatchCounters;
use crate::cache::{ResultCache, Share};
use crate::call::{CacheStatus, Outcome};
use crate::histogram::{Histogram, Recorder};

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
    /// Results that were removed because what they read was written. They are counted when they are met: when somebody
    /// asks for one, or when the cache is swept.
    pub cache_invalidations: u64,
    /// Results that were larger than one may be.
    pub cache_refusals: u64,
    /// Values in arguments that were of a wrong type and whose meaning was plain (`coerce`).
    pub coerced_values: u64,
    /// Bodies that ran: for a call without a batch, for a batch of one, or for a key whose batch had failed.
    pub runs: u64,
    /// Runs of a call after its first, alone or in a batch (`retries`).
    pub retries: u64,
    /// Runs of batch functions.
    pub batches: u64,
    /// Calls that batches answered, those of one key that a body served included.
    pub batched_calls: u64,
    /// Different keys that batches asked for, those of one key that a body served included.
    pub batched_keys: u64,
    /// The largest batch.
    pub largest_batch: u64,
    /// Ticks in which at least two calls ran at once.
    pub parallel_ticks: u64,
    /// Ticks.
    pub ticks: u64,
}

/// Counts of one tool since the harness was built, and what its cached results have saved.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ToolStats {
    /// The tool's name.
    pub tool: &'static str,
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
    /// Results that are kept at this moment.
    pub cache_entries: u64,
    /// What they weigh, in bytes.
    pub cache_bytes: u64,
    /// Results that went to make room.
    pub cache_evictions: u64,
    /// Results that were removed past every use.
    pub cache_expirations: u64,
    /// Results that were removed because what they read was written.
    pub cache_invalidations: u64,
    /// Results that were larger than one may be.
    pub cache_refusals: u64,
    /// How long a call took on average that a kept result answered; zero, if there was none.
    pub hit_latency: Duration,
    /// How long a call took on average that found no result; zero, if there was none. With the time that it waited for
    /// its turn.
    pub miss_latency: Duration,
    /// What the hits would have taken longer, had each of them been a miss.
    pub time_saved: Duration,
    /// What the runs would have cost that hits, stale results and shared runs have saved, in the unit in which
    /// [`HarnessBuilder::run_cost`](crate::HarnessBuilder::run_cost) was given; none, if it was not.
    pub cost_saved: Option<f64>,
}

/// The ticks since the harness was built, without those of [`Session::call`](crate::Session::call), which no model has
/// emitted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TickStats {
    /// How many calls each tick had.
    pub calls: Histogram,
    /// How long each took, in microseconds.
    pub times: Histogram,
}

#[derive(Default)]
pub(super) struct Counters {
    refreshes: AtomicU64,
    coerced: AtomicU64,
    runs: AtomicU64,
    retries: AtomicU64,
    batched_calls: AtomicU64,
    ticks: AtomicU64,
    parallel_ticks: AtomicU64,
    tick_calls: Recorder,
    tick_times: Recorder,
    /// Of each tool, in the order of the registry.
    tools: Box<[ToolCounters]>,
    /// Of tools that there are not.
    unknown: ToolCounters,
}

/// The calls of one tool, by what the cache did for them.
#[derive(Default)]
struct ToolCounters {
    by_status: [AtomicU64; CacheStatus::ALL.len()],
    errors: AtomicU64,
    /// Nanoseconds of hits and of misses without an error, together.
    hit_time: AtomicU64,
    miss_time: AtomicU64,
    /// Misses without an error.
    timed_misses: AtomicU64,
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

impl ToolCounters {
    fn with(&self, status: CacheStatus) -> u64 {
        self.by_status.get(status as usize).map_or(0, get)
    }

    fn calls(&self) -> u64 {
        self.by_status.iter().map(get).sum()
    }

    fn count(&self, outcome: &Outcome) {
        if let Some(counter) = self.by_status.get(outcome.cache() as usize) {
            add(counter);
        }
        let nanos = u64::try_from(outcome.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if outcome.is_error() {
            add(&self.errors);
        } else if outcome.cache() == CacheStatus::Hit {
            self.hit_time.fetch_add(nanos, Ordering::Relaxed);
        } else if outcome.cache() == CacheStatus::Miss {
            self.miss_time.fetch_add(nanos, Ordering::Relaxed);
            add(&self.timed_misses);
        }
    }
}

impl Counters {
    /// Counters for so many tools.
    pub(super) fn new(tools: usize) -> Self {
        Self {
            tools: (0..tools).map(|_| ToolCounters::default()).collect(),
            ..Self::default()
        }
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

    /// Counts a tick of which at most this many calls ran at once.
    pub(super) fn tick(&self, at_once: usize) {
        add(&self.ticks);
        if at_once > 1 {
            add(&self.parallel_ticks);
        }
    }

    /// The same for a tick of so many calls that a model has emitted, which took so long.
    pub(super) fn message(&self, calls: usize, at_once: usize, elapsed: Duration) {
        self.tick(at_once);
        self.tick_calls.record(calls as u64);
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        self.tick_times.record(micros);
    }

    /// The ticks so far.
    pub(super) fn ticks(&self) -> TickStats {
        TickStats {
            calls: self.tick_calls.read(),
            times: self.tick_times.read(),
        }
    }

    /// Counts the outcome of a call of the tool at this place, if there is one.
    pub(super) fn outcome(&self, place: Option<usize>, outcome: &Outcome) {
        let tool = place.and_then(|place| self.tools.get(place));
        tool.unwrap_or(&self.unknown).count(outcome);
        let retries = outcome.retries;
        // Of a run that is shared, its own caller counts them.
        if retries > 0 && outcome.cache() != CacheStatus::Shared {
            self.retries.fetch_add(retries.into(), Ordering::Relaxed);
        }
        if outcome.batch().is_some() {
            add(&self.batched_calls);
        }
    }

    pub(super) fn read<'b>(
        &self,
        cache: &ResultCache,
        batches: impl Iterator<Item = &'b BatchCounters>,
    ) -> Stats {
        let (entries, bytes) = cache.size();
        let tools = || self.tools.iter().chain([&self.unknown]);
        let with = |status| tools().map(|tool| tool.with(status)).sum();
        let shares = |of: fn(&Share) -> &AtomicU64| {
            let shares = cache.shares().iter();
            shares.map(|share| get(of(share))).sum()
        };
        let (mut ran, mut bodies, mut keys, mut largest) = (0, 0, 0, 0);
        for [runs, of_bodies, of_keys, of_largest] in batches.map(BatchCounters::summary) {
            ran += runs;
            bodies += of_bodies;
            keys += of_keys;
            largest = largest.max(of_largest);
        }
        Stats {
            calls: tools().map(ToolCounters::calls).sum(),
            errors: tools().map(|tool| get(&tool.errors)).sum(),
            cache_hits: with(CacheStatus::Hit),
            cache_misses: with(CacheStatus::Miss),
            cache_shared: with(CacheStatus::Shared),
            cache_stale: with(CacheStatus::Stale),
            cache_refreshes: get(&self.refreshes),
            cache_entries: entries,
            cache_bytes: bytes,
            cache_evictions: shares(|share| &share.evicted),
            cache_expirations: shares(|share| &share.expired),
            cache_invalidations: shares(|share| &share.invalidated),
            cache_refusals: shares(|share| &share.refused),
            coerced_values: get(&self.coerced),
            runs: get(&self.runs) + bodies,
            retries: get(&self.retries),
            batches: ran,
            batched_calls: get(&self.batched_calls),
            batched_keys: keys,
            largest_batch: largest,
            parallel_ticks: get(&self.parallel_ticks),
            ticks: get(&self.ticks),
        }
    }

    /// The counts of the tool at this place, one run of which costs this much.
    pub(super) fn of_tool(
        &self,
        place: usize,
        tool: &'static str,
        cost: Option<f64>,
        cache: &ResultCache,
    ) -> ToolStats {
        let counters = self.tools.get(place).unwrap_or(&self.unknown);
        let hits = counters.with(CacheStatus::Hit);
        let shared = counters.with(CacheStatus::Shared);
        let stale = counters.with(CacheStatus::Stale);
        let hit_latency = mean(get(&counters.hit_time), hits);
        let miss_latency = mean(get(&counters.miss_time), get(&counters.timed_misses));
        let share = cache.shares().get(place);
        let held = |of: fn(&Share) -> &AtomicU64| share.map_or(0, |share| get(of(share)));
        ToolStats {
            tool,
            calls: counters.calls(),
            errors: get(&counters.errors),
            cache_hits: hits,
            cache_misses: counters.with(CacheStatus::Miss),
            cache_shared: shared,
            cache_stale: stale,
            cache_entries: held(|share| &share.entries),
            cache_bytes: held(|share| &share.bytes),
            cache_evictions: held(|share| &share.evicted),
            cache_expirations: held(|share| &share.expired),
            cache_invalidations: held(|share| &share.invalidated),
            cache_refusals: held(|share| &share.refused),
            hit_latency,
            miss_latency,
            time_saved: times(miss_latency.saturating_sub(hit_latency), hits),
            cost_saved: cost.map(|cost| cost * count(hits + shared + stale)),
        }
    }
}

fn mean(nanos: u64, count: u64) -> Duration {
    Duration::from_nanos(nanos.checked_div(count).unwrap_or_default())
}

fn times(time: Duration, count: u64) -> Duration {
    let nanos = time.as_nanos().saturating_mul(count.into());
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[allow(
    clippy::cast_precision_loss,
    reason = "nobody counts more than 2^53 calls"
)]
fn count(calls: u64) -> f64 {
    calls as f64
}
