//! The entries, in a store that evicts what is not used.

use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, OptionsBuilder, Weighter};
use tokio::time::Instant;

use super::generations::Ticket;
use super::slot::Slot;
use crate::call::Content;
use crate::key::CacheKey;
use crate::sync;

/// What an entry costs besides its content and its slots: key, times, and its part of the store's tables, those for what is
/// gone included. Measured as memory of the process.
const OVERHEAD: u64 = 384;
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
    /// Everything that it depends on.
    pub(super) slots: Box<[Slot]>,
    /// The last write from before its run.
    pub(super) began: Ticket,
    /// How many writes were recorded when it was last known to be valid.
    pub(super) checked: sync::AtomicU64,
    /// Milliseconds of its life before which no refresh is tried again, since one has failed.
    pub(super) refresh_after: sync::AtomicU64,
    /// Its tool's part of the cache.
    pub(super) share: Held,
}

/// What the entries of one tool weigh, and what became of those that went.
#[derive(Debug, Default)]
pub(crate) struct Share {
    /// Are kept at this moment.
    pub(crate) entries: AtomicU64,
    /// What those weigh.
    pub(crate) bytes: AtomicU64,
    /// Went to make room.
    pub(crate) evicted: AtomicU64,
    /// Were gone past every use when they were met.
    pub(crate) expired: AtomicU64,
    /// What they read had been written.
    pub(crate) invalidated: AtomicU64,
    /// Were larger than one entry may be.
    pub(crate) refused: AtomicU64,
}

/// One entry's part of a share, from when it is kept until nobody has it any more.
#[derive(Debug)]
pub(super) struct Held {
    share: Arc<Share>,
    bytes: u64,
}

impl Held {
    fn new(share: Arc<Share>, bytes: u64) -> Self {
        share.entries.fetch_add(1, Ordering::Relaxed);
        share.bytes.fetch_add(bytes, Ordering::Relaxed);
        Self { share, bytes }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.share.entries.fetch_sub(1, Ordering::Relaxed);
        self.share.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

type Entries = Cache<CacheKey, Arc<Entry>, Weight, BuildHasherDefault<First64>, Evictions>;

pub(super) struct Store {
    entries: Entries,
    entry_bytes: u64,
}

impl Store {
    pub(super) fn new(capacity: Capacity) -> Self {
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
        let entries =
            Cache::with_options(options, weight, BuildHasherDefault::default(), Evictions);
        Self {
            entry_bytes: capacity.entry_bytes.min(entries.shard_capacity()),
            entries,
        }
    }

    pub(super) fn get(&self, key: &CacheKey) -> Option<Arc<Entry>> {
        self.entries.get(key)
    }

    /// What is held for a result with this content and these slots; none, if it is too large, and then what was there
    /// goes, as it is older than what was to take its place.
    pub(super) fn hold(
        &self,
        key: &CacheKey,
        content: &Content,
        slots: &[Slot],
        share: &Arc<Share>,
    ) -> Option<Held> {
        let bytes = content.size() as u64 + size_of_val(slots) as u64 + OVERHEAD;
        if bytes > self.entry_bytes {
            share.refused.fetch_add(1, Ordering::Relaxed);
            self.entries.remove(key);
            return None;
        }
        Some(Held::new(Arc::clone(share), bytes))
    }

    pub(super) fn insert(&self, key: CacheKey, entry: Entry) {
        self.entries.insert(key, Arc::new(entry));
    }

    /// Removes this very entry, and no newer one.
    pub(super) fn remove(
        &self,
        key: &CacheKey,
        entry: &Arc<Entry>,
        why: impl FnOnce(&Share) -> &AtomicU64,
    ) {
        let is_it = |known: &Arc<Entry>| Arc::ptr_eq(known, entry);
        if self.entries.remove_if(key, is_it).is_some() {
            why(&entry.share.share).fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Removes what is past every use, or not valid any more.
    pub(super) fn sweep(&self, now: Instant, is_valid: impl Fn(&Entry) -> bool) {
        self.entries.retain(|_, entry| {
            let why = if entry.stale_until <= now {
                &entry.share.share.expired
            } else if is_valid(entry) {
                return true;
            } else {
                &entry.share.share.invalidated
            };
            why.fetch_add(1, Ordering::Relaxed);
            false
        });
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

#[derive(Debug, Clone, Copy)]
struct Weight {
    least: u64,
}

impl Weighter<CacheKey, Arc<Entry>> for Weight {
    fn weight(&self, _: &CacheKey, entry: &Arc<Entry>) -> u64 {
        entry.share.bytes.max(self.least)
    }
}

/// Counts what goes to make room.
#[derive(Debug, Clone)]
struct Evictions;

impl Lifecycle<CacheKey, Arc<Entry>> for Evictions {
    type RequestState = ();

    // Not `on_evict`, which also gets what a newer result for the same key takes the place of.
    fn before_evict(&self, (): &mut (), _: &CacheKey, entry: &mut Arc<Entry>) {
        entry.share.share.evicted.fetch_add(1, Ordering::Relaxed);
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
