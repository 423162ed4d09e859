//! Joins calls that arrive together into one call of their batch function.
//!
//! A group is one tool and one tenant: tenants never share a batch. Its calls wait in a [`queue`], which says when a
//! batch leaves; the group's collector waits for that, then for the limits of the tool and of the harness, and lets the
//! batch go with whoever has come by then. Equal keys are asked once, unless the tool writes.

mod company;
mod group;
mod item;
#[cfg(all(test, feature = "__shuttle"))]
mod models;
mod policy;
mod quarantine;
mod queue;
mod run;
mod split;
mod stats;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dashmap::mapref::entry::Entry;
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub(crate) use self::group::Announced;
use self::group::Group;
use self::item::Outer;
use self::policy::Bounds;
pub use self::policy::{Batching, FlushPolicy, WhenFull};
use self::run::Permits;
pub(crate) use self::stats::BatchCounters;
pub use self::stats::BatchStats;
use crate::aboard::{Aboard, RunId};
use crate::call::{BatchFacts, FlushReason};
use crate::effect::Read;
use crate::error::ToolError;
use crate::key::CacheKey;
use crate::sync::{Map, spawn};
use crate::tool::{BatchCall, BatchKey, Call, Reply, ToolEntry};

/// The tenant in whose name a batch runs; none for shared tools and sessions without one.
type Tenant = Option<Arc<str>>;

/// What the batches of a tool run under.
pub(crate) trait Terms: Send + Sync + 'static {
    /// One among those who take turns.
    type Party: Send + Sync;
    /// What a batch holds while it runs.
    type Permits: Send;
    /// What each call that writes holds until the run has really ended.
    type Written: Send;

    /// A group comes into being: it takes turns with others.
    fn party(&self) -> Self::Party;
    /// Waits until a batch of this party may run. Runs that it is a part of lend it their places.
    ///
    /// # Errors
    /// It may not, and this is what its callers are told.
    fn admit(
        &self,
        party: &Self::Party,
        within: Vec<RunId>,
    ) -> impl Future<Output = Result<Self::Permits, ToolError>> + Send;
    /// The run that holds these.
    fn run_of(permits: &Self::Permits) -> Option<RunId>;
    /// Runs something for as long as one run may take; none, if that was not enough.
    fn within<F: Future + Send>(&self, run: F) -> impl Future<Output = Option<F::Output>> + Send;
    /// What the callers of a run are told that took too long.
    fn timed_out(&self) -> ToolError;
    /// A run that wrote has ended: whoever has to know is told.
    fn has_written(&self, written: Vec<Self::Written>) -> impl Future<Output = ()> + Send;
    /// Runs the batch, or a part of it, where whoever watches sees it as one.
    fn watched<F: Future + Send>(
        &self,
        size: usize,
        reason: FlushReason,
        run: F,
    ) -> impl Future<Output = F::Output> + Send;
    /// A batch, or a part of one, has run; how long its calls waited is not among the facts.
    fn has_run(&self, facts: &BatchFacts);
    /// A run has failed whose callers had all gone.
    fn unheard(&self, error: &ToolError);
}

/// One call on its way into a batch.
pub(crate) struct Load<T: Terms> {
    pub(crate) tenant: Tenant,
    pub(crate) call: Call,
    pub(crate) key: BatchKey,
    /// Calls with the same key are one question; none is never joined with another.
    pub(crate) same: Option<CacheKey>,
    /// For a call that writes; all calls of a tool do, or none does.
    pub(crate) written: Option<T::Written>,
    /// What its caller is a part of.
    pub(crate) aboard: Option<Arc<Aboard>>,
    /// Whether its caller does not try again if the run fails for now.
    pub(crate) is_last_try: bool,
    /// If it was announced.
    pub(crate) announced: Option<Announced<T>>,
}

/// The answer of a batch to one call.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// The run; none, if the batch was not allowed to run.
    pub(crate) ran: Option<Ran>,
    /// What the run has read besides what the tool declares.
    pub(crate) reads: Arc<[Read]>,
}

impl Answer {
    /// There was no run.
    fn refused(error: ToolError) -> Self {
        Self {
            reply: Err(error),
            ran: None,
            reads: Arc::default(),
        }
    }
}

/// A batch that ran.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran {
    pub(crate) facts: BatchFacts,
    /// How often the call ran: more than once, if its batch was split.
    pub(crate) runs: u32,
    /// When the batch left.
    left: Instant,
    /// A random number from 0 to 1, one for all callers: those who try again do so together, as one batch.
    pub(crate) draw: f64,
}

impl Ran {
    /// The same for a call that came at this moment.
    fn for_one(mut self, arrived: Instant) -> Self {
        self.facts.wait_time = self.left.saturating_duration_since(arrived);
        self
    }
}

/// The batches of one tool.
pub(crate) struct Batches<T: Terms> {
    shared: Arc<Shared<T>>,
}

