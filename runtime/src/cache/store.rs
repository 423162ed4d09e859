//! The entries, in a store that evicts what is not used.

use std::hash::{BuildHasherDefault, Hasher};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::time::Instant;

use super::Snapshot;
use crate::call::Content;
use crate::key::CacheKey;

/// What an entry costs besides its text: key, times, and the store's own bookkeeping.
const OVERHEAD: u64 = 160;
/// What a result is assumed to weigh when the store sizes its tables.
const TYPICAL: u64 = 1024;

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) content: Content,
    pub(super) fresh_until: Instant,
    pub(super) snapshot: Snapshot,
}

pub(super) struct Store(Cache<CacheKey, Entry, Bytes, BuildHasherDefault<First64>>);

impl Store {
    pub(super) fn new(capacity: u64) -> Self {
        let typical = usize::try_from(capacity / TYPICAL)
            .unwrap_or(usize::MAX)
            .clamp(64, 1 << 20);
        Self(Cache::with(
            typical,
            capacity,
            Bytes,
            BuildHasherDefault::default(),
            quick_cache::sync::DefaultLifecycle::default(),
        ))
    }

    pub(super) fn get(&self, key: &CacheKey) -> Option<Entry> {
        self.0.get(key)
    }

    pub(super) fn insert(&self, key: CacheKey, entry: Entry) {
        self.0.insert(key, entry);
    }

    pub(super) fn remove(&self, key: &CacheKey) {
        self.0.remove(key);
    }
}

#[derive(Debug, Clone, Copy)]
struct Bytes;

impl Weighter<CacheKey, Entry> for Bytes {
    fn weight(&self, _: &CacheKey, entry: &Entry) -> u64 {
        entry.content.size() as u64 + OVERHEAD
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
