//! The cache as several processes have it: what is not in memory is asked for in the tier that they share, and what is
//! written is told to all.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::generations::Generations;
use super::slot::Slot;
use super::tier::{Found, Heard, Keeping, SharedTier};
use super::{Began, Freshness, ResultCache};
use crate::call::Content;
use crate::key::CacheKey;

/// What the shared tier had for a key.
#[derive(Debug, Clone)]
pub(crate) struct Recollection {
    pub(crate) content: Content,
    pub(crate) age: Duration,
}

impl ResultCache {
    /// Whether there is a tier that other processes share.
    pub(crate) fn is_shared(&self) -> bool {
        self.tier.is_some()
    }

    /// For how long, while it is not known what other processes write, a call may share a run that began before it:
    /// calls in different spans do not.
    pub(crate) fn span(&self, now: Instant) -> u64 {
        match &self.tier {
            Some(tier) if !tier.trusts_memory(now) => {
                let since = now.duration_since(self.origin).as_millis();
                let lease = tier.lease().as_millis().max(1);
                // Never that of calls which may trust.
                u64::try_from(since / lease)
                    .unwrap_or(u64::MAX)
                    .saturating_add(1)
            }
            _ => 0,
        }
    }

    /// What became of what the shared tier was asked.
    #[cfg(feature = "redis")]
    pub(crate) fn tier_stats(&self) -> Option<super::tier::TierStats> {
        self.tier.as_ref().map(|tier| tier.counters())
    }

    /// Asks the shared tier for a result, which from then on is in memory as well; and what the tier knows of what the
    /// run is about to read. A result past its TTL goes to memory only.
    pub(crate) async fn fetch(
        &self,
        key: &CacheKey,
        began: &mut Began,
        tool: usize,
    ) -> Option<Recollection> {
        let tier = self.tier()?;
        let fetched = tier.fetch(key, &began.slots).await;
        began.shared = fetched.began;
        let found = fetched.found?;
        let is_fresh = found.age < found.ttl;
        let recollection = Recollection {
            content: found.content.clone(),
            age: found.age,
        };
        // They were known before this run only to those who made the result.
        began.added = found.watch.to_vec();
        self.adopt(*key, found, began, tool);
        is_fresh.then_some(recollection)
    }

    fn adopt(&self, key: CacheKey, found: Found, began: &Began, tool: usize) {
        let Some(born) = Instant::now().checked_sub(found.age) else {
            return;
        };
        let freshness = Freshness {
            ttl: found.ttl,
            stale: found.stale,
        };
        self.insert(
            key,
            &found.content,
            (born, freshness),
            found.watch,
            began.ticket,
            tool,
        );
    }

    /// Keeps a result in the shared tier, in a task of its own: nobody has to wait for that.
    pub(crate) fn share(
        &self,
        key: CacheKey,
        content: &Content,
        freshness: Freshness,
        began: &Began,
    ) {
        let (Some(tier), Some(shared)) = (&self.tier, &began.shared) else {
            return;
        };
        let (tier, content, shared) = (Arc::clone(tier), content.clone(), shared.clone());
        let (ttl, stale) = (self.shortened(&key, freshness.ttl), freshness.stale);
        let watch = began.all_slots();
        tokio::spawn(async move {
            let result = Keeping {
                content: &content,
                ttl,
                stale,
                watch: &watch,
                began: shared,
            };
            tier.keep(&key, result).await;
        });
    }

    /// Tells other processes that these slots were written.
    pub(crate) async fn tell(&self, slots: &[Slot]) {
        if let Some(tier) = self.tier() {
            let _again = self.write_again(slots);
            tier.publish(slots).await;
        }
    }

    /// The same, from where nobody can wait.
    pub(crate) fn tell_later(&self, slots: &[Slot]) {
        let Some(tier) = &self.tier else { return };
        let _again = self.write_again(slots);
        tier.publish_later(slots.to_vec());
        // Who only writes has asked for nothing yet. Outside of a runtime it waits for whoever asks first.
        if tokio::runtime::Handle::try_current().is_ok() {
            self.tier();
        }
    }

    /// Records a write once more when this is dropped, also if nobody waits for the telling any more: what was fetched
    /// between the write here and the telling may be older than the write.
    fn write_again<'a>(&'a self, slots: &'a [Slot]) -> WriteAgain<'a> {
        WriteAgain {
            generations: &self.generations,
            slots,
        }
    }

    /// The tier, which from then on is listened to. It has to be asked for in a runtime.
    fn tier(&self) -> Option<&Arc<dyn SharedTier>> {
        let tier = self.tier.as_ref()?;
        if !self.is_listening.swap(true, Ordering::AcqRel) {
            let generations = Arc::downgrade(&self.generations);
            tier.listen(Arc::new(move |heard| {
                let Some(generations) = generations.upgrade() else {
                    return;
                };
                match heard {
                    Heard::Written(slots) => generations.write(slots),
                    Heard::Gap => generations.forget_all(),
                }
            }));
        }
        Some(tier)
    }
}

/// A write that is recorded when this is dropped.
struct WriteAgain<'a> {
    generations: &'a Generations,
    slots: &'a [Slot],
}

impl Drop for WriteAgain<'_> {
    fn drop(&mut self) {
        self.generations.write(self.slots);
    }
}

#[cfg(test)]
mod tests;
