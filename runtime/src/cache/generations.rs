//! Counters that writes move: how a result learns that what it read was written since.
//!
//! Each resource has two counters: one for writes to exactly it, one for writes to anything below it. A result that
//! read `order/A` depends on writes to `order/A`, to what contains it, and to what it contains: the sum of a few
//! counters. They only grow, so an equal sum means that none of them moved. A write costs a few increments, however
//! many results it invalidates, and results that were evicted cost nothing.

use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use dashmap::DashMap;

use crate::effect::Resource;

/// How many counters are kept before all of them are forgotten at once, together with every result.
const MOST: usize = 1 << 20;

/// The sum of the counters that a result depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Snapshot {
    epoch: u64,
    sum: u64,
}

/// Whose resources a call touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm<'t> {
    /// A `tenant_scoped` tool says that what it touches is this tenant's own: two tenants' `order/A` are two things.
    Tenant(&'t str),
    /// Any other tool: `order/A` is one thing for all.
    Common,
}

/// The counters of one harness.
pub(crate) struct Generations {
    /// How many counters are kept.
    most: usize,
    epoch: AtomicU64,
    /// How many writes there were. It moves after the counters of a write do, and before the write ends: whoever sees
    /// the same number twice knows that no write ended between.
    writes: AtomicU64,
    /// By the hash of a counter's name. Two names with one hash share a counter, and so are invalidated together:
    /// that costs a hit and never an answer, and the hash is seeded, so that nobody can aim at it.
    counters: DashMap<u64, u64>,
    seed: RandomState,
}

/// What a write moves and a read watches. A write by a tenant-scoped tool moves its own tenant's counters and those of
/// the readers that are not tenant-scoped; a common write moves a counter that everyone watches.
#[derive(Debug, Clone, Copy, Hash)]
enum Space<'t> {
    Everyone,
    CommonReaders,
    Tenant(&'t str),
}

/// The two counters of a resource.
struct Slots {
    /// Moved by writes to exactly this resource.
    exactly: u64,
    /// Moved by writes to anything below it.
    below: u64,
}

impl Default for Generations {
    fn default() -> Self {
        Self::with_most(MOST)
    }
}

impl Generations {
    /// No counters yet, and at most this many later.
    pub(super) fn with_most(most: usize) -> Self {
        Self {
            most,
            epoch: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            counters: DashMap::new(),
            seed: RandomState::new(),
        }
    }

    /// The state of everything that a read of these resources depends on.
    pub(super) fn snapshot(&self, realm: Realm<'_>, reads: &[Resource]) -> Snapshot {
        let epoch = self.epoch.load(Ordering::Acquire);
        let own = match realm {
            Realm::Tenant(tenant) => Space::Tenant(tenant),
            Realm::Common => Space::CommonReaders,
        };
        let mut sum = 0_u64;
        for resource in reads {
            for space in [Space::Everyone, own] {
                let depth = resource.parts().len();
                for (ancestor, slots) in self.path(space, resource).enumerate() {
                    sum += self.get(slots.exactly);
                    if ancestor == depth {
                        sum += self.get(slots.below);
                    }
                }
            }
        }
        Snapshot { epoch, sum }
    }

    /// Records a write.
    pub(super) fn bump(&self, realm: Realm<'_>, resource: &Resource) {
        let spaces: &[Space<'_>] = match realm {
            Realm::Tenant(tenant) => &[Space::Tenant(tenant), Space::CommonReaders],
            Realm::Common => &[Space::Everyone],
        };
        let depth = resource.parts().len();
        for space in spaces {
            for (ancestor, slots) in self.path(*space, resource).enumerate() {
                let slot = if ancestor == depth {
                    slots.exactly
                } else {
                    slots.below
                };
                *self.counters.entry(slot).or_default() += 1;
            }
        }
        if self.counters.len() > self.most {
            // Before, so that no snapshot of now matches while the counters go; and after, so that none matches which
            // was taken while they went, when they have grown to the same sum again.
            self.epoch.fetch_add(1, Ordering::AcqRel);
            self.counters.clear();
            self.epoch.fetch_add(1, Ordering::AcqRel);
        }
        self.writes.fetch_add(1, Ordering::AcqRel);
    }

    /// How many writes there were.
    pub(super) fn writes(&self) -> u64 {
        self.writes.load(Ordering::Acquire)
    }

    /// The counters of everything, then of each resource on the way down to this one.
    fn path(&self, space: Space<'_>, resource: &Resource) -> impl Iterator<Item = Slots> {
        let mut way = self.seed.build_hasher();
        space.hash(&mut way);
        let parts = std::iter::once(None).chain(resource.parts().iter().map(Some));
        parts.map(move |part| {
            if let Some(part) = part {
                // A string's hash ends with a byte that no string has, so that no two ways have one name.
                part.hash(&mut way);
            }
            let (mut exactly, mut below) = (way.clone(), way.clone());
            exactly.write_u8(0);
            below.write_u8(1);
            Slots {
                exactly: exactly.finish(),
                below: below.finish(),
            }
        })
    }

    /// How many counters there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.counters.len()
    }

    fn get(&self, slot: u64) -> u64 {
        self.counters.get(&slot).map_or(0, |counter| *counter)
    }
}
