//! The declaration of a tool as plain data, written by `#[tool]` and read by everything else.

mod build;

use std::fmt;
use std::panic::Location;
use std::time::Duration;

pub use self::build::spec;
use super::output::SchemaOf;
use super::{BatchCall, ParamInfo, StateSpec};

/// A tool's declaration.
#[derive(Clone, Copy)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of the declaration, and they go together in any way"
)]
pub struct ToolSpec {
    name: &'static str,
    title: Option<&'static str>,
    description: &'static str,
    location: &'static Location<'static>,
    params: &'static [&'static dyn ParamInfo],
    states: &'static [StateSpec],
    output_schema: Option<SchemaOf>,
    coerces: bool,
    discloses_age: bool,
    ttl: Option<Duration>,
    stale_while_revalidate: Option<Duration>,
    stale_if_error: Option<Duration>,
    exclude: &'static [&'static str],
    tenancy: Tenancy,
    version: u32,
    batch: Option<&'static dyn BatchCall>,
    has_body: bool,
    batch_window: Option<Duration>,
    batch_max: Option<u32>,
    reads: &'static [&'static str],
    writes: &'static [&'static str],
    after: &'static [&'static str],
    timeout: Option<Duration>,
    retries: u32,
    max_concurrency: Option<u32>,
    rate: Option<Rate>,
    is_idempotent: bool,
    is_destructive: bool,
}

/// So many calls in such a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// How many calls.
    pub calls: u32,
    /// In what time.
    pub per: Duration,
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

    /// How long past its TTL a result is served while a new one is fetched (RFC 5861).
    #[must_use]
    pub const fn stale_while_revalidate(&self) -> Option<Duration> {
        self.stale_while_revalidate
    }

    /// How long past its TTL a result is served when the tool fails (RFC 5861).
    #[must_use]
    pub const fn stale_if_error(&self) -> Option<Duration> {
        self.stale_if_error
    }

    /// The arguments that are left out of the cache key.
    #[must_use]
    pub const fn excluded(&self) -> &'static [&'static str] {
        self.exclude
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

    /// Whether the tool can run for a call alone, without its batch function.
    #[must_use]
    pub const fn has_body(&self) -> bool {
        self.has_body
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

    /// How long a call waits at most for others to join its batch; the harness's own window, if there is none here.
    #[must_use]
    pub const fn batch_window(&self) -> Option<Duration> {
        self.batch_window
    }

    /// How many different keys a batch has at most; the harness's own number, if there is none here.
    #[must_use]
    pub const fn batch_max(&self) -> Option<u32> {
        self.batch_max
    }

    /// The tools after whose calls those of this one run, in one tick.
    #[must_use]
    pub const fn after_tools(&self) -> &'static [&'static str] {
        self.after
    }

    /// How long one run may take.
    #[must_use]
    pub const fn run_timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// How often a failed run is tried again.
    #[must_use]
    pub const fn max_retries(&self) -> u32 {
        self.retries
    }

    /// How many runs there are at once, at most.
    #[must_use]
    pub const fn concurrency_cap(&self) -> Option<u32> {
        self.max_concurrency
    }

    /// How many runs begin in a time, at most.
    #[must_use]
    pub const fn rate_limit(&self) -> Option<Rate> {
        self.rate
    }

    /// Whether a second run changes nothing more: so it says, or it writes nothing.
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        self.is_idempotent || self.writes.is_empty()
    }

    /// Whether a run may destroy something.
    #[must_use]
    pub const fn is_destructive(&self) -> bool {
        self.is_destructive
    }

    /// Whether the model is told how old a result is that was kept (`disclose_age`).
    #[must_use]
    pub const fn discloses_age(&self) -> bool {
        self.discloses_age
    }

    /// Whether arguments of a wrong type are put right where their meaning is plain (`coerce`).
    #[must_use]
    pub const fn coerces(&self) -> bool {
        self.coerces
    }

    /// A title for people.
    #[must_use]
    pub const fn display_title(&self) -> Option<&'static str> {
        self.title
    }

    pub(crate) const fn output(&self) -> Option<SchemaOf> {
        self.output_schema
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
