//! Results that stay fresh for a while, bounded by bytes and by number, and gone as soon as what they read is written.

mod flight;
mod generations;
#[cfg(all(test, feature = "__shuttle"))]
mod models;
#[cfg(feature = "redis")]
mod redis;
#[cfg_attr(
    not(feature = "redis"),
    allow(dead_code, reason = "what only a shared tier needs")
)]
mod shared;
mod slot;
mod store;
#[cfg_attr(
    not(feature = "redis"),
    allow(dead_code, reason = "what only a shared tier needs")
)]
mod tier;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use self::flight::{Flights, Landing, Role};
use self::generations::Generations;
pub(crate) use self::generations::Ticket;
#[cfg(feature = "redis")]
pub use self::redis::{RedisTier, RedisTierError};
pub(crate) use self::slot::{Reader, Realm, Slot, Slots};
pub(crate) use self::store::{Capacity, Share};
use self::store::{Entry, Store};
use self::tier::SharedBegan;
pub(crate) use self::tier::SharedTier;
#[cfg(feature = "redis")]
pub use self::tier::TierStats;
use crate::call::Content;
use crate::effect::{Read, Resource};
use crate::key::CacheKey;
use crate::sync::AtomicU64;

/// How often what is past every use is swept out, at most, in milliseconds.
const SWEEP: u64 = 60_000;

/// What a cache is made of.
pub(crate) struct CacheOptions {
    pub(crate) capacity: Capacity,
    /// By what part of itself a TTL is shortened at most.
    pub(crate) jitter: f64,
    pub(crate) slots: Slots,
    /// How many tools have results in it.
    pub(crate) tools: usize,
    /// The tier behind the one in memory.
    pub(crate) tier: Option<Arc<dyn SharedTier>>,
}

/// The result cache of one harness.
pub(crate) struct ResultCache {
    store: Arc<Store>,
    jitter: f64,
    slots: Slots,
    generations: Arc<Generations>,
    shares: Box<[Arc<Share>]>,
    tier: Option<Arc<dyn SharedTier>>,
    is_listening: AtomicBool,
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

/// The state of everything that a result depends on, from before its run.
#[derive(Debug, Clone)]
pub(crate) struct Began {
    /// The last write of all.
    ticket: Ticket,
    /// The last write to what it depends on.
    last: Ticket,
    slots: Vec<Slot>,
    /// The slots that the run itself has added.
    added: Vec<Slot>,
    /// The state in the tier that other processes share, if that is known.
    shared: Option<SharedBegan>,
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

