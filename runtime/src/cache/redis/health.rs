//! Until when the bus vouches for memory, and whether Redis may be used at all.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Moments, as nanoseconds after one of them.
#[derive(Debug)]
pub(super) struct Health {
    lease: Duration,
    origin: Instant,
    /// Everything that was told until then is known here; [`NOTHING`], if nothing was heard yet.
    heard: AtomicU64,
    /// Until then the bus counts as up, whether or not it was ever heard.
    up_until: AtomicU64,
    /// Until then what others held back may still be on its way.
    quiet_until: AtomicU64,
}

/// No moment.
const NOTHING: u64 = u64::MAX;

/// What Redis may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Everything.
    All,
    /// Results may be kept and not be served: writes that were held back may not have arrived.
    KeepOnly,
    /// Nothing: the bus is cut.
    Nothing,
}

impl Health {
    /// The bus is about to be connected.
    pub(super) fn new(lease: Duration) -> Self {
        let health = Self {
            lease,
            origin: Instant::now(),
            heard: AtomicU64::new(NOTHING),
            up_until: AtomicU64::new(0),
            quiet_until: AtomicU64::new(0),
        };
        health.begin(Instant::now());
        health
    }

    /// The bus is connected for the first time from now on.
    pub(super) fn begin(&self, now: Instant) {
        self.up_until
            .store(self.nanos(now + self.lease), Ordering::Release);
    }

    /// It is known `now` that everything is known here that was told until `until`.
    ///
    /// If the bus was cut for longer than a lease, others may have been cut as well, and get a lease to tell what they
    /// held back.
    pub(super) fn hear(&self, until: Instant, now: Instant) {
        if self.nanos(now) > self.up_until.load(Ordering::Acquire) {
            self.quiet_until
                .store(self.nanos(now + self.lease), Ordering::Release);
        }
        self.heard.store(self.nanos(until), Ordering::Release);
        self.begin(until);
    }

    /// Whether everything that was told until a lease before `now` is known here.
    pub(super) fn trusts_memory(&self, now: Instant) -> bool {
        let heard = self.heard.load(Ordering::Acquire);
        let lease = u64::try_from(self.lease.as_nanos()).unwrap_or(u64::MAX);
        heard != NOTHING && self.nanos(now) <= heard.saturating_add(lease)
    }

    /// What Redis may be used for now.
    pub(super) fn allows(&self, now: Instant) -> Use {
        let now = self.nanos(now);
        if now > self.up_until.load(Ordering::Acquire) {
            Use::Nothing
        } else if now < self.quiet_until.load(Ordering::Acquire) {
            Use::KeepOnly
        } else {
            Use::All
        }
    }

    fn nanos(&self, moment: Instant) -> u64 {
        let nanos = moment.saturating_duration_since(self.origin).as_nanos();
        u64::try_from(nanos).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, advance};

    use super::{Health, Use};

    const LEASE: Duration = Duration::from_secs(1);
    const MOMENT: Duration = Duration::from_nanos(1);

    fn hear(health: &Health) {
        health.hear(Instant::now(), Instant::now());
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_trusted_for_a_lease_after_the_bus_was_heard() {
        let health = Health::new(LEASE);
        assert!(!health.trusts_memory(Instant::now()), "nothing heard yet");
        hear(&health);
        advance(LEASE).await;
        assert!(health.trusts_memory(Instant::now()));
        advance(MOMENT).await;
        assert!(!health.trusts_memory(Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn redis_is_used_before_the_bus_is_up_and_for_no_longer_than_a_lease() {
        let health = Health::new(LEASE);
        advance(LEASE).await;
        assert_eq!(health.allows(Instant::now()), Use::All);
        advance(MOMENT).await;
        assert_eq!(health.allows(Instant::now()), Use::Nothing);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_cut_is_followed_by_a_lease_of_quiet() {
        let health = Health::new(LEASE);
        hear(&health);
        advance(LEASE + MOMENT).await;
        hear(&health);
        assert_eq!(health.allows(Instant::now()), Use::KeepOnly);
        advance(LEASE.saturating_sub(MOMENT)).await;
        hear(&health);
        assert_eq!(health.allows(Instant::now()), Use::KeepOnly);
        advance(MOMENT).await;
        assert_eq!(health.allows(Instant::now()), Use::All);
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_cut_is_not() {
        let health = Health::new(LEASE);
        hear(&health);
        advance(LEASE).await;
        hear(&health);
        assert_eq!(health.allows(Instant::now()), Use::All);
    }
}
