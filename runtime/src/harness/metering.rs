//! Metrics of outcomes, through the facade of the crate `metrics`, by tool and by what the cache did.

use std::sync::atomic::Ordering;

use metrics::{Counter, Histogram, counter, gauge, histogram};

use super::Inner;
use crate::call::{BatchFacts, CacheStatus, Outcome};

/// The metrics of one tool's calls that went well, by what the cache did for them: got once, as looking one up takes
/// longer than a hit may.
pub(super) struct Meters {
    calls: [Counter; CacheStatus::ALL.len()],
    durations: [Histogram; CacheStatus::ALL.len()],
}

impl Meters {
    /// The meters of a tool, of the recorder that is there now.
    pub(super) fn of(tool: &'static str) -> Self {
        Self {
            calls: CacheStatus::ALL.map(|status| calls(tool, status, "")),
            durations: CacheStatus::ALL.map(|status| durations(tool, status)),
        }
    }
}

/// The metrics of the batches of one tool.
pub(super) struct BatchMeters {
    sizes: Histogram,
    durations: Histogram,
}

impl BatchMeters {
    /// The meters of a tool, of the recorder that is there now.
    pub(super) fn of(tool: &'static str) -> Self {
        Self {
            sizes: histogram!("toolwright.batch.size", "tool" => tool),
            durations: histogram!("toolwright.batch.duration", "tool" => tool),
        }
    }

    /// Records a run.
    #[allow(clippy::cast_precision_loss, reason = "a histogram is of floats")]
    pub(super) fn measure(&self, facts: &BatchFacts) {
        self.sizes.record(facts.size as f64);
        self.durations.record(facts.run_time.as_secs_f64());
    }
}

fn calls(tool: &'static str, status: CacheStatus, error: &'static str) -> Counter {
    let cache = status.as_str();
    counter!("toolwright.calls", "tool" => tool, "cache" => cache, "error" => error)
}

fn durations(tool: &'static str, status: CacheStatus) -> Histogram {
    histogram!("toolwright.call.duration", "tool" => tool, "cache" => status.as_str())
}

/// Records the outcome of a call of the tool at this place, if there is one. A name that no tool has is not a label: a
/// model may write anything.
pub(super) fn measure(inner: &Inner, place: Option<usize>, outcome: &Outcome) {
    let parts = place.and_then(|place| Some((place, inner.parts.get(place)?)));
    let (status, seconds) = (outcome.cache(), outcome.elapsed().as_secs_f64());
    let Some((place, parts)) = parts else {
        let error = outcome
            .result()
            .err()
            .map_or("", |error| error.kind().as_str());
        calls("unknown", status, error).increment(1);
        durations("unknown", status).record(seconds);
        return;
    };
    let (meters, at) = (&parts.meters, status as usize);
    let tool = inner.registry.tools().get(place);
    let tool = tool.map_or("unknown", |tool| tool.spec().name());
    match outcome.result() {
        Ok(_) => {
            if let Some(calls) = meters.calls.get(at) {
                calls.increment(1);
            }
        }
        Err(error) => calls(tool, status, error.kind().as_str()).increment(1),
    }
    if let Some(durations) = meters.durations.get(at) {
        durations.record(seconds);
    }
    if let Some(batch) = outcome.batch() {
        let reason = batch.flush_reason.as_str();
        counter!("toolwright.batched_calls", "tool" => tool, "reason" => reason).increment(1);
        histogram!("toolwright.batch.wait", "tool" => tool).record(batch.wait_time.as_secs_f64());
    }
    // What is in the cache has changed only then.
    if status == CacheStatus::Miss
        && let Some(share) = inner.cache.shares().get(place)
    {
        #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
        let bytes = share.bytes.load(Ordering::Relaxed) as f64;
        gauge!("toolwright.cache.bytes", "tool" => tool).set(bytes);
        let evicted = share.evicted.load(Ordering::Relaxed);
        counter!("toolwright.cache.evictions", "tool" => tool).absolute(evicted);
        let invalidated = share.invalidated.load(Ordering::Relaxed);
        counter!("toolwright.cache.invalidations", "tool" => tool).absolute(invalidated);
    }
}
