//! What runs calls: a registry, the application's state, the result cache, the batch loader and the limits.
//!
//! A call goes through these stages:
//!
//! 1. it is validated;
//! 2. it is ordered after the earlier calls of its tick that it conflicts with or that its `after` names;
//! 3. it is looked up in the cache;
//! 4. it joins a batch, or goes on alone;
//! 5. the call, or the batch, waits until there is room at once under the harness's cap, the tool's `max_concurrency`,
//!    its `rate` and the session's own cap; who waits holds nothing. Sessions and groups of batches take turns, and within
//!    a session the call goes first with which the longest chain begins;
//! 6. it runs, for no longer than the tool's `timeout`, which counts from this moment and not from an earlier one;
//! 7. if that failed and may be tried again (`retries`), the call pauses, holding nothing, and goes back to 4.
//!
//! A call that a running tool makes is lent the places that the tool holds and does not need while it waits: the harness's,
//! its session's, and the tool's own if it calls itself. Of several such calls at once, one is lent them, and the others
//! wait for it or for places that are free. A call of the tool that runs is never batched.
//!
//! When a tick is dropped, its calls leave wherever they wait, and what runs is dropped, with all that it holds. The
//! exception is a run that writes and has begun: it goes on to its end, and keeps its permits until then.

mod age;
mod answered;
mod arguments;
mod batching;
mod builder;
mod caller;
mod gate;
mod invalidation;
mod latency;
mod layer;
mod levers;
mod lookup;
#[cfg(feature = "metrics")]
mod metering;
mod nested;
mod prepare;
mod problem;
mod report;
mod run;
mod session;
mod single;
mod stats;
#[cfg(feature = "__bench")]
pub mod steps;
mod stream;
mod task;
mod telemetry;
mod tick;

use std::fmt;
use std::sync::Arc;

use self::batching::BatchTerms;
pub use self::builder::HarnessBuilder;
use self::gate::Gate;
use self::invalidation::Subscribers;
pub use self::invalidation::{Invalidation, Invalidations};
pub use self::layer::{Layer, LayerCall, Next};
pub use self::levers::Levers;
pub use self::problem::{HarnessError, HarnessProblem};
pub use self::report::TickReport;
pub use self::session::{Session, SessionBuilder};
use self::stats::Counters;
pub use self::stats::{Stats, TickStats, ToolStats};
pub use self::stream::{OpenTick, OutcomeStream};
use crate::batch::{BatchStats, Batches};
#[cfg(feature = "redis")]
use crate::cache::TierStats;
use crate::cache::{Flights, ResultCache};
use crate::key::ToolKeys;
use crate::limit::Limits;
use crate::registry::Registry;
use crate::tool::States;

/// Runs the calls of any number of sessions at once. Cheap to clone.
///
/// ```
/// use toolwright::{CacheStatus, Harness, ToolCall, tool, registry};
///
/// /// Add two numbers.
/// #[tool(ttl = "1h")]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> Result<i64, String> {
///     Ok(a + b)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let harness = Harness::builder(registry![add]?).build()?;
/// let session = harness.session().tenant("acme").start();
/// let call = ToolCall::new("call_1", "add", r#"{"a": 1, "b": 2}"#);
/// let outcomes = session.dispatch([call.clone()]).await;
/// assert_eq!(outcomes[0].text(), "3");
///
/// let again = session.dispatch([call]).await;
/// assert_eq!(again[0].cache(), CacheStatus::Hit);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Harness {
    inner: Arc<Inner>,
}

/// What all sessions and calls share.
struct Inner {
    registry: Registry,
    states: Arc<States>,
    levers: Levers,
    discloses_age: bool,
    cache: ResultCache,
    flights: Flights<run::FlightKey, answered::Answered>,
    /// What belongs to each tool, in the order of the registry.
    parts: Box<[ToolParts]>,
    counters: Counters,
    subscribers: Subscribers,
    gate: Gate,
    /// What goes on around each call; the first is the outermost.
    layers: Box<[Arc<dyn Layer>]>,
    /// How many bytes the arguments of a call may have, and the text of a result that a model reads.
    argument_limit: usize,
    result_limit: usize,
    /// How many bytes a reference stands for.
    reference_limit: usize,
    /// How deep calls go that tools make themselves.
    max_depth: usize,
    /// How many calls a tick may have.
    max_calls: usize,
    /// The id of calls that have none.
    no_id: Arc<str>,
}

/// What a harness has for one tool.
struct ToolParts {
    limits: Arc<Limits>,
    keys: ToolKeys,
    /// Its batches, if it has a batch function.
    batches: Option<Batches<BatchTerms>>,
    /// Its name, as outcomes repeat it.
    name: Arc<str>,
    /// How long its runs take.
    latency: latency::Latency,
    /// What one run costs.
    cost: Option<f64>,
    #[cfg(feature = "metrics")]
    meters: metering::Meters,
}

