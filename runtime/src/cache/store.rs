//! The entries, in a store that evicts what is not used.

use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, OptionsBuilder, Weighter};
use tokio::time::Instant;

use super::Snapshot;
use crate::call::Content;
use crate::key::CacheKey;

/// What an entry costs besides its content: key, times, and the store's own bookkeeping.
const OVERHEAD: u64 = 192;
/// What a result is assumed to weigh when the store sizes its tables.
const TYPICAL: u64 = 1024;

/// How much a cache keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Capacity {
    /// Bytes of all entries together.
    pub(crate) bytes: u64,
    /// How many entries.
    pub(crate) entries: u64,
    /// Bytes of one entry: what is larger is not kept.
    pub(crate) entry_bytes: u64,
}

/// One result.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) content: Content,
    pub(super) born: Instant,
    pub(super) fresh_until: Instant,
    /// Until when it may be served past its TTL, where the tool allows that.
    pub(super) stale_until: Instant,
    /// The generation of what it read, from before its run.
    pub(super) snapshot: Snapshot,
    /// How many writes there were when it was last known to be valid.
    pub(super) checked: AtomicU64,
    /// Milliseconds of its life before which no refresh is tried again, since one has failed.
    pub(super) refresh_after: AtomicU64,
}

/// What became of entries, other than to be asked for.
#[derive(Debug, Default)]
pub(crate) struct StoreCounters {
    /// Went to make room.
    pub(crate) evicted: AtomicU64,
    /// Were gone past every use when they were met.
    pub(crate) expired: AtomicU64,
    /// What they read had been written.
    pub(crate) invalidated: AtomicU64,
    /// Were larger than one entry may be.
    pub(crate) refused: AtomicU64,
}

type Entries = Cache<CacheKey, Arc<Entry>, Weight, BuildHasherDefault<First64>, Evictions>;

pub(super) struct Store {
    entries: Entries,
    entry_bytes: u64,
    counters: Arc<StoreCounters>,
}

impl Store {
    pub(super) fn new(capacity: Capacity) -> Self {
        let counters = Arc::<StoreCounters>::default();
        let typical = capacity.entries.min(capacity.bytes / TYPICAL);
        let typical = usize::try_from(typical)
            .unwrap_or(usize::MAX)
            .clamp(64, 1 << 20);
        let options = OptionsBuilder::new()
            .estimated_items_capacity(typical)
            .weight_capacity(capacity.bytes)
            .build()
            .expect("both capacities are given");
        let weight = Weight {
            // So many entries of this weight fill the cache: none weighs less.
            least: capacity.bytes / capacity.entries.max(1),
        };
        let entries = Cache::with_options(
            options,
            weight,
            BuildHasherDefault::default(),
            Evictions(Arc::clone(&counters)),
        );
        Self {
            entry_bytes: capacity.entry_bytes.min(entries.shard_capacity()),
            entries,
            counters,
        }
    }

    pub(super) fn get(&self, key: &CacheKey) -> Option<Arc<Entry>> {
        self.entries.get(key)
    }

    /// Keeps an entry, unless it is too large.
    pub(super) fn insert(&self, key: CacheKey, entry: Entry) {
        if weight(&entry) > self.entry_bytes {
            self.counters.refused.fetch_add(1, Ordering::Relaxed);
            // What was there is older than what was too large to take its place.
            self.entries.remove(&key);
            return;
        }
        self.entries.insert(key, Arc::new(entry));
    }

    /// Removes this very entry, and no newer one.
    pub(super) fn remove(&self, key: &CacheKey, entry: &Arc<Entry>, why: &AtomicU64) {
        let is_it = |known: &Arc<Entry>| Arc::ptr_eq(known, entry);
        if self.entries.remove_if(key, is_it).is_some() {
            why.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Removes what is past every use.
    pub(super) fn sweep(&self, now: Instant) {
        let before = self.entries.len();
        self.entries.retain(|_, entry| entry.stale_until > now);
        let gone = before.saturating_sub(self.entries.len());
        self.counters
            .expired
            .fetch_add(gone as u64, Ordering::Relaxed);
    }

    pub(super) fn counters(&self) -> &StoreCounters {
        &self.counters
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// What they weigh together.
    pub(super) fn bytes(&self) -> u64 {
        self.entries.weight()
    }
}

fn weight(entry: &Entry) -> u64 {
    entry.content.size() as u64 + OVERHEAD
}

#[derive(Debug, Clone, Copy)]
struct Weight {
    least: u64,
}

impl Weighter<CacheKey, Arc<Entry>> for Weight {
    fn weight(&self, _: &CacheKey, entry: &Arc<Entry>) -> u64 {
        weight(entry).max(self.least)
    }
}

/// Counts what goes to make room.
#[derive(Debug, Clone)]
struct Evictions(Arc<StoreCounters>);

impl Lifecycle<CacheKey, Arc<Entry>> for Evictions {
    type RequestState = ();

    fn on_evict(&self, (): &mut (), _: CacheKey, _: Arc<Entry>) {
        self.0.evicted.fetch_add(1, Ordering::Relaxed);
    }
}

/// The hash of a key that is a digest already: eight bytes of it.
#[derive(Debug, Default)]
struct First64(u64);

impl Hasher for First64 {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
