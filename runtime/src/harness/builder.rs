//! Building a harness: what can be wrong with it is said here, not at the first call.

use std::sync::Arc;

use super::batching::BatchTerms;
use super::gate::Gate;
use super::invalidation::Subscribers;
use super::latency::Latency;
use super::layer::Layer;
use super::stats::Counters;
use super::{Harness, HarnessError, HarnessProblem, Inner, Levers, ToolParts, telemetry};
use crate::batch::{Batches, Batching};
#[cfg(feature = "redis")]
use crate::cache::RedisTier;
use crate::cache::{CacheOptions, Capacity, Flights, ResultCache, Slots};
use crate::key::KeyMaker;
use crate::limit::{Admission, Limits};
use crate::registry::Registry;
use crate::tool::{SharedState, States};

/// How many tools run at once in a harness that was not told.
const MAX_CONCURRENCY: usize = 8;
/// How many bytes of results a harness keeps that was not told.
const CACHE_CAPACITY: u64 = 64 * 1024 * 1024;
/// How many bytes one result may have in a harness that was not told: a model does not read more anyway.
const CACHE_ENTRY_LIMIT: u64 = 1024 * 1024;
/// By what part a TTL is shortened at most in a harness that was not told.
const TTL_JITTER: f64 = 0.05;

/// How many bytes arguments and results have at most in a harness that was not told: a model does not write or read more.
const SIZE_LIMIT: usize = 1024 * 1024;
/// How many bytes a reference stands for at most in a harness that was not told.
const REFERENCE_LIMIT: usize = 256 * 1024;
/// How deep calls go that tools make themselves in a harness that was not told.
const MAX_DEPTH: usize = 16;
/// How many calls a tick has at most in a harness that was not told.
const MAX_CALLS: usize = usize::MAX;

/// Collects what a [`Harness`] needs.
#[must_use = "a builder does nothing until `build()`"]
pub struct HarnessBuilder {
    registry: Registry,
    states: States,
    levers: Levers,
    max_concurrency: usize,
    cache_capacity: u64,
    cache_entries: u64,
    cache_entry_limit: u64,
    ttl_jitter: f64,
    discloses_age: bool,
    run_costs: Vec<(String, f64)>,
    batching: Batching,
    batching_of: Vec<(String, Batching)>,
    layers: Vec<Arc<dyn Layer>>,
    argument_limit: usize,
    result_limit: usize,
    reference_limit: usize,
    max_depth: usize,
    max_calls: usize,
    namespace: String,
    key_secret: Vec<u8>,
    #[cfg(feature = "redis")]
    redis: Option<RedisTier>,
}

impl HarnessBuilder {
    pub(super) fn new(registry: Registry) -> Self {
        Self {
            registry,
            states: States::default(),
            levers: Levers::all(),
            max_concurrency: MAX_CONCURRENCY,
            cache_capacity: CACHE_CAPACITY,
            cache_entries: u64::MAX,
            cache_entry_limit: CACHE_ENTRY_LIMIT,
            ttl_jitter: TTL_JITTER,
            discloses_age: false,
            run_costs: Vec::new(),
            batching: Batching::new(),
            batching_of: Vec::new(),
            layers: Vec::new(),
            argument_limit: SIZE_LIMIT,
            result_limit: SIZE_LIMIT,
            reference_limit: REFERENCE_LIMIT,
            max_depth: MAX_DEPTH,
            max_calls: MAX_CALLS,
            namespace: String::new(),
            key_secret: Vec::new(),
            #[cfg(feature = "redis")]
            redis: None,
        }
    }

    /// Application state, for `#[state]` parameters, `State<T>` and `&self` of this type. An `Arc<T>` is also a `T` to
    /// those that only borrow it. The last value of a type counts.
    pub fn state<T: SharedState>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// Which levers are on: all, unless this is called.
    pub fn levers(self, levers: Levers) -> Self {
        Self { levers, ..self }
    }

    /// How many tools and batches run at once: 8, unless this is called.
    pub fn max_concurrency(self, max_concurrency: usize) -> Self {
        Self {
            max_concurrency,
            ..self
        }
    }

    /// How many bytes of results are kept: 64 MiB, unless this is called.
    pub fn cache_capacity(self, bytes: u64) -> Self {
        Self {
            cache_capacity: bytes,
            ..self
        }
    }

    /// How many results are kept: as many as there is room for, unless this is called.
    pub fn cache_entries(self, entries: u64) -> Self {
        Self {
            cache_entries: entries,
            ..self
        }
    }

