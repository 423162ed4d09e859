//! What a harness tells whoever watches: a span for each call, metrics for each outcome, a warning for each lint.
//!
//! Without the features `tracing` and `metrics` this is nothing at all.

use super::Inner;
use crate::call::{Outcome, ToolCall};
use crate::registry::Registry;

#[cfg(feature = "tracing")]
use tracing::Instrument as _;

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
            batch_size = Empty,
            batch_flush_reason = Empty,
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
    pub(super) async fn around<T>(self, run: impl Future<Output = T>) -> T {
        run.instrument(self.0).await
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
        if let Some(age) = outcome.age() {
            span.record("cache_age_ms", u64::try_from(age.as_millis()).ok());
        }
        if let Some(batch) = outcome.batch() {
            span.record("batch_size", batch.size);
            span.record("batch_flush_reason", batch.flush_reason.as_str());
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

    pub(super) async fn around<T>(self, run: impl Future<Output = T>) -> T {
        run.await
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn record(&self, _: &Outcome) {}
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
        #[cfg(feature = "metrics")]
        measure(self, place, outcome);
    }

    /// The outcome of a call that was answered without a run, on a span of its own.
    pub(super) fn spanned(call: &ToolCall, outcome: Outcome) -> Outcome {
        CallSpan::begin(call.id(), call.name()).record(&outcome);
        outcome
    }
}

/// The metrics of one outcome, by tool and by what the cache did. A name that no tool has is not a label: a model may
/// write anything.
#[cfg(feature = "metrics")]
fn measure(inner: &Inner, place: Option<usize>, outcome: &Outcome) {
    let tool = place.and_then(|place| inner.registry.tools().get(place));
    let tool = tool.map_or("unknown", |tool| tool.spec().name());
    let cache = outcome.cache().as_str();
    let error = match outcome.result() {
        Ok(_) => "",
        Err(error) => error.kind().as_str(),
    };
    metrics::counter!("toolwright.calls", "tool" => tool, "cache" => cache, "error" => error)
        .increment(1);
    metrics::histogram!("toolwright.call.duration", "tool" => tool, "cache" => cache)
        .record(outcome.elapsed().as_secs_f64());
    if let Some(batch) = outcome.batch() {
        let reason = batch.flush_reason.as_str();
        metrics::counter!("toolwright.batched_calls", "tool" => tool, "reason" => reason)
            .increment(1);
    }
    if outcome.cache() == crate::call::CacheStatus::Miss
        && let Some(share) = place.and_then(|place| inner.cache.shares().get(place))
    {
        use std::sync::atomic::Ordering;

        #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
        let bytes = share.bytes.load(Ordering::Relaxed) as f64;
        metrics::gauge!("toolwright.cache.bytes", "tool" => tool).set(bytes);
        let evicted = share.evicted.load(Ordering::Relaxed);
        metrics::counter!("toolwright.cache.evictions", "tool" => tool).absolute(evicted);
        let invalidated = share.invalidated.load(Ordering::Relaxed);
        metrics::counter!("toolwright.cache.invalidations", "tool" => tool).absolute(invalidated);
    }
}