    /// What it depends on: for a result that is made of it.
    pub(crate) fn watched(&self) -> Vec<Read> {
        let slots = self.entry.slots.iter();
        slots.map(|slot| Read::Watched(*slot)).collect()
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

impl Began {
    /// What the result depends on: for a result that is made of it.
    pub(crate) fn watched(&self) -> Vec<Read> {
        let slots = self.slots.iter().chain(&self.added);
        slots.map(|slot| Read::Watched(*slot)).collect()
    }

    /// Tells apart two states between which something was written that the result depends on.
    pub(crate) fn last_write(&self) -> Ticket {
        self.last
    }

    fn all_slots(&self) -> Box<[Slot]> {
        [self.slots.as_slice(), &self.added].concat().into()
    }
}

impl ResultCache {
    pub(crate) fn new(options: CacheOptions) -> Self {
        let CacheOptions {
            capacity,
            jitter,
            slots,
            tools,
            tier,
        } = options;
        Self {
            store: Arc::new(Store::new(capacity)),
            jitter,
            slots,
            generations: Arc::default(),
            shares: (0..tools).map(|_| Arc::default()).collect(),
            tier,
            is_listening: AtomicBool::new(false),
            origin: Instant::now(),
            next_sweep: AtomicU64::new(SWEEP),
        }
    }

    /// Looks a key up.
    pub(crate) fn lookup(&self, key: &CacheKey, now: Instant) -> Lookup {
        // What other processes write may have gone unheard: what is kept here may be older than it.
        if self
            .tier
            .as_ref()
            .is_some_and(|tier| !tier.trusts_memory(now))
        {
            return Lookup::Miss;
        }
        let Some(entry) = self.store.get(key) else {
            return Lookup::Miss;
        };
        // Before the slots are looked at: a write that comes while they are is seen the next time.
        let recorded = self.generations.recorded();
        if entry.checked.load(Ordering::Acquire) != recorded {
            // Checked before the age: what was invalidated is not even stale.
            if self.generations.last(&entry.slots) > entry.began {
                self.store.remove(key, &entry, |share| &share.invalidated);
                return Lookup::Miss;
            }
            entry.checked.store(recorded, Ordering::Release);
        }
        if now < entry.fresh_until {
            return Lookup::Fresh(Cached { entry, now });
        }
        if now < entry.stale_until {
            return Lookup::Stale(Cached { entry, now });
        }
        self.store.remove(key, &entry, |share| &share.expired);
        Lookup::Expired
    }

    /// The state of what a run reads. Taken before it, it says afterwards whether a write came between.
    pub(crate) fn begin(&self, reader: &Reader<'_>) -> Began {
        self.begin_at(self.slots.watched(reader), None)
    }

    /// The same for another run of the same call.
    pub(crate) fn begin_again(&self, began: &Began) -> Began {
        // What the shared tier knew before the first run is as safe, if not as good.
        self.begin_at(began.slots.clone(), began.shared.clone())
    }

    fn begin_at(&self, slots: Vec<Slot>, shared: Option<SharedBegan>) -> Began {
        // Before the slots are looked at, as above.
        let ticket = self.generations.now();
        Began {
            ticket,
            last: self.generations.last(&slots),
            slots,
            added: Vec::new(),
            shared,
        }
    }

    /// Says that the result of a run depends on these resources as well, which the run found out.
    pub(crate) fn depends(&self, began: &mut Began, realm: Realm<'_>, reads: &[Read]) {
        for read in reads {
            match read {
                Read::Resource(resource) => {
                    let resource = std::slice::from_ref(resource);
                    self.slots.watch(realm, resource, &mut began.added);
                }
                Read::Watched(slot) => began.added.push(*slot),
            }
        }
        began.added.sort_unstable();
        began.added.dedup();
    }

    /// What a result depends on that a run reads, and that it found out by itself: for a result that is made of it.
    pub(crate) fn watched(&self, reader: &Reader<'_>, reads: &[Read]) -> Vec<Read> {
        let mut began = self.begin(reader);
        self.depends(&mut began, reader.realm, reads);
        began.watched()
    }

    /// Whether a run that began at `run` gave what a call may have that began at `call`: nothing that the run added to
    /// what it depends on was written between the two.
    pub(crate) fn serves(&self, run: &Began, call: &Began) -> bool {
        // Of what is known before a run, runs with different states are not shared in the first place.
        run.ticket >= call.ticket || self.generations.last(&run.added) <= run.ticket
    }

    /// Whether nothing that a result depends on was written since its run began.
    pub(crate) fn is_valid(&self, cached: &Cached) -> bool {
        self.generations.last(&cached.entry.slots) <= cached.entry.began
    }

    /// Keeps a result from now on, unless something that it depends on was written since its run began.
    pub(crate) fn publish(
        &self,
        key: CacheKey,
        content: &Content,
        freshness: Freshness,
        began: &Began,
        tool: usize,
    ) {
        let freshness = Freshness {
            ttl: self.shortened(&key, freshness.ttl),
            ..freshness
        };
        let born = (Instant::now(), freshness);
        self.insert(key, content, born, began.all_slots(), began.ticket, tool);
    }

    /// Keeps a result that was made at some time, by a run that began after this ticket.
    fn insert(
        &self,
        key: CacheKey,
        content: &Content,
        (born, freshness): (Instant, Freshness),
        slots: Box<[Slot]>,
        began: Ticket,
        tool: usize,
    ) {
        let recorded = self.generations.recorded();
        let Some(fresh_until) = born.checked_add(freshness.ttl) else {
            return;
        };
        if self.generations.last(&slots) > began {
            return;
        }
        let Some(share) = self.shares.get(tool) else {
            return;
        };
        let Some(share) = self.store.hold(&key, content, &slots, share) else {
            return;
        };
        let entry = Entry {
            content: content.clone(),
            born,
            fresh_until,
            stale_until: fresh_until
                .checked_add(freshness.stale)
                .unwrap_or(fresh_until),
            slots,
            began,
            checked: AtomicU64::new(recorded),
            refresh_after: AtomicU64::new(0),
            share,
        };
        self.store.insert(key, entry);
        self.sweep_at_times(Instant::now());
    }

    /// A TTL, shortened by a part that differs from key to key and is always the same for one: so what was kept
    /// together does not expire together.
    fn shortened(&self, key: &CacheKey, ttl: Duration) -> Duration {
        ttl.saturating_sub(ttl.mul_f64(self.jitter * key.fraction()))
    }

    /// The slots of a write.
    pub(crate) fn written(&self, realm: Realm<'_>, writes: &[Resource]) -> Vec<Slot> {
        self.slots.written(realm, writes)
    }

    /// Makes slots.
    pub(crate) fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Invalidates every result that depends on one of these slots.
    pub(crate) fn invalidate(&self, slots: &[Slot]) {
        self.generations.write(slots);
    }

    /// How many entries there are, and what they weigh together.
    pub(crate) fn size(&self) -> (u64, u64) {
        (self.store.len(), self.store.bytes())
    }

    /// What each tool has in the cache.
    pub(crate) fn shares(&self) -> &[Arc<Share>] {
        &self.shares
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
            let (store, generations) = (Arc::clone(&self.store), Arc::clone(&self.generations));
            let is_valid = move |entry: &Entry| generations.last(&entry.slots) <= entry.began;
            // It looks at every entry, which is long for those who wait for this thread.
            tokio::task::spawn_blocking(move || store.sweep(now, is_valid));
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