    /// How many bytes one result may have to be kept: 1 MiB, unless this is called.
    pub fn cache_entry_limit(self, bytes: u64) -> Self {
        Self {
            cache_entry_limit: bytes,
            ..self
        }
    }

    /// By what part of itself a TTL is shortened at most: 0.05, unless this is called. The part is taken from the cache
    /// key, so that results that were made together do not all expire together, and it is always the same for a key.
    /// With 0, every result stays fresh for the whole of its TTL.
    pub fn ttl_jitter(self, ttl_jitter: f64) -> Self {
        Self { ttl_jitter, ..self }
    }

    /// Whether the model is told how old a result is that was kept, whatever the tool says: a line such as
    /// `[cached, 5 min old]` follows the result. Not, unless this is called; `#[tool(disclose_age)]` is the same for
    /// one tool.
    pub fn disclose_age(self, discloses_age: bool) -> Self {
        Self {
            discloses_age,
            ..self
        }
    }

    /// What one run of a tool costs, in any unit of money: [`ToolStats::cost_saved`](crate::ToolStats::cost_saved) is
    /// in the same one.
    pub fn run_cost(mut self, tool: impl Into<String>, cost: f64) -> Self {
        self.run_costs.push((tool.into(), cost));
        self
    }

    /// How the calls of batched tools are gathered: as [`Batching::new`] says, unless this is called.
    pub fn batching(self, batching: Batching) -> Self {
        Self { batching, ..self }
    }

    /// How the calls of one batched tool are gathered, in place of what holds for all.
    pub fn batching_of(mut self, tool: impl Into<String>, batching: Batching) -> Self {
        self.batching_of.push((tool.into(), batching));
        self
    }

