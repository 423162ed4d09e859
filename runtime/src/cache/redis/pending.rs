//! Writes that Redis was not told of yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::cache::slot::Slot;

/// How many slots are held back. Beyond, everything counts as written.
const MOST: usize = 1 << 16;
/// How many slots are told at once: Redis does nothing else meanwhile.
const AT_ONCE: usize = 1 << 12;

/// The number of a write, in the order in which they were made here.
pub(super) type Number = u64;

/// What Redis is to be told, and how far that is.
#[derive(Debug)]
pub(super) struct Pending {
    queue: Mutex<Queue>,
    /// Wakes who tells it.
    pub(super) wake: Notify,
    progress: watch::Sender<Progress>,
}

#[derive(Debug, Default)]
struct Queue {
    last: Number,
    /// The latest write to each slot.
    slots: HashMap<Slot, Number>,
    /// The latest write that counts as one to everything.
    everything: Option<Number>,
}

/// How far the telling is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    /// Up to this number everything was told.
    pub(super) told: Number,
    /// Up to this number it was tried.
    pub(super) tried: Number,
}

/// What is told at once.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Batch {
    Slots {
        slots: Vec<Slot>,
        /// The last write when the batch was put together: what was written later is told again.
        last: Number,
        /// Up to this write, the batch leaves nothing untold.
        complete: Number,
    },
    Everything(Number),
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            queue: Mutex::default(),
            wake: Notify::new(),
            progress: watch::Sender::new(Progress::default()),
        }
    }
}

impl Pending {
    /// Adds a write.
    pub(super) fn add(&self, slots: &[Slot]) -> Number {
        let mut queue = self.queue();
        queue.last += 1;
        let number = queue.last;
        if queue.everything.is_some() || queue.slots.len() + slots.len() > MOST {
            queue.slots.clear();
            queue.everything = Some(number);
        } else {
            queue.slots.extend(slots.iter().map(|slot| (*slot, number)));
        }
        drop(queue);
        self.wake.notify_one();
        number
    }

    /// Whether Redis does not know yet that one of these was written.
    pub(super) fn has_any(&self, slots: &[Slot]) -> bool {
        let queue = self.queue();
        queue.everything.is_some()
            || (!queue.slots.is_empty() && slots.iter().any(|slot| queue.slots.contains_key(slot)))
    }

    /// How many slots are held back.
    pub(super) fn len(&self) -> usize {
        let queue = self.queue();
        queue.slots.len() + usize::from(queue.everything.is_some())
    }

    /// What is to be told next.
    pub(super) fn next(&self) -> Option<Batch> {
        let queue = self.queue();
        if let Some(number) = queue.everything {
            return Some(Batch::Everything(number));
        }
        if queue.slots.is_empty() {
            return None;
        }
        // The oldest first, as they were held back longest.
        let mut slots: Vec<_> = queue.slots.iter().map(|(slot, at)| (*at, *slot)).collect();
        slots.sort_unstable();
        let left = slots.get(AT_ONCE).map(|(at, _)| *at);
        slots.truncate(AT_ONCE);
        Some(Batch::Slots {
            slots: slots.into_iter().map(|(_, slot)| slot).collect(),
            last: queue.last,
            complete: left.map_or(queue.last, |first| first - 1),
        })
    }

    /// Redis was told of a batch that [`Pending::next`] gave.
    pub(super) fn told(&self, batch: &Batch) {
        let mut queue = self.queue();
        let complete = match batch {
            Batch::Everything(number) => {
                queue.everything = queue.everything.filter(|latest| latest > number);
                *number
            }
            Batch::Slots {
                slots,
                last,
                complete,
            } => {
                for slot in slots {
                    if queue.slots.get(slot).is_some_and(|at| at <= last) {
                        queue.slots.remove(slot);
                    }
                }
                *complete
            }
        };
        drop(queue);
        self.progress.send_modify(|progress| {
            progress.told = progress.told.max(complete);
        });
    }

    /// Redis could not be told of anything so far.
    pub(super) fn refused(&self) {
        let last = self.queue().last;
        self.progress.send_modify(|progress| progress.tried = last);
    }

    /// How far the telling is, now and later.
    pub(super) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Batch, MOST, Pending};

    fn slots(batch: &Batch) -> Vec<u64> {
        let Batch::Slots { slots, .. } = batch else {
            panic!("slots: {batch:?}");
        };
        let mut slots = slots.clone();
        slots.sort_unstable();
        slots
    }

    #[test]
    fn what_is_told_is_no_longer_pending() {
        let pending = Pending::default();
        assert_eq!(pending.next(), None);
        pending.add(&[1, 2]);
        let last = pending.add(&[2, 3]);
        assert!(pending.has_any(&[9, 3]) && !pending.has_any(&[9]));
        let batch = pending.next().unwrap();
        assert_eq!(slots(&batch), [1, 2, 3]);
        assert_eq!(pending.next(), Some(batch), "until it is told");
        let batch = pending.next().unwrap();
        pending.told(&batch);
        assert_eq!(pending.next(), None);
        assert!(!pending.has_any(&[1, 2, 3]));
        assert_eq!(pending.progress().borrow().told, last);
    }

    #[test]
    fn what_is_written_while_it_is_told_is_told_again() {
        let pending = Pending::default();
        pending.add(&[1, 2]);
        let batch = pending.next().unwrap();
        let last = pending.add(&[2]);
        pending.told(&batch);
        assert!(!pending.has_any(&[1]) && pending.has_any(&[2]));
        assert!(pending.progress().borrow().told < last);
        pending.told(&pending.next().unwrap());
        assert_eq!(pending.progress().borrow().told, last);
    }

    #[test]
    fn many_slots_are_told_in_several_batches_and_the_oldest_first() {
        let pending = Pending::default();
        let first = pending.add(&[u64::MAX]);
        let many: Vec<u64> = (0..AT_ONCE as u64).collect();
        let second = pending.add(&many);
        let batch = pending.next().unwrap();
        assert!(slots(&batch).contains(&u64::MAX));
        pending.told(&batch);
        assert_eq!(
            pending.progress().borrow().told,
            first,
            "of the second, one slot is left"
        );
        assert_eq!(pending.len(), 1);
        pending.told(&pending.next().unwrap());
        assert_eq!(pending.progress().borrow().told, second);
        assert_eq!(pending.len(), 0);
    }

    #[test]
    fn too_many_slots_are_everything() {
        let pending = Pending::default();
        let many: Vec<u64> = (0..MOST as u64).collect();
        pending.add(&many);
        assert!(!pending.has_any(&[u64::MAX]));
        let batch = pending.next().unwrap();
        let all = pending.add(&[u64::MAX]);
        assert!(pending.has_any(&[u64::MAX - 1]), "anything");
        pending.told(&batch);
        assert_eq!(pending.next(), Some(Batch::Everything(all)));
        let later = pending.add(&[1]);
        pending.told(&Batch::Everything(all));
        assert_eq!(
            pending.next(),
            Some(Batch::Everything(later)),
            "it came too late"
        );
        pending.told(&Batch::Everything(later));
        assert_eq!(pending.next(), None);
        assert_eq!(pending.progress().borrow().told, later);
    }

    #[test]
    fn who_waits_learns_that_it_was_tried() {
        let pending = Pending::default();
        let number = pending.add(&[1]);
        pending.refused();
        let progress = *pending.progress().borrow();
        assert_eq!((progress.told, progress.tried), (0, number));
        assert!(pending.has_any(&[1]));
    }
}
