//! So many places.

/// Places, and how many of them are taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    cap: usize,
    taken: usize,
}

impl Places {
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, taken: 0 }
    }

    pub(super) fn has_room(self) -> bool {
        self.taken < self.cap
    }

    pub(super) fn take(&mut self) {
        self.taken += 1;
    }

    pub(super) fn give_back(&mut self) {
        self.taken = self.taken.saturating_sub(1);
    }

    pub(super) fn taken(self) -> usize {
        self.taken
    }
}