    /// What goes on around each call, inside of the layers that were added before: the first is the outermost.
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.layers.push(Arc::new(layer));
        self
    }

    /// How many bytes the arguments of a call may have: 1 MiB, unless this is called. A call with more is refused.
    pub fn argument_limit(self, bytes: usize) -> Self {
        Self {
            argument_limit: bytes,
            ..self
        }
    }

    /// How many bytes of a result a model is given: 1 MiB, unless this is called. Of a longer one it gets the beginning, up
    /// to a whole character, and a line that says how much is missing. Files that do not fit are left out. What the cache
    /// keeps, and what calls from inside of a tool get, is whole.
    pub fn result_limit(self, bytes: usize) -> Self {
        Self {
            result_limit: bytes,
            ..self
        }
    }

    /// How many bytes the value may have that is filled in for a reference: 256 KiB, unless this is called. A call that
    /// refers to more is refused. See [`Registry::with_references`](crate::Registry::with_references).
    pub fn reference_limit(self, bytes: usize) -> Self {
        Self {
            reference_limit: bytes,
            ..self
        }
    }

    /// How deep calls go that tools make themselves ([`Context::call`](crate::Context::call)): 16, unless this is called.
    pub fn max_depth(self, max_depth: usize) -> Self {
        Self { max_depth, ..self }
    }

    /// How many calls of one message are run: all, unless this is called. Those that come after them are refused.
    pub fn max_calls(self, max_calls: usize) -> Self {
        Self { max_calls, ..self }
    }

    /// Part of every cache key: two applications with two namespaces never share a result.
    pub fn namespace(self, namespace: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            ..self
        }
    }

    /// What the cache keys are keyed with, so that whoever sees a key cannot guess the arguments behind it.
    pub fn key_secret(self, secret: impl Into<Vec<u8>>) -> Self {
        Self {
            key_secret: secret.into(),
            ..self
        }
    }

    /// A second tier of the result cache, which the processes share that have the same Redis, namespace and key secret.
    ///
    /// See [`RedisTier`], also for what it guarantees when Redis is down.
    #[cfg(feature = "redis")]
    pub fn redis(self, tier: RedisTier) -> Self {
        Self {
            redis: Some(tier),
            ..self
        }
    }

    fn problems(&self) -> Vec<HarnessProblem> {
        let mut problems = Vec::new();
        if self.max_concurrency == 0 {
            problems.push(HarnessProblem::NoConcurrency);
        }
        if !(0.0..=1.0).contains(&self.ttl_jitter) {
            problems.push(HarnessProblem::InvalidJitter);
        }
        let names: Vec<_> = self.registry.names().collect();
        let unknown = self.run_costs.iter().map(|(tool, _)| tool);
        let unknown = unknown.chain(self.batching_of.iter().map(|(tool, _)| tool));
        problems.extend(
            unknown
                .filter(|tool| !names.contains(&tool.as_str()))
                .map(|tool| HarnessProblem::UnknownTool { tool: tool.clone() }),
        );
        let own = self.batching_of.iter().map(|(_, batching)| batching);
        if own
            .chain([&self.batching])
            .any(|batching| !batching.lets_calls_in())
        {
            problems.push(HarnessProblem::NoBatching);
        }
        for tool in self.registry.tools() {
            let spec = tool.spec();
            let is_named = |(name, _): &(String, Batching)| name == spec.name();
            if self.batching_of.iter().any(is_named) && spec.batch_function().is_none() {
                problems.push(HarnessProblem::NotBatched { tool: spec.name() });
            }
            let mut missing: Vec<&'static str> = spec
                .state_specs()
                .iter()
                .filter(|state| !self.states.has(state))
                .map(crate::tool::StateSpec::type_name)
                .collect();
            missing.sort_unstable();
            missing.dedup();
            problems.extend(
                missing
                    .into_iter()
                    .map(|type_name| HarnessProblem::MissingState {
                        tool: spec.name(),
                        location: spec.location(),
                        type_name,
                    }),
            );
        }
        problems
    }

    /// The harness. With the feature `tracing`, every lint of the registry is a warning; with the
    /// feature `metrics`, the recorder has to be installed before.
    ///
    /// # Errors
    /// All that is wrong: state that a tool needs and that is not there, a cap of zero, a jitter that is not from 0 to
    /// 1, options for a tool that there is not or that cannot have them.
    pub fn build(self) -> Result<Harness, HarnessError> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(HarnessError { problems });
        }
        telemetry::warn_of_lints(&self.registry);
        let admission = Admission::new(self.max_concurrency);
        let gate = Gate::default();
        let keys = KeyMaker::new(&self.namespace, &self.key_secret);
        let parts = self
            .registry
            .tools()
            .iter()
            .enumerate()
            .map(|(place, tool)| {
                let spec = tool.spec();
                let limits = Arc::new(Limits::new(spec, &admission));
                let own = |(name, own): &(String, Batching)| (name == spec.name()).then_some(*own);
                let batching = self.batching_of.iter().rev().find_map(own);
                let terms = || BatchTerms {
                    tool: spec.name(),
                    limits: Arc::clone(&limits),
                    gate: gate.clone(),
                    #[cfg(feature = "metrics")]
                    meters: super::metering::BatchMeters::of(spec.name()),
                };
                let batching = batching.unwrap_or(self.batching);
                let cost = |(name, cost): &(String, f64)| (name == spec.name()).then_some(*cost);
                ToolParts {
                    batches: Batches::new(*tool.entry(), place, batching, terms),
                    limits,
                    keys: keys.tool(spec.name(), spec.cache_version()),
                    name: Arc::from(spec.name()),
                    latency: Latency::default(),
                    cost: self.run_costs.iter().rev().find_map(cost),
                    #[cfg(feature = "metrics")]
                    meters: super::metering::Meters::of(spec.name()),
                }
            });
        let parts: Box<[_]> = parts.collect();
        let counters = Counters::new(parts.len());
        #[cfg(feature = "redis")]
        let tier = self.redis.map(|redis| {
            let secret = keys.derive("toolwright 2026-11 shared tier");
            redis.open(&secret)
        });
        #[cfg(not(feature = "redis"))]
        let tier = None;
        let cache = ResultCache::new(CacheOptions {
            capacity: Capacity {
                bytes: self.cache_capacity,
                entries: self.cache_entries,
                entry_bytes: self.cache_entry_limit,
            },
            jitter: self.ttl_jitter,
            slots: Slots::new(&keys.derive("toolwright 2026-11 slots")),
            tools: parts.len(),
            tier,
        });
        Ok(Harness {
            inner: Arc::new(Inner {
                registry: self.registry,
                states: Arc::new(self.states),
                levers: self.levers,
                discloses_age: self.discloses_age,
                cache,
                flights: Flights::default(),
                parts,
                counters,
                subscribers: Subscribers::default(),
                gate,
                layers: self.layers.into(),
                argument_limit: self.argument_limit,
                result_limit: self.result_limit,
                reference_limit: self.reference_limit,
                max_depth: self.max_depth,
                max_calls: self.max_calls,
                no_id: Arc::from(""),
            }),
        })
    }
}
