//! What a tier of the result cache does that several processes share, behind the one in memory.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::slot::Slot;
use crate::call::Content;
use crate::key::CacheKey;

/// A tier that several processes share.
///
/// Nothing here fails. A tier that is down, slow or broken knows nothing, and then the tool runs.
#[async_trait]
pub(crate) trait SharedTier: Send + Sync + 'static {
    /// Asks for a result, and at the same time for the state of what it depends on.
    async fn fetch(&self, key: &CacheKey, watch: &[Slot]) -> Fetched;

    /// Keeps a result.
    async fn keep(&self, key: &CacheKey, result: Keeping<'_>);

    /// Tells every other process that these slots were written. Returns when the tier knows it, or when it is clear that
    /// it cannot be told now: then it is told later. From then on, nothing is fetched that is older than the write.
    async fn publish(&self, slots: &[Slot]);

    /// The same, from where nobody can wait.
    fn publish_later(&self, slots: Vec<Slot>);

    /// Whether everything that other processes wrote until a lease ago is known here, so that memory may answer.
    fn trusts_memory(&self, now: Instant) -> bool;

    /// How long what other processes write may be unknown here at most while memory is trusted.
    fn lease(&self) -> Duration;

    /// Begins to listen, which happens once, in a runtime, before anything is fetched. `hear` gets what other processes
    /// wrote.
    fn listen(&self, hear: Arc<dyn Fn(Heard<'_>) + Send + Sync>);

    /// What happened so far.
    fn counters(&self) -> TierStats;
}

/// What a tier said of a key.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) found: Option<Found>,
    /// The state of what the result depends on. None, if it is not known: then the tier does not keep what the run
    /// gives.
    pub(crate) began: Option<SharedBegan>,
}

/// A result that a tier has kept, and that nothing has invalidated.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) content: Content,
    /// How long ago it was made.
    pub(crate) age: Duration,
    /// How long it is fresh, from when it was made.
    pub(crate) ttl: Duration,
    /// How long it may be served after that.
    pub(crate) stale: Duration,
    /// Everything that it depends on.
    pub(crate) watch: Box<[Slot]>,
}

/// The state of a tier before a run: what its tickets are called is its own business.
#[derive(Clone)]
pub(crate) struct SharedBegan {
    pub(crate) epoch: Arc<str>,
    pub(crate) ticket: u64,
    /// What other processes wait for while the run goes on: they are let go when the last of these has gone.
    pub(crate) hold: Option<Arc<dyn Send + Sync>>,
}

impl fmt::Debug for SharedBegan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedBegan")
            .field("epoch", &self.epoch)
            .field("ticket", &self.ticket)
            .finish_non_exhaustive()
    }
}

/// A result that a tier is to keep.
#[derive(Debug)]
pub(crate) struct Keeping<'a> {
    pub(crate) content: &'a Content,
    pub(crate) ttl: Duration,
    pub(crate) stale: Duration,
    /// Everything that it depends on.
    pub(crate) watch: &'a [Slot],
    pub(crate) began: SharedBegan,
}

/// What was heard from other processes.
#[derive(Debug)]
pub(crate) enum Heard<'a> {
    /// These slots were written.
    Written(&'a [Slot]),
    /// Something may have been missed: what is in memory is worth nothing.
    Gap,
}

/// What became of what was asked of the tier that processes share, since the harness was built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(
    not(feature = "redis"),
    allow(unreachable_pub, reason = "there is no tier without the feature")
)]
pub struct TierStats {
    /// Results that it had.
    pub hits: u64,
    /// Results that it did not have.
    pub misses: u64,
    /// Results that it had and that had been invalidated.
    pub invalid: u64,
    /// Values that were no results.
    pub corrupt: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Requests that took too long.
    pub timeouts: u64,
    /// Requests that were not made, as the ones before them had failed.
    pub skipped: u64,
    /// How often it was given up for a while.
    pub opened: u64,
    /// Invalidations that it could not be told yet.
    pub pending: u64,
}