/// What all groups of a tool share.
struct Shared<T: Terms> {
    tool: ToolEntry,
    /// The tool's place in its registry.
    place: usize,
    function: &'static dyn BatchCall,
    terms: T,
    batching: Batching,
    bounds: Bounds,
    in_flight: Arc<Semaphore>,
    groups: Map<Tenant, Arc<Group<T>>>,
    counters: BatchCounters,
    is_closing: AtomicBool,
}

impl<T: Terms> Batches<T> {
    /// The batches of the tool at this place; none, if it has no batch function.
    pub(crate) fn new(
        tool: ToolEntry,
        place: usize,
        batching: Batching,
        terms: impl FnOnce() -> T,
    ) -> Option<Self> {
        let function = tool.spec().batch_call()?;
        let in_flight = batching.max_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        let shared = Shared {
            tool,
            place,
            function,
            terms: terms(),
            batching,
            bounds: Bounds::of(tool.spec(), &batching),
            in_flight: Arc::new(Semaphore::new(in_flight)),
            groups: Map::default(),
            counters: BatchCounters::default(),
            is_closing: AtomicBool::new(false),
        };
        Some(Self {
            shared: Arc::new(shared),
        })
    }

    /// The batch function.
    pub(crate) fn function(&self) -> &'static dyn BatchCall {
        self.shared.function
    }

    /// What has happened to the batches of this tool.
    pub(crate) fn stats(&self, tool: &'static str) -> BatchStats {
        self.shared.counters.read(tool, self.shared.groups.len())
    }

    /// What has happened.
    pub(crate) fn counters(&self) -> &BatchCounters {
        &self.shared.counters
    }

    /// The answer for one call. A caller that goes away leaves its batch, if that has not left itself.
    pub(crate) async fn load(&self, mut load: Load<T>) -> Answer {
        loop {
            let announced = load.announced.as_ref();
            let announced = announced.and_then(Announced::group).cloned();
            let group = announced.unwrap_or_else(|| self.group(&load.tenant));
            match group.load(load).await {
                Ok(answer) => return answer,
                Err(back) => load = back,
            }
            load.announced = None;
            group.forget_if_retired();
        }
    }

    /// Whether it makes a difference that calls are announced.
    pub(crate) fn listens(&self) -> bool {
        self.shared.batching.policy == FlushPolicy::Adaptive
    }

    /// One of several calls of a tick is on its way: its batch waits for it.
    pub(crate) fn announce(&self, tenant: &Tenant) -> Option<Announced<T>> {
        self.group(tenant).announce()
    }

    fn group(&self, tenant: &Tenant) -> Arc<Group<T>> {
        if let Some(group) = self.shared.groups.get(tenant) {
            return Arc::clone(&group);
        }
        let group = match self.shared.groups.entry(tenant.clone()) {
            Entry::Occupied(group) => return Arc::clone(group.get()),
            Entry::Vacant(place) => {
                let group = Group::new(&self.shared, tenant.clone());
                place.insert(Arc::clone(&group));
                group
            }
        };
        spawn(group.collector());
        // Who says so after this looks through the table.
        if self.shared.is_closing.load(Ordering::SeqCst) {
            group.close();
        }
        group
    }

    /// What waits leaves now, and so does what still comes.
    pub(crate) fn close(&self) {
        self.shared.is_closing.store(true, Ordering::SeqCst);
        for group in self.groups() {
            group.close();
        }
    }

    fn groups(&self) -> Vec<Arc<Group<T>>> {
        let groups = self.shared.groups.iter();
        groups.map(|group| Arc::clone(group.value())).collect()
    }
}

/// Nobody is there any more who could load: the collectors, which hold what they need of it, end.
impl<T: Terms> Drop for Batches<T> {
    fn drop(&mut self) {
        for group in self.groups() {
            group.abandon();
        }
    }
}

impl<T: Terms> Shared<T> {
    async fn admit(&self, party: &T::Party, outer: Outer) -> Result<Permits<T>, ToolError> {
        // A batch that is part of a run does not wait for others, which may wait for what its run holds.
        let in_flight = if outer.is_in_run {
            None
        } else {
            let permit = Arc::clone(&self.in_flight).acquire_owned().await;
            Some(permit.expect("the permits of a tool's batches are never closed"))
        };
        Ok(Permits {
            _in_flight: in_flight,
            of_terms: self.terms.admit(party, outer.runs).await?,
        })
    }

    /// Whether a failed run may be repeated.
    fn may_repeat(&self) -> bool {
        self.tool.spec().is_idempotent()
    }

    fn overloaded(&self) -> ToolError {
        let (tool, waiting) = (self.tool.spec().name(), self.batching.max_waiting);
        ToolError::overloaded(format_args!(
            "`{tool}` has {waiting} calls waiting already: call it again later"
        ))
    }
}
