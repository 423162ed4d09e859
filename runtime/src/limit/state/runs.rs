//! The runs that go on, and who has lent whom a place.
//!
//! A run that waits for a run which it has asked for itself needs no place meanwhile: it lends its own. A place that is lent
//! is lent on, so that those who have the same place are a chain, and only its last is at work. Whoever ends leaves the
//! chain; the place is free when the last of them has ended.

use super::{ToolId, Wants};
use crate::aboard::RunId;
use crate::limit::party::PartyId;

/// What there are places of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Harness,
    Tool,
    Party,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Harness, Self::Tool, Self::Party];
}

/// Where a place comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// None is needed.
    Unbounded,
    /// It is free.
    Free,
    /// The run in this slot lends its own.
    Lent(u32),
}

/// Where a run has its places from, by [`Kind`].
pub(super) type Sources = [Source; 3];

/// One run that goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Its tool, if that has a cap.
    pub(super) tool: Option<ToolId>,
    /// Its party, if that has a cap.
    pub(super) party: Option<PartyId>,
    links: [Link; 3],
    /// How many claims wait that are part of it.
    pub(super) waiting: u32,
}

/// Its neighbours in the chain of those who have the same place.
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    lender: Option<u32>,
    borrower: Option<u32>,
}

#[derive(Debug, Default)]
struct Slot {
    generation: u32,
    run: Option<Run>,
}

/// The runs that go on.
#[derive(Debug, Default)]
pub(super) struct Runs {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl Run {
    /// Whether it has such a place, its own or a lent one.
    fn has(&self, kind: Kind, wants: &Wants) -> bool {
        match kind {
            Kind::Harness => true,
            Kind::Tool => self.tool == Some(wants.tool),
            Kind::Party => self.party == Some(wants.party),
        }
    }

    fn lends(&self, kind: Kind, wants: &Wants) -> bool {
        self.has(kind, wants) && self.links[kind as usize].borrower.is_none()
    }
}

impl Runs {
    fn at(&mut self, slot: u32) -> Option<&mut Run> {
        self.slots.get_mut(slot as usize)?.run.as_mut()
    }

    /// The slot of a run, if it still goes on.
    pub(super) fn slot(&self, id: RunId) -> Option<u32> {
        let slot = self.slots.get(id.slot as usize)?;
        (slot.generation == id.generation && slot.run.is_some()).then_some(id.slot)
    }

    /// The run itself, if it still goes on.
    pub(super) fn get_mut(&mut self, id: RunId) -> Option<&mut Run> {
        let slot = self.slot(id)?;
        self.at(slot)
    }

    /// The innermost of the runs that a claim is part of which can lend it such a place.
    pub(super) fn lender(&self, kind: Kind, wants: &Wants) -> Option<u32> {
        let mut slots = wants.within.iter().filter_map(|id| self.slot(*id));
        slots.find(|slot| {
            let run = &self.slots[*slot as usize].run;
            run.as_ref().is_some_and(|run| run.lends(kind, wants))
        })
    }

    /// A run begins.
    pub(super) fn begin(
        &mut self,
        tool: Option<ToolId>,
        party: Option<PartyId>,
        sources: Sources,
    ) -> RunId {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            u32::try_from(self.slots.len() - 1).expect("so many runs have no room in memory")
        });
        let links = sources.map(|source| Link {
            lender: match source {
                Source::Lent(lender) => Some(lender),
                Source::Unbounded | Source::Free => None,
            },
            borrower: None,
        });
        for (kind, link) in links.iter().enumerate() {
            if let Some(lender) = link.lender.and_then(|it| self.at(it)) {
                lender.links[kind].borrower = Some(slot);
            }
        }
        let Slot { generation, run } = &mut self.slots[slot as usize];
        *run = Some(Run {
            tool,
            party,
            links,
            waiting: 0,
        });
        RunId {
            slot,
            generation: *generation,
        }
    }

    /// A run ends: what it was, and which of the places that it had nobody has any more, by [`Kind`].
    pub(super) fn end(&mut self, id: RunId) -> Option<(Run, [bool; 3])> {
        self.slot(id)?;
        let slot = &mut self.slots[id.slot as usize];
        let run = slot.run.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(id.slot);
        let mut freed = [false; 3];
        for (kind, Link { lender, borrower }) in run.links.into_iter().enumerate() {
            if let Some(lender) = lender.and_then(|it| self.at(it)) {
                lender.links[kind].borrower = borrower;
            }
            if let Some(borrower) = borrower.and_then(|it| self.at(it)) {
                borrower.links[kind].lender = lender;
            }
            freed[kind] = lender.is_none() && borrower.is_none();
        }
        Some((run, freed))
    }

    /// All that go on, each in its slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Run)> {
        let slots = (0..).zip(&self.slots);
        slots.filter_map(|(slot, it)| Some((slot, it.run.as_ref()?)))
    }

    /// The runs at whose end a place comes free for this claim: for everyone, or for what is part of the run that has lent
    /// it.
    pub(super) fn helpful(&self, kind: Kind, wants: &Wants) -> impl Iterator<Item = u32> {
        let within = move |slot: u32| wants.within.iter().any(|id| self.slot(*id) == Some(slot));
        self.iter().filter_map(move |(slot, run)| {
            let is_helpful = run.has(kind, wants)
                && !within(slot)
                && run.links[kind as usize].lender.is_none_or(within);
            is_helpful.then_some(slot)
        })
    }
}
