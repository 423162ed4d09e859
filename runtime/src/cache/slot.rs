//! What a result depends on and what a write touches, as slots: numbers that are the same wherever they are computed.
//!
//! A resource is a path, and has two slots: one for writes to exactly it, one for writes to anything below it. A result
//! that read `order/A` watches for writes to `order/A`, to what contains it, and to what it contains. Besides it
//! watches its tool, its tenant and everything, so that each of them can be cleared.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;

use crate::effect::Resource;

/// One thing that can be written, or a part of what a result depends on.
///
/// It is a hash. Two things with one slot are invalidated together: that costs a hit and never an answer, and the hash
/// is keyed, so that nobody who lacks the key can aim at it.
pub(crate) type Slot = u64;

/// Whose resources a call touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm<'t> {
    /// A `tenant_scoped` tool says that what it touches is this tenant's own: two tenants' `order/A` are two things.
    Tenant(&'t str),
    /// Any other tool: `order/A` is one thing for all.
    Common,
}

/// A run whose result is to be kept, and what it reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'t> {
    pub(crate) tool: &'t str,
    /// In whose name it runs.
    pub(crate) tenant: Option<&'t str>,
    pub(crate) realm: Realm<'t>,
    pub(crate) reads: &'t [Resource],
}

/// Makes the slots of one deployment.
#[derive(Debug, Clone)]
pub(crate) struct Slots(SipHasher13);

/// Where a slot is, so that no two kinds have one by accident. These are kept outside of a process: none is ever reused.
#[derive(Debug, Clone, Copy)]
enum Space<'t> {
    Everything,
    Tool(&'t str),
    OfTenant(&'t str),
    /// Resources as tools see them whose resources are everyone's. Every write moves them.
    Common,
    /// Writes by such tools, which a tenant's own readers watch too.
    Everyone,
    /// One tenant's own resources.
    Tenant(&'t str),
}

impl Slots {
    /// The slots that belong to this secret.
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        let (key, _) = secret.split_first_chunk().expect("16 of 32 bytes");
        Self(SipHasher13::new_with_key(key))
    }

    /// The slot that every result watches.
    pub(crate) fn everything(&self) -> Slot {
        self.space(Space::Everything).finish()
    }

    /// The slot that all results of a tool watch.
    pub(crate) fn tool(&self, name: &str) -> Slot {
        self.space(Space::Tool(name)).finish()
    }

    /// The slot that all results of a tenant watch.
    pub(crate) fn tenant(&self, tenant: &str) -> Slot {
        self.space(Space::OfTenant(tenant)).finish()
    }

    /// Everything that a result of this run depends on.
    pub(crate) fn watched(&self, reader: &Reader<'_>) -> Vec<Slot> {
        let mut slots = vec![self.everything(), self.tool(reader.tool)];
        slots.extend(reader.tenant.map(|tenant| self.tenant(tenant)));
        self.watch(reader.realm, reader.reads, &mut slots);
        slots
    }

    /// Adds what a result depends on that read these resources.
    pub(crate) fn watch(&self, realm: Realm<'_>, reads: &[Resource], slots: &mut Vec<Slot>) {
        let spaces: &[Space<'_>] = match realm {
            Realm::Tenant(tenant) => &[Space::Tenant(tenant), Space::Everyone],
            Realm::Common => &[Space::Common],
        };
        for resource in reads {
            for space in spaces {
                let depth = resource.parts().len();
                for (ancestor, [exactly, below]) in self.path(*space, resource).enumerate() {
                    slots.push(exactly);
                    if ancestor == depth {
                        slots.push(below);
                    }
                }
            }
        }
        slots.sort_unstable();
        slots.dedup();
    }

    /// What a write to these resources moves.
    pub(crate) fn written(&self, realm: Realm<'_>, writes: &[Resource]) -> Vec<Slot> {
        let spaces = match realm {
            Realm::Tenant(tenant) => [Space::Tenant(tenant), Space::Common],
            Realm::Common => [Space::Everyone, Space::Common],
        };
        let mut slots = Vec::new();
        for resource in writes {
            for space in spaces {
                let depth = resource.parts().len();
                for (ancestor, [exactly, below]) in self.path(space, resource).enumerate() {
                    slots.push(if ancestor == depth { exactly } else { below });
                }
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The two slots of everything in a space, then of each resource on the way down to this one.
    fn path(&self, space: Space<'_>, resource: &Resource) -> impl Iterator<Item = [Slot; 2]> {
        let mut way = self.space(space);
        let parts = std::iter::once(None).chain(resource.parts().iter().map(Some));
        parts.map(move |part| {
            if let Some(part) = part {
                text(&mut way, part);
            }
            [0, 1].map(|which| {
                let mut way = way;
                way.write_u8(which);
                way.finish()
            })
        })
    }

    fn space(&self, space: Space<'_>) -> SipHasher13 {
        let (kind, name) = match space {
            Space::Everything => (0, ""),
            Space::Tool(tool) => (1, tool),
            Space::OfTenant(tenant) => (2, tenant),
            Space::Common => (3, ""),
            Space::Everyone => (4, ""),
            Space::Tenant(tenant) => (5, tenant),
        };
        let mut hasher = self.0;
        hasher.write_u8(kind);
        text(&mut hasher, name);
        hasher
    }
}

/// A text and where it ends: no text has this byte.
fn text(hasher: &mut SipHasher13, text: &str) {
    hasher.write(text.as_bytes());
    hasher.write_u8(0xff);
}
