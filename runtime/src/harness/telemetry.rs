//! What a harness tells whoever watches: a span for each call, a warning for each lint.
//!
//! Without the feature `tracing` this is nothing at all.

use super::{Inner, TickReport};
use crate::call::{FlushReason, Outcome, ToolCall};
use crate::error::ToolError;
use crate::registry::Registry;

#[cfg(feature = "tracing")]
use tracing::Instrument as _;

/// The span of one tick, which those of its calls are parts of.
#[derive(Clone)]
pub(super) struct TickSpan(#[cfg(feature = "tracing")] tracing::Span);

#[cfg(feature = "tracing")]
impl TickSpan {
    /// Begins the span of a tick of the run of this name.
    pub(super) fn begin(tick: u64, run_id: Option<&str>) -> Self {
        use tracing::field::Empty;

        Self(tracing::info_span!(
            "tick",
            "otel.name" = %format_args!("tick {tick}"),
            "gen_ai.conversation.id" = run_id,
            tick,
            calls = Empty,
            critical_path_us = Empty,
            run_us = Empty,
            queue_us = Empty,
        ))
    }

    /// What is begun while this is held is a part of the tick.
    pub(super) fn enter(&self) -> impl Drop + '_ {
        self.0.enter()
    }

    /// Runs something inside of the span.
    // No `async fn`, which would have room for the run twice.
    pub(super) fn around<T>(self, run: impl Future<Output = T>) -> impl Future<Output = T> {
        run.instrument(self.0)
    }

    /// Says what became of the tick.
    pub(super) fn record(&self, report: &TickReport) {
        let span = &self.0;
        if span.is_disabled() {
            return;
        }
        span.record("calls", report.len());
        span.record("critical_path_us", micros(report.critical_path_time()));
        span.record("run_us", micros(report.run_time()));
        span.record("queue_us", micros(report.queue_time()));
    }
}

/// What is begun while this is held is a part of nothing.
#[cfg(not(feature = "tracing"))]
pub(super) struct Entered;

