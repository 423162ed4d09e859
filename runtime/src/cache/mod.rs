//! Results that stay fresh for a while, bounded by bytes and by number, and gone as soon as what they read is written.

mod flight;
mod generations;
mod store;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use self::flight::{Flights, Landing, Role};
pub(crate) use self::generations::{Generations, Realm, Snapshot};
pub(crate) use self::store::{Capacity, StoreCounters};
use self::store::{Entry, Store};
use crate::call::Content;
use crate::effect::Resource;
use crate::key::CacheKey;

/// How often what is past every use is swept out, at most, in milliseconds.
const SWEEP: u64 = 60_000;

/// The result cache of one harness.
pub(crate) struct ResultCache {
    store: Arc<Store>,
    generations: Generations,
    origin: Instant,
    /// Milliseconds after the origin.
    next_sweep: AtomicU64,
}

/// What the cache has for a key.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// A result within its TTL.
    Fresh(Cached),
    /// A result past its TTL, which a tool may allow to be served.
    Stale(Cached),
    /// A result that no tool allows to be served any more.
    Expired,
    /// No result, or one that was invalidated.
    Miss,
}

/// A result that was kept.
#[derive(Debug, Clone)]
pub(crate) struct Cached {
    entry: Arc<Entry>,
    now: Instant,
}

/// The state of everything that a call reads, from before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Began {
    pub(crate) snapshot: Snapshot,
    writes: u64,
}

/// How long a result may be served.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Freshness {
    /// How long it is fresh.
    pub(crate) ttl: Duration,
    /// How long it may be served after that, for whatever reason.
    pub(crate) stale: Duration,
}

impl Cached {
    /// The result.
    pub(crate) fn content(&self) -> &Content {
        &self.entry.content
    }

    /// How long ago it was made.
    pub(crate) fn age(&self) -> Duration {
        self.now.duration_since(self.entry.born)
    }

    /// How long it is past its TTL.
    pub(crate) fn stale_for(&self) -> Duration {
        self.now.duration_since(self.entry.fresh_until)
    }

    /// Whether a refresh may be tried; after one that failed, not at once again.
    pub(crate) fn may_refresh(&self) -> bool {
        millis(self.age()) >= self.entry.refresh_after.load(Ordering::Relaxed)
    }

    /// A refresh has failed: the next is not tried before this time has passed.
    pub(crate) fn back_off(&self, pause: Duration) {
        let age = Instant::now().duration_since(self.entry.born);
        let after = millis(age.saturating_add(pause));
        self.entry.refresh_after.store(after, Ordering::Relaxed);
    }
}

impl ResultCache {
    pub(crate) fn new(capacity: Capacity) -> Self {
        Self {
            store: Arc::new(Store::new(capacity)),
            generations: Generations::default(),
            origin: Instant::now(),
            next_sweep: AtomicU64::new(SWEEP),
        }
    }

    /// Looks a key up; `reads` is what the call reads, asked for only if there were writes since the result was known
    /// to be valid.
    pub(crate) fn lookup(
        &self,
        key: &CacheKey,
        realm: Realm<'_>,
        reads: impl FnOnce() -> Vec<Resource>,
    ) -> Lookup {
        let Some(entry) = self.store.get(key) else {
            return Lookup::Miss;
        };
        // Before the counters are looked at: a write that comes while they are is seen the next time.
        let writes = self.generations.writes();
        if entry.checked.load(Ordering::Acquire) != writes {
            // Checked before the age: what was invalidated is not even stale.
            if self.generations.snapshot(realm, &reads()) != entry.snapshot {
                let counters = self.store.counters();
                self.store.remove(key, &entry, &counters.invalidated);
                return Lookup::Miss;
            }
            entry.checked.store(writes, Ordering::Release);
        }
        let now = Instant::now();
        if now < entry.fresh_until {
            return Lookup::Fresh(Cached { entry, now });
        }
        if now < entry.stale_until {
            return Lookup::Stale(Cached { entry, now });
        }
        let counters = self.store.counters();
        self.store.remove(key, &entry, &counters.expired);
        Lookup::Expired
    }

    /// The state of what a call reads. Taken before the call runs, it says afterwards whether a write came between.
    pub(crate) fn begin(&self, realm: Realm<'_>, reads: &[Resource]) -> Began {
        // Before the counters are looked at, as above.
        let writes = self.generations.writes();
        let snapshot = self.generations.snapshot(realm, reads);
        Began { snapshot, writes }
    }

    /// Whether nothing that a result read was written since its run began.
    pub(crate) fn is_valid(&self, cached: &Cached, realm: Realm<'_>, reads: &[Resource]) -> bool {
        self.generations.snapshot(realm, reads) == cached.entry.snapshot
    }

    /// Keeps a result from now on. `began` is from before the run: a write that ended since then has moved on, and the
    /// entry never matches.
    pub(crate) fn publish(
        &self,
        key: CacheKey,
        content: Content,
        freshness: Freshness,
        began: Began,
    ) {
        let born = Instant::now();
        let Some(fresh_until) = born.checked_add(freshness.ttl) else {
            return;
        };
        let entry = Entry {
            content,
            born,
            fresh_until,
            stale_until: fresh_until
                .checked_add(freshness.stale)
                .unwrap_or(fresh_until),
            snapshot: began.snapshot,
            checked: AtomicU64::new(began.writes),
            refresh_after: AtomicU64::new(0),
        };
        self.store.insert(key, entry);
        self.sweep_at_times(born);
    }

    /// Invalidates every result that read one of these resources.
    pub(crate) fn invalidate(&self, realm: Realm<'_>, writes: &[Resource]) {
        for resource in writes {
            self.generations.bump(realm, resource);
        }
    }

    /// How many entries there are, and what they weigh together.
    pub(crate) fn size(&self) -> (u64, u64) {
        (self.store.len(), self.store.bytes())
    }

    pub(crate) fn counters(&self) -> &StoreCounters {
        self.store.counters()
    }

    /// What expired and is never asked for again would stay until room is needed: now and then it is swept out.
    fn sweep_at_times(&self, now: Instant) {
        let since = millis(now.duration_since(self.origin));
        let due = self.next_sweep.load(Ordering::Relaxed);
        if since < due {
            return;
        }
        let next = since.saturating_add(SWEEP);
        let swap =
            self.next_sweep
                .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        if swap.is_ok() {
            let store = Arc::clone(&self.store);
            // It looks at every entry, which is long for those who wait for this thread.
            tokio::task::spawn_blocking(move || store.sweep(now));
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
