//! Building a harness: what can be wrong with it is said here, not at the first call.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::stats::Counters;
use super::{Harness, Inner, Levers};
use crate::batch::Loader;
use crate::cache::{Capacity, Flights, ResultCache};
use crate::key::KeyMaker;
use crate::limit::Limits;
use crate::registry::Registry;
use crate::tool::{SharedState, States};

/// How many tools run at once in a harness that was not told.
const MAX_CONCURRENCY: usize = 8;
/// How many bytes of results a harness keeps that was not told.
const CACHE_CAPACITY: u64 = 64 * 1024 * 1024;
/// How many bytes one result may have in a harness that was not told: a model does not read more anyway.
const CACHE_ENTRY_LIMIT: u64 = 1024 * 1024;

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
    namespace: String,
    key_secret: Vec<u8>,
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
            namespace: String::new(),
            key_secret: Vec::new(),
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

    /// The harness.
    ///
    /// # Errors
    /// All that is wrong: state that a tool needs and that is not there, a cap of zero.
    pub fn build(self) -> Result<Harness, HarnessError> {
        let mut problems = Vec::new();
        if self.max_concurrency == 0 {
            problems.push(HarnessProblem::NoConcurrency);
        }
        for tool in self.registry.tools() {
            let spec = tool.spec();
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
        if !problems.is_empty() {
            return Err(HarnessError { problems });
        }
        let permits = Arc::new(Semaphore::new(
            self.max_concurrency.min(Semaphore::MAX_PERMITS),
        ));
        let limits = self.registry.tools().iter();
        let limits = limits.map(|tool| Arc::new(Limits::new(tool.spec(), Arc::clone(&permits))));
        let counters = Counters::default();
        Ok(Harness {
            inner: Arc::new(Inner {
                limits: limits.collect(),
                registry: self.registry,
                states: Arc::new(self.states),
                levers: self.levers,
                keys: KeyMaker::new(&self.namespace, &self.key_secret),
                cache: ResultCache::new(Capacity {
                    bytes: self.cache_capacity,
                    entries: self.cache_entries,
                    entry_bytes: self.cache_entry_limit,
                }),
                flights: Flights::default(),
                loader: Loader::new(counters.batches()),
                counters,
            }),
        })
    }
}

/// Why there is no harness: every problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarnessError {
    problems: Vec<HarnessProblem>,
}

/// One problem of a harness.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HarnessProblem {
    /// A tool needs state of a type that the harness was not given.
    MissingState {
        /// The tool's name.
        tool: &'static str,
        /// Where it is declared.
        location: &'static Location<'static>,
        /// The type, as the compiler writes it.
        type_name: &'static str,
    },
    /// The concurrency cap is zero, so that nothing would ever run.
    NoConcurrency,
}

impl HarnessError {
    /// The problems.
    #[must_use]
    pub fn problems(&self) -> &[HarnessProblem] {
        &self.problems
    }
}

impl fmt::Display for HarnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for HarnessError {}

impl fmt::Display for HarnessProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HarnessProblem::MissingState {
                tool,
                location,
                type_name,
            } => write!(
                f,
                "the tool `{tool}` at {location} needs state of type `{type_name}`: give the harness one with `.state(…)`"
            ),
            HarnessProblem::NoConcurrency => {
                f.write_str("a concurrency cap of 0 would never run anything: give at least 1")
            }
        }
    }
}
