//! Keys that broke a batch: for a while they run alone, so that they do not break the next one as well.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::key::CacheKey;

/// How long a key runs alone.
const TIME: Duration = Duration::from_secs(30);
/// How many keys are remembered.
const MOST: usize = 256;

/// The keys of one group that run alone.
#[derive(Default)]
pub(super) struct Quarantine(HashMap<CacheKey, Instant>);

impl Quarantine {
    /// A key has failed alone after it had broken a batch.
    pub(super) fn add(&mut self, key: CacheKey, now: Instant) {
        if self.0.len() >= MOST {
            self.0.retain(|_, until| *until > now);
        }
        if self.0.len() < MOST {
            self.0.insert(key, now + TIME);
        }
    }

    /// Whether a key runs alone.
    pub(super) fn has(&mut self, key: Option<CacheKey>, now: Instant) -> bool {
        let Some(key) = key.filter(|_| !self.0.is_empty()) else {
            return false;
        };
        let is_here = self.0.get(&key).map(|until| *until > now);
        if is_here == Some(false) {
            self.0.remove(&key);
        }
        is_here.unwrap_or_default()
    }
}
