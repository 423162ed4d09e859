//! The report: a table for people, an object for programs.

use std::fmt::{self, Write as _};
use std::time::Duration;

use serde_json::{Value, json};

use super::comparison::{Broken, Comparison};
use super::generator::words::TENANTS;
use super::work::{Pass, ratio};

/// How a count of a pass is written.
type Column = fn(&Pass) -> String;

/// The report as text.
///
/// # Errors
///
/// Never: writing to a text does not fail.
pub fn text(comparison: &Comparison) -> Result<String, fmt::Error> {
    let Comparison {
        options,
        connections,
        off,
        on,
        ..
    } = comparison;
    let mut text = String::new();
    writeln!(
        text,
        "The shop: {} orders of {} brands in SQLite; {} agents at once, {} calls in {} ticks.",
        options.orders,
        TENANTS.len(),
        options.agents,
        off.stats.calls,
        ticks(comparison),
    )?;
    writeln!(
        text,
        "Each database round trip waits {} ms of simulated network latency; {connections} connections.",
        options.latency.as_millis(),
    )?;
    writeln!(
        text,
        "The scripts ask again for what was asked before, as customers do: other work saves less.\n",
    )?;
    let mut row = |name: &str, off: String, on: String, ratio: String| {
        let line = format!("{name:<22}{off:>14}{on:>14}{ratio:>9}");
        writeln!(text, "{}", line.trim_end())
    };
    row("", "levers off".into(), "levers on".into(), "ratio".into())?;
    row(
        "wall-clock",
        seconds(off.wall_clock),
        seconds(on.wall_clock),
        decimals(on.wall_clock.as_secs_f64() / off.wall_clock.as_secs_f64().max(f64::EPSILON)),
    )?;
    row(
        "database round trips",
        off.round_trips.to_string(),
        on.round_trips.to_string(),
        decimals(ratio(on.round_trips, off.round_trips)),
    )?;
    let counts: [(&str, Column); 6] = [
        ("cache hits", |pass| pass.stats.cache_hits.to_string()),
        ("cache misses", |pass| pass.stats.cache_misses.to_string()),
        ("batches", |pass| pass.stats.batches.to_string()),
        ("batch size, mean", |pass| decimals(pass.mean_batch())),
        ("batch size, largest", |pass| {
            pass.stats.largest_batch.to_string()
        }),
        ("parallel ticks", |pass| {
            pass.stats.parallel_ticks.to_string()
        }),
    ];
    for (name, count) in counts {
        row(name, count(off), count(on), String::new())?;
    }
    let calls: u64 = off.stats.calls;
    match comparison.verdict() {
        Ok(()) => writeln!(text, "\nAll {calls} answers are identical.")?,
        Err(Broken::RoundTrips { .. }) => writeln!(
            text,
            "\nAll {calls} answers are identical, but the round trips are more than a third."
        )?,
        Err(Broken::Answers(_)) => writeln!(text, "\nThe answers are NOT identical.")?,
    }
    Ok(text)
}

/// The report as one JSON object.
#[must_use]
pub fn json(comparison: &Comparison) -> Value {
    let Comparison {
        options, off, on, ..
    } = comparison;
    let verdict = comparison.verdict();
    json!({
        "orders": options.orders,
        "tenants": TENANTS.len(),
        "agents": options.agents,
        "latency_ms": millis(options.latency),
        "connections": comparison.connections,
        "ticks": ticks(comparison),
        "calls": off.stats.calls,
        "off": pass(off),
        "on": pass(on),
        "round_trips_ratio": ratio(on.round_trips, off.round_trips),
        "answers_identical": !matches!(verdict, Err(Broken::Answers(_))),
        "promise_kept": verdict.is_ok(),
    })
}

fn pass(pass: &Pass) -> Value {
    json!({
        "wall_clock_ms": millis(pass.wall_clock),
        "round_trips": pass.round_trips,
        "cache_hits": pass.stats.cache_hits,
        "cache_misses": pass.stats.cache_misses,
        "batches": pass.stats.batches,
        "mean_batch": pass.mean_batch(),
        "largest_batch": pass.stats.largest_batch,
        "parallel_ticks": pass.stats.parallel_ticks,
    })
}

fn ticks(comparison: &Comparison) -> usize {
    let ticks = comparison.scripts.iter().map(|script| script.ticks.len());
    ticks.sum()
}

fn decimals(number: f64) -> String {
    format!("{number:.2}")
}

fn seconds(duration: Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}

/// Milliseconds, to the microsecond.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
