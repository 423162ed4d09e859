//! The latest state that this process has seen: a server that shows an earlier one has forgotten writes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::control::Point;

#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Option<Point>>);

impl Seen {
    /// The latest so far. What is sent after this was asked must not show an earlier one.
    pub(super) fn latest(&self) -> Option<Point> {
        self.state().clone()
    }

    /// A state was seen.
    pub(super) fn add(&self, now: &Point) {
        match &mut *self.state() {
            Some(seen) if seen.epoch == now.epoch => seen.ticket = seen.ticket.max(now.ticket),
            seen => *seen = Some(now.clone()),
        }
    }

    fn state(&self) -> MutexGuard<'_, Option<Point>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
