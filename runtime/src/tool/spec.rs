//! The declaration of a tool as plain data, written by `#[tool]` and read by everything else.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use super::{BatchCall, ParamInfo, StateSpec};

/// A tool's declaration.
#[derive(Clone, Copy)]
pub struct ToolSpec {
    name: &'static str,
    description: &'static str,
    location: &'static Location<'static>,
    params: &'static [&'static dyn ParamInfo],
    states: &'static [StateSpec],
    ttl: Option<Duration>,
    exclude: &'static [usize],
    tenancy: Tenancy,
    version: u32,
    batch: Option<&'static dyn BatchCall>,
    reads: &'static [&'static str],
    writes: &'static [&'static str],
}

/// Who may see a tool's results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tenancy {
    /// The tenant of the session, or everyone without a tenant: the default.
    Session,
    /// A tenant, always: a call without one is refused (`tenant_scoped`).
    Required,
    /// All tenants (`shared`).
    Shared,
}

/// Begins a declaration; its location is the caller's.
#[track_caller]
#[must_use]
pub const fn spec(name: &'static str, description: &'static str) -> ToolSpec {
    ToolSpec {
        name,
        description,
        location: Location::caller(),
        params: &[],
        states: &[],
        ttl: None,
        exclude: &[],
        tenancy: Tenancy::Session,
        version: 1,
        batch: None,
        reads: &[],
        writes: &[],
    }
}

/// Written by `#[tool]`.
#[doc(hidden)]
impl ToolSpec {
    #[must_use]
    pub const fn params(self, params: &'static [&'static dyn ParamInfo]) -> Self {
        Self { params, ..self }
    }

    #[must_use]
    pub const fn states(self, states: &'static [StateSpec]) -> Self {
        Self { states, ..self }
    }

    #[must_use]
    pub const fn ttl_millis(self, millis: u64) -> Self {
        Self {
            ttl: Some(Duration::from_millis(millis)),
            ..self
        }
    }

    #[must_use]
    pub const fn cache_key_exclude(self, exclude: &'static [usize]) -> Self {
        Self { exclude, ..self }
    }

    #[must_use]
    pub const fn tenant_scoped(self) -> Self {
        Self {
            tenancy: Tenancy::Required,
            ..self
        }
    }

    #[must_use]
    pub const fn shared(self) -> Self {
        Self {
            tenancy: Tenancy::Shared,
            ..self
        }
    }

    #[must_use]
    pub const fn version(self, version: u32) -> Self {
        Self { version, ..self }
    }

    #[must_use]
    pub const fn batch(self, batch: &'static dyn BatchCall) -> Self {
        Self {
            batch: Some(batch),
            ..self
        }
    }

    #[must_use]
    pub const fn reads(self, reads: &'static [&'static str]) -> Self {
        Self { reads, ..self }
    }

    #[must_use]
    pub const fn writes(self, writes: &'static [&'static str]) -> Self {
        Self { writes, ..self }
    }
}

impl ToolSpec {
    /// The name that a model calls.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The description that a model reads.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// Where the tool is declared.
    #[must_use]
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// The arguments, in the order of their declaration.
    #[must_use]
    pub const fn arguments(&self) -> &'static [&'static dyn ParamInfo] {
        self.params
    }

    /// How long a result stays fresh; nothing, if the tool is never cached.
    #[must_use]
    pub fn ttl(&self) -> Option<Duration> {
        self.ttl.filter(|ttl| !ttl.is_zero())
    }

    /// Whether the argument at this index is left out of the cache key.
    #[must_use]
    pub fn is_excluded(&self, index: usize) -> bool {
        self.exclude.contains(&index)
    }

    /// Who may see the results.
    #[must_use]
    pub const fn tenancy(&self) -> Tenancy {
        self.tenancy
    }

    /// The version, which is part of the cache key.
    #[must_use]
    pub const fn cache_version(&self) -> u32 {
        self.version
    }

    /// The name of the batch function.
    #[must_use]
    pub fn batch_function(&self) -> Option<&'static str> {
        self.batch.map(BatchCall::name)
    }

    pub(crate) fn batch_call(&self) -> Option<&'static dyn BatchCall> {
        self.batch
    }

    /// The resources that a call reads, as templates over its arguments.
    #[must_use]
    pub const fn reads_templates(&self) -> &'static [&'static str] {
        self.reads
    }

    /// The resources that a call writes, as templates over its arguments.
    #[must_use]
    pub const fn writes_templates(&self) -> &'static [&'static str] {
        self.writes
    }

    /// Every type of state that the tool or its batch function needs.
    #[must_use]
    pub fn state_specs(&self) -> Vec<StateSpec> {
        let mut states = self.states.to_vec();
        states.extend(self.batch.map(BatchCall::states).unwrap_or_default());
        states
    }
}

impl fmt::Debug for ToolSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments: Vec<&str> = self.params.iter().map(|param| param.name()).collect();
        f.debug_struct("ToolSpec")
            .field("name", &self.name)
            .field("arguments", &arguments)
            .field("ttl", &self.ttl)
            .field("exclude", &self.exclude)
            .field("tenancy", &self.tenancy)
            .field("version", &self.version)
            .field("batch", &self.batch_function())
            .field("reads", &self.reads)
            .field("writes", &self.writes)
            .finish_non_exhaustive()
    }
}