#[cfg(not(feature = "tracing"))]
impl TickSpan {
    pub(super) fn begin(_: u64, _: Option<&str>) -> Self {
        Self()
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn enter(&self) -> Entered {
        Entered
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn around<T>(self, run: impl Future<Output = T>) -> impl Future<Output = T> {
        run
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn record(&self, _: &TickReport) {}
}

/// The span of one call, with the names that OpenTelemetry's conventions for generative AI give.
#[derive(Clone)]
pub(super) struct CallSpan(#[cfg(feature = "tracing")] tracing::Span);

impl CallSpan {
    /// Begins the span of a call.
    #[cfg(feature = "tracing")]
    pub(super) fn begin(id: &str, tool: &str) -> Self {
        use tracing::field::Empty;

        let span = tracing::info_span!(
            "execute_tool",
            "otel.name" = %format_args!("execute_tool {tool}"),
            "gen_ai.operation.name" = "execute_tool",
            "gen_ai.tool.type" = "function",
            "gen_ai.tool.name" = tool,
            "gen_ai.tool.call.id" = id,
            "error.type" = Empty,
            cache = Empty,
            cache_age_ms = Empty,
            attempts = Empty,
            queue_us = Empty,
            run_us = Empty,
            batch_size = Empty,
            batch_flush_reason = Empty,
            batch_wait_us = Empty,
            batch_run_us = Empty,
        );
        Self(span)
    }

    /// The span that is open here, for what goes on elsewhere.
    #[cfg(feature = "tracing")]
    pub(super) fn here() -> Self {
        Self(tracing::Span::current())
    }

    /// Runs something inside of the span.
    #[cfg(feature = "tracing")]
    // No `async fn`, which would have room for the run twice.
    pub(super) fn around<T>(self, run: impl Future<Output = T>) -> impl Future<Output = T> {
        run.instrument(self.0)
    }

    /// Says what became of the call.
    #[cfg(feature = "tracing")]
    pub(super) fn record(&self, outcome: &Outcome) {
        let span = &self.0;
        if span.is_disabled() {
            return;
        }
        span.record("cache", outcome.cache().as_str());
        span.record("attempts", outcome.attempts());
        if outcome.attempts() > 0 {
            span.record("queue_us", micros(outcome.queue_time()));
            span.record("run_us", micros(outcome.run_time()));
        }
        if let Some(age) = outcome.age() {
            span.record("cache_age_ms", u64::try_from(age.as_millis()).ok());
        }
        if let Some(batch) = outcome.batch() {
            span.record("batch_size", batch.size);
            span.record("batch_flush_reason", batch.flush_reason.as_str());
            span.record("batch_wait_us", micros(batch.wait_time));
            span.record("batch_run_us", micros(batch.run_time));
        }
        if let Err(error) = outcome.result() {
            span.record("error.type", error.kind().as_str());
        }
    }
}

#[cfg(not(feature = "tracing"))]
impl CallSpan {
    pub(super) fn begin(_: &str, _: &str) -> Self {
        Self()
    }

    pub(super) fn here() -> Self {
        Self()
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn around<T>(self, run: impl Future<Output = T>) -> impl Future<Output = T> {
        run
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn record(&self, _: &Outcome) {}
}

/// The span of one run of a batch, or of a part of one. It is no part of a call's span, as several calls share it.
pub(super) struct BatchSpan(#[cfg(feature = "tracing")] tracing::Span);

#[cfg(feature = "tracing")]
impl BatchSpan {
    pub(super) fn begin(tool: &str, size: usize, reason: FlushReason) -> Self {
        Self(tracing::info_span!(
            parent: None,
            "execute_batch",
            "otel.name" = %format_args!("execute_batch {tool}"),
            "gen_ai.tool.name" = tool,
            batch_size = size,
            batch_flush_reason = reason.as_str(),
        ))
    }

    /// Runs something inside of the span.
    // No `async fn`, which would have room for the run twice.
    pub(super) fn around<T>(self, run: impl Future<Output = T>) -> impl Future<Output = T> {
        run.instrument(self.0)
    }
}

#[cfg(not(feature = "tracing"))]
impl BatchSpan {
    pub(super) fn begin(_: &str, _: usize, _: FlushReason) -> Self {
        Self()
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn around<T>(self, run: impl Future<Output = T>) -> impl Future<Output = T> {
        run
    }
}

/// Warns of a batch that failed when nobody was there any more to be told.
pub(super) fn warn_of_unheard(tool: &str, error: &ToolError) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        tool,
        error = error.message(),
        "a batch failed after its callers had gone"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (tool, error);
}

#[cfg(feature = "tracing")]
fn micros(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Warns of what is allowed in a registry and probably not meant.
pub(super) fn warn_of_lints(registry: &Registry) {
    #[cfg(feature = "tracing")]
    if tracing::enabled!(tracing::Level::WARN) {
        for lint in registry.lints() {
            tracing::warn!(tool = lint.tool, location = %lint.location, "{lint}");
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = registry;
}

impl Inner {
    /// Counts the outcome of a call of the tool at this place, if there is one.
    pub(super) fn count(&self, place: Option<usize>, outcome: &Outcome) {
        self.counters.outcome(place, outcome);
        let parts = place.and_then(|place| self.parts.get(place));
        if let Some(parts) = parts.filter(|_| outcome.attempts() > 0) {
            parts.latency.observe(outcome.run_time());
        }
        #[cfg(feature = "metrics")]
        super::metering::measure(self, place, outcome);
    }

    /// The outcome of a call that was answered without a run, on a span of its own.
    pub(super) fn spanned(call: &ToolCall, outcome: Outcome) -> Outcome {
        CallSpan::begin(call.id(), call.name()).record(&outcome);
        outcome
    }
}
