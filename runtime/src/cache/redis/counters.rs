//! What became of what was asked.

use std::sync::atomic::{AtomicU64, Ordering};

use super::link::Failure;

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) hits: Counter,
    pub(super) misses: Counter,
    pub(super) invalid: Counter,
    pub(super) corrupt: Counter,
    pub(super) errors: Counter,
    pub(super) timeouts: Counter,
    pub(super) skipped: Counter,
}

/// A number that grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    pub(super) fn failed(&self, failure: &Failure) {
        match failure {
            Failure::Failed => self.errors.add(),
            Failure::TimedOut => self.timeouts.add(),
        }
    }
}