impl Harness {
    /// Begins a harness that runs the tools of this registry.
    pub fn builder(registry: Registry) -> HarnessBuilder {
        HarnessBuilder::new(registry)
    }

    /// Begins a session: one agent's run.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(Arc::clone(&self.inner))
    }

    /// Ends the harness in order: calls that come after this fail with [`ErrorKind::ShuttingDown`], whatever the cache
    /// has; what waits for company in a batch leaves at once ([`FlushReason::Shutdown`]); and this returns when everything
    /// that was running has ended, writes whose callers had gone included.
    ///
    /// Calls that a running tool makes itself still run. To give up waiting, drop the future: the harness stays closed.
    ///
    /// ```
    /// # use toolwright::{ErrorKind, Harness, registry};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let harness = Harness::builder(registry![]?).build()?;
    /// # let session = harness.session().start();
    /// harness.shutdown().await;
    /// let outcome = session.call("look_up", "{}").await;
    /// assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::ShuttingDown);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`ErrorKind::ShuttingDown`]: crate::ErrorKind::ShuttingDown
    /// [`FlushReason::Shutdown`]: crate::FlushReason::Shutdown
    pub async fn shutdown(&self) {
        self.inner.gate.close();
        for batches in self.inner.parts.iter().filter_map(|it| it.batches.as_ref()) {
            batches.close();
        }
        self.inner.gate.is_empty().await;
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// What happened so far, over all sessions.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let batches = self
            .inner
            .parts
            .iter()
            .filter_map(|parts| parts.batches.as_ref());
        let batches = batches.map(Batches::counters);
        self.inner.counters.read(&self.inner.cache, batches)
    }

    /// What happened so far in the tier of the cache that processes share; nothing if there is none.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn tier_stats(&self) -> Option<TierStats> {
        self.inner.cache.tier_stats()
    }

    /// What happened so far to the calls of each tool, and what the cache has saved; in the order of the registry.
    ///
    /// ```
    /// # use toolwright::{Harness, registry};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let harness = Harness::builder(registry![]?).build()?;
    /// for tool in harness.tool_stats() {
    ///     println!("{}: {} of {} calls were hits", tool.tool, tool.cache_hits, tool.calls);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn tool_stats(&self) -> Vec<ToolStats> {
        let Inner {
            registry,
            parts,
            counters,
            cache,
            ..
        } = &*self.inner;
        let tools = registry.names().zip(parts).enumerate();
        tools
            .map(|(place, (name, parts))| counters.of_tool(place, name, parts.cost, cache))
            .collect()
    }

    /// The ticks so far, over all sessions: how many calls each had, and how long it took.
    ///
    /// ```
    /// # use toolwright::{Harness, registry};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let harness = Harness::builder(registry![]?).build()?;
    /// let ticks = harness.tick_stats();
    /// println!("{:.1} calls a tick, half of the ticks within {} us", ticks.calls.mean(), ticks.times.quantile(0.5));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn tick_stats(&self) -> TickStats {
        self.inner.counters.ticks()
    }

    /// What happened so far to the batches of each tool that has a batch function; in the order of the registry.
    ///
    /// ```
    /// # use toolwright::{Harness, registry};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let harness = Harness::builder(registry![]?).build()?;
    /// for tool in harness.batch_stats() {
    ///     println!("{}: {} batches, {:.1} keys in each", tool.tool, tool.batches, tool.mean_size());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn batch_stats(&self) -> Vec<BatchStats> {
        let Inner {
            registry, parts, ..
        } = &*self.inner;
        let tools = registry.names().zip(parts);
        tools
            .filter_map(|(name, parts)| Some(parts.batches.as_ref()?.stats(name)))
            .collect()
    }
}

impl Inner {
    /// How long a run of the tool at this place is expected to take, in nanoseconds.
    fn latency(&self, place: usize) -> u64 {
        let parts = self.parts.get(place);
        parts.map_or(0, |parts| parts.latency.expected())
    }

    /// Whether a call can say anything of other calls.
    fn offers(&self) -> bool {
        self.registry.references() || self.registry.call_order()
    }

    /// Whether a call of the tool of this name can say anything of other calls.
    fn may_be_wired(&self, tool: &str) -> bool {
        let found = self.registry.find(tool);
        found.is_some_and(|(_, tool)| tool.may_be_wired())
    }

    /// Whether the tool of this name writes.
    fn writes(&self, tool: &str) -> bool {
        let found = self.registry.find(tool);
        found.is_some_and(|(_, tool)| !tool.spec().writes_templates().is_empty())
    }
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness")
            .field("tools", &self.inner.registry.len())
            .field("levers", &self.inner.levers)
            .finish_non_exhaustive()
    }
}
