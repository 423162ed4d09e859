//! How a result learns that what it read was written since.
//!
//! Every write takes the next ticket and leaves it at each slot that it touches. A result knows the last ticket from
//! before its run, and the slots that it watches: it is valid as long as none of them has a later one. A write costs a
//! few stores, however many results it invalidates, and results that were evicted cost nothing.

use std::sync::atomic::Ordering;

use super::slot::Slot;
use crate::sync::{AtomicU64, Map};

/// How many slots are kept before all of them are forgotten at once, together with every result.
const MOST: usize = 1 << 20;

/// A number that grows with every write.
pub(crate) type Ticket = u64;

/// The last write to each slot.
pub(crate) struct Generations {
    /// How many slots are kept.
    most: usize,
    /// The last ticket that was taken.
    tickets: AtomicU64,
    /// What began before this ticket is not valid, whatever its slots say.
    floor: AtomicU64,
    written: Map<Slot, Ticket>,
    /// How many writes are recorded in full. It moves after the slots do, and before the write ends: whoever sees the
    /// same number twice knows that no write ended between.
    recorded: AtomicU64,
}

impl Default for Generations {
    fn default() -> Self {
        Self::with_most(MOST)
    }
}

impl Generations {
    /// No writes yet, and at most this many slots later.
    pub(super) fn with_most(most: usize) -> Self {
        Self {
            most,
            tickets: AtomicU64::new(0),
            floor: AtomicU64::new(0),
            written: Map::default(),
            recorded: AtomicU64::new(0),
        }
    }

    /// The last ticket: what begins now has seen everything up to it.
    pub(super) fn now(&self) -> Ticket {
        self.tickets.load(Ordering::Acquire)
    }

    /// How many writes are recorded in full.
    pub(super) fn recorded(&self) -> u64 {
        self.recorded.load(Ordering::Acquire)
    }

    /// The ticket of the last write to any of these slots. What began with an earlier one is not valid.
    pub(super) fn last(&self, slots: &[Slot]) -> Ticket {
        let last = slots.iter().map(|slot| self.at(*slot)).max();
        // After the slots, as it moves before they are forgotten.
        let floor = self.floor.load(Ordering::Acquire);
        last.unwrap_or_default().max(floor)
    }

    /// Records a write that has been done.
    pub(super) fn write(&self, slots: &[Slot]) {
        let ticket = self.take();
        for slot in slots {
            let mut last = self.written.entry(*slot).or_default();
            *last = ticket.max(*last);
        }
        if self.written.len() > self.most {
            self.forget();
        }
        self.recorded.fetch_add(1, Ordering::AcqRel);
    }

    /// Makes everything that began before now invalid.
    pub(super) fn forget_all(&self) {
        self.take();
        self.forget();
        self.recorded.fetch_add(1, Ordering::AcqRel);
    }

    fn take(&self) -> Ticket {
        self.tickets.fetch_add(1, Ordering::AcqRel) + 1
    }

    fn forget(&self) {
        let floor = self.now();
        self.floor.fetch_max(floor, Ordering::AcqRel);
        // A write may come while they go: what the floor does not stand for stays.
        self.written.retain(|_, ticket| *ticket > floor);
    }

    /// How many slots there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.written.len()
    }

    fn at(&self, slot: Slot) -> Ticket {
        self.written.get(&slot).map_or(0, |ticket| *ticket)
    }
}
