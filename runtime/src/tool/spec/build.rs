//! How a declaration is written: one call an option, each of them `const`.

use std::panic::Location;
use std::time::Duration;

use super::{Rate, Tenancy, ToolSpec};
use crate::tool::output::SchemaOf;
use crate::tool::{BatchCall, ParamInfo, StateSpec};

/// Begins a declaration; its location is the caller's.
#[track_caller]
#[must_use]
pub const fn spec(name: &'static str, description: &'static str) -> ToolSpec {
    ToolSpec {
        name,
        title: None,
        description,
        location: Location::caller(),
        params: &[],
        states: &[],
        output_schema: None,
        coerces: false,
        discloses_age: false,
        ttl: None,
        stale_while_revalidate: None,
        stale_if_error: None,
        exclude: &[],
        tenancy: Tenancy::Session,
        version: 1,
        batch: None,
        has_body: true,
        batch_window: None,
        batch_max: None,
        reads: &[],
        writes: &[],
        after: &[],
        timeout: None,
        retries: 0,
        max_concurrency: None,
        rate: None,
        is_idempotent: false,
        is_destructive: false,
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
    pub const fn cache_key_exclude(self, exclude: &'static [&'static str]) -> Self {
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

    /// A tool whose batch function is all that it has.
    #[must_use]
    pub const fn batch_only(self, batch: &'static dyn BatchCall) -> Self {
        Self {
            batch: Some(batch),
            has_body: false,
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

    #[must_use]
    pub const fn title(self, title: &'static str) -> Self {
        Self {
            title: Some(title),
            ..self
        }
    }

    #[must_use]
    pub const fn output_schema(self, schema: SchemaOf) -> Self {
        Self {
            output_schema: Some(schema),
            ..self
        }
    }

    #[must_use]
    pub const fn disclose_age(self) -> Self {
        Self {
            discloses_age: true,
            ..self
        }
    }

    #[must_use]
    pub const fn coerce(self) -> Self {
        Self {
            coerces: true,
            ..self
        }
    }

    #[must_use]
    pub const fn stale_while_revalidate_millis(self, millis: u64) -> Self {
        Self {
            stale_while_revalidate: Some(Duration::from_millis(millis)),
            ..self
        }
    }

    #[must_use]
    pub const fn stale_if_error_millis(self, millis: u64) -> Self {
        Self {
            stale_if_error: Some(Duration::from_millis(millis)),
            ..self
        }
    }

    #[must_use]
    pub const fn batch_window_millis(self, millis: u64) -> Self {
        Self {
            batch_window: Some(Duration::from_millis(millis)),
            ..self
        }
    }

    #[must_use]
    pub const fn batch_of_at_most(self, max: u32) -> Self {
        Self {
            batch_max: Some(max),
            ..self
        }
    }

    #[must_use]
    pub const fn after(self, after: &'static [&'static str]) -> Self {
        Self { after, ..self }
    }

    #[must_use]
    pub const fn timeout_millis(self, millis: u64) -> Self {
        Self {
            timeout: Some(Duration::from_millis(millis)),
            ..self
        }
    }

    #[must_use]
    pub const fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    #[must_use]
    pub const fn max_concurrency(self, cap: u32) -> Self {
        Self {
            max_concurrency: Some(cap),
            ..self
        }
    }

    #[must_use]
    pub const fn rate(self, calls: u32, per_millis: u64) -> Self {
        let per = Duration::from_millis(per_millis);
        Self {
            rate: Some(Rate { calls, per }),
            ..self
        }
    }

    #[must_use]
    pub const fn idempotent(self) -> Self {
        Self {
            is_idempotent: true,
            ..self
        }
    }

    #[must_use]
    pub const fn destructive(self) -> Self {
        Self {
            is_destructive: true,
            ..self
        }
    }
}
