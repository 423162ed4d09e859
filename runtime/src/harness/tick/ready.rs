//! The calls of a tick that may start.

use std::cmp::Reverse;

/// Calls that may start, by their places.
pub(super) struct Ready {
    places: Vec<usize>,
    is_serial: bool,
}

impl Ready {
    /// None yet; they start one after the other in the order of emission, or all at once.
    pub(super) fn new(is_serial: bool) -> Self {
        Self {
            places: Vec::new(),
            is_serial,
        }
    }

    pub(super) fn is_serial(&self) -> bool {
        self.is_serial
    }

    pub(super) fn push(&mut self, place: usize) {
        self.places.push(place);
    }

    /// Whether something is to be started while so many calls run.
    pub(super) fn may_start(&self, running: usize) -> bool {
        let is_held_up = self.is_serial && running > 0;
        !is_held_up && !self.places.is_empty()
    }

    /// The highest priority first; of the same, in the order of emission.
    pub(super) fn sort(&mut self, priority: impl Fn(usize) -> u64) {
        self.places
            .sort_unstable_by_key(|place| (Reverse(priority(*place)), *place));
    }

    /// Those that are to be started now.
    pub(super) fn take(&mut self) -> Vec<usize> {
        if !self.is_serial {
            return std::mem::take(&mut self.places);
        }
        let first = self.places.iter().copied().enumerate();
        let first = first.min_by_key(|(_, place)| *place);
        let first = first.map(|(index, _)| self.places.swap_remove(index));
        first.into_iter().collect()
    }
}
