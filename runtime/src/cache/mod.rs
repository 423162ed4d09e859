//! Results that stay fresh for a while, bounded by bytes, and gone as soon as what they read is written.

mod generations;
mod store;

use std::time::Duration;

use tokio::time::Instant;

pub(crate) use self::generations::{Generations, Realm, Snapshot};
use self::store::{Entry, Store};
use crate::call::Content;
use crate::effect::Resource;
use crate::key::CacheKey;

/// The result cache of one harness.
pub(crate) struct ResultCache {
    store: Store,
    generations: Generations,
}

/// What the cache has for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A fresh result.
    Hit(Content),
    /// A result past its TTL.
    Stale,
    /// No result, or one that was invalidated.
    Miss,
}

impl ResultCache {
    /// A cache of at most `capacity` bytes.
    pub(crate) fn new(capacity: u64) -> Self {
        Self {
            store: Store::new(capacity),
            generations: Generations::default(),
        }
    }

    /// Looks a key up. `now` is the generation of what the call reads, taken at this moment.
    pub(crate) fn lookup(&self, key: &CacheKey, now: Snapshot) -> Lookup {
        match self.store.get(key) {
            None => Lookup::Miss,
            // Checked before the age: what was invalidated is not even stale.
            Some(entry) if entry.snapshot != now => {
                self.store.remove(key);
                Lookup::Miss
            }
            Some(entry) if Instant::now() >= entry.fresh_until => Lookup::Stale,
            Some(entry) => Lookup::Hit(entry.content),
        }
    }

    /// The generation of what a call reads. Taken before the call runs, it says afterwards whether a write came
    /// between.
    pub(crate) fn snapshot(&self, realm: Realm<'_>, reads: &[Resource]) -> Snapshot {
        self.generations.snapshot(realm, reads)
    }

    /// Keeps a result for `ttl` from now. `snapshot` is from before the run: a write that ended since then has moved
    /// on, and the entry never matches.
    pub(crate) fn publish(
        &self,
        key: CacheKey,
        content: Content,
        ttl: Duration,
        snapshot: Snapshot,
    ) {
        if let Some(fresh_until) = Instant::now().checked_add(ttl) {
            self.store.insert(
                key,
                Entry {
                    content,
                    fresh_until,
                    snapshot,
                },
            );
        }
    }

    /// Invalidates every result that read one of these resources.
    pub(crate) fn invalidate(&self, realm: Realm<'_>, writes: &[Resource]) {
        for resource in writes {
            self.generations.bump(realm, resource);
        }
    }
}

#[cfg(test)]
mod tests;
