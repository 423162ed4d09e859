//! Invalidation: of what tools have written, and of what someone says was written elsewhere.

use std::fmt;
use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::{Harness, Inner};
use crate::cache::{Realm, Slot};
use crate::effect::Resource;

/// How many invalidations a subscriber may be behind.
const BEHIND: usize = 1024;

/// What was invalidated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalidation {
    /// The results that depend on a resource.
    Resource {
        /// The resource.
        resource: Resource,
        /// Whose it is, if it is one tenant's own: a `tenant_scoped` tool has written it.
        tenant: Option<Arc<str>>,
    },
    /// The results of a tool.
    Tool(Arc<str>),
    /// The results of a tenant.
    Tenant(Arc<str>),
    /// All results; or the subscriber is so far behind that it has missed what it was.
    Everything,
}

/// The invalidations of a harness, as they happen: see [`Harness::invalidations`].
pub struct Invalidations(broadcast::Receiver<Invalidation>);

/// Those who subscribed.
pub(super) struct Subscribers(broadcast::Sender<Invalidation>);

impl Default for Subscribers {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }
}

impl Invalidations {
    /// The next invalidation; none, when the harness is gone.
    pub async fn next(&mut self) -> Option<Invalidation> {
        match self.0.recv().await {
            Ok(invalidation) => Some(invalidation),
            Err(RecvError::Lagged(_)) => Some(Invalidation::Everything),
            Err(RecvError::Closed) => None,
        }
    }
}

impl fmt::Debug for Invalidations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invalidations").finish_non_exhaustive()
    }
}

impl Harness {
    /// Invalidates every result that depends on this resource or on one that overlaps with it, whosever it is: for what
    /// is written elsewhere, by another program or a person. A call that begins after this never sees the value from
    /// before. With a tier that several processes share, the others know within the bound that the tier has, if this is
    /// called in a tokio runtime, and otherwise when the harness makes its next call.
    ///
    /// ```
    /// # use toolwright::{Harness, registry};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let harness = Harness::builder(registry![]?).build()?;
    /// // A webhook says that an order was changed in the back office.
    /// harness.invalidate("order/A-1234");
    /// # Ok(())
    /// # }
    /// ```
    pub fn invalidate(&self, resource: impl Into<Resource>) {
        let resource = resource.into();
        self.inner.wrote(None, &[resource]);
    }

    /// Invalidates every result of this tool.
    pub fn invalidate_tool(&self, name: &str) {
        let slot = self.inner.cache.slots().tool(name);
        self.inner
            .clear(slot, || Invalidation::Tool(Arc::from(name)));
    }

    /// Invalidates every result that was made in the name of this tenant.
    pub fn invalidate_tenant(&self, tenant: &str) {
        let slot = self.inner.cache.slots().tenant(tenant);
        self.inner
            .clear(slot, || Invalidation::Tenant(Arc::from(tenant)));
    }

    /// Invalidates every result, also of tools that declare nothing that they read.
    pub fn clear(&self) {
        let slot = self.inner.cache.slots().everything();
        self.inner.clear(slot, || Invalidation::Everything);
    }

    /// The invalidations from now on, of writes by tools and of those that this harness is told: for another cache, or a
    /// page that shows what the tools read.
    ///
    /// ```
    /// # use toolwright::{Harness, registry};
    /// use toolwright::{Invalidation, Resource};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let harness = Harness::builder(registry![]?).build()?;
    /// let mut invalidations = harness.invalidations();
    /// harness.invalidate("order/A-1234");
    /// let expected = Invalidation::Resource {
    ///     resource: Resource::parse("order/A-1234"),
    ///     tenant: None,
    /// };
    /// assert_eq!(invalidations.next().await, Some(expected));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn invalidations(&self) -> Invalidations {
        Invalidations(self.inner.subscribers.0.subscribe())
    }
}

impl Inner {
    /// Records that these resources were written, which other processes are told when there is time.
    pub(super) fn wrote(&self, tenant: Option<&Arc<str>>, writes: &[Resource]) {
        let slots = self.record(tenant, writes);
        self.cache.tell_later(&slots);
    }

    /// Records it, and waits until other processes are told.
    pub(super) async fn wrote_and_told(&self, tenant: Option<&Arc<str>>, writes: &[Resource]) {
        let slots = self.record(tenant, writes);
        self.cache.tell(&slots).await;
    }

    /// Records it here, and says what other processes have to know.
    fn record(&self, tenant: Option<&Arc<str>>, writes: &[Resource]) -> Vec<Slot> {
        let realm = tenant.map_or(Realm::Common, |tenant| Realm::Tenant(tenant));
        let slots = self.cache.written(realm, writes);
        self.cache.invalidate(&slots);
        if self.subscribers.0.receiver_count() > 0 {
            for resource in writes {
                let invalidation = Invalidation::Resource {
                    resource: resource.clone(),
                    tenant: tenant.cloned(),
                };
                // The last subscriber may have gone meanwhile.
                let _ = self.subscribers.0.send(invalidation);
            }
        }
        slots
    }

    fn clear(&self, slot: Slot, invalidation: impl FnOnce() -> Invalidation) {
        self.cache.invalidate(&[slot]);
        self.cache.tell_later(&[slot]);
        if self.subscribers.0.receiver_count() > 0 {
            let _ = self.subscribers.0.send(invalidation());
        }
    }
}
