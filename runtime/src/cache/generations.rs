//! Counters that writes move: how a result learns that what it read was written since.
//!
//! Each resource has two counters: one for writes to exactly it, one for writes to anything below it. A result that
//! read `order/A` depends on writes to `order/A`, to what contains it, and to what it contains: the sum of a few
//! counters. They only grow, so an equal sum means that none of them moved. A write costs a few increments, however
//! many results it invalidates, and results that were evicted cost nothing.

use std::sync::atomic::{AtomicU64, Ordering};

use dashmap::DashMap;

use crate::effect::Resource;

/// How many counters are kept before all of them are forgotten at once, together with every result.
const MOST: usize = 1 << 20;

/// The sum of the counters that a result depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Default)]
pub(crate) struct Generations {
    epoch: AtomicU64,
    counters: DashMap<Vec<u8>, u64>,
}

/// What a write moves and a read watches. A write by a tenant-scoped tool moves its own tenant's counters and those of
/// the readers that are not tenant-scoped; a common write moves a counter that everyone watches.
#[derive(Clone, Copy)]
enum Space<'t> {
    Everyone,
    CommonReaders,
    Tenant(&'t str),
}

#[derive(Clone, Copy)]
enum Depth {
    Exactly = 0,
    Below = 1,
}

impl Generations {
    /// The state of everything that a read of these resources depends on.
    pub(super) fn snapshot(&self, realm: Realm<'_>, reads: &[Resource]) -> Snapshot {
        let epoch = self.epoch.load(Ordering::Acquire);
        let own = match realm {
            Realm::Tenant(tenant) => Space::Tenant(tenant),
            Realm::Common => Space::CommonReaders,
        };
        let mut sum = 0_u64;
        for resource in reads {
            let depth = resource.parts().len();
            for space in [Space::Everyone, own] {
                for ancestor in 0..=depth {
                    sum += self.get(space, resource, ancestor, Depth::Exactly);
                }
                sum += self.get(space, resource, depth, Depth::Below);
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
            for ancestor in 0..depth {
                self.increment(*space, resource, ancestor, Depth::Below);
            }
            self.increment(*space, resource, depth, Depth::Exactly);
        }
        if self.counters.len() > MOST {
            // Before, so that no snapshot of now matches while the counters go; and after, so that none matches which
            // was taken while they went, when they have grown to the same sum again.
            self.epoch.fetch_add(1, Ordering::AcqRel);
            self.counters.clear();
            self.epoch.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn get(&self, space: Space<'_>, resource: &Resource, parts: usize, depth: Depth) -> u64 {
        self.counters
            .get(&slot(space, resource, parts, depth))
            .map_or(0, |counter| *counter)
    }

    fn increment(&self, space: Space<'_>, resource: &Resource, parts: usize, depth: Depth) {
        *self
            .counters
            .entry(slot(space, resource, parts, depth))
            .or_default() += 1;
    }
}

/// The name of a counter: every part with its length before it.
fn slot(space: Space<'_>, resource: &Resource, parts: usize, depth: Depth) -> Vec<u8> {
    let (kind, tenant) = match space {
        Space::Everyone => (0, ""),
        Space::CommonReaders => (1, ""),
        Space::Tenant(tenant) => (2, tenant),
    };
    let mut slot = vec![kind, depth as u8];
    for part in
        std::iter::once(tenant).chain(resource.parts().iter().take(parts).map(AsRef::as_ref))
    {
        slot.extend_from_slice(&(part.len() as u64).to_le_bytes());
        slot.extend_from_slice(part.as_bytes());
    }
    slot
}
