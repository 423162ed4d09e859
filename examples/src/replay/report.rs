//! What the program says in the end.

use std::fmt;

use serde::Serialize;

use super::compare::Mismatch;
use super::pass::Pass;

/// The figures of a pass, as the one JSON object of `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the report's own")]
pub struct Summary {
    pub runs: usize,
    pub calls: usize,
    pub matched: usize,
    pub mismatched: usize,
    pub downstream_calls: u64,
    pub cache_hits: u64,
    pub batches: u64,
    pub wall_ms: u64,
}

impl Summary {
    /// The figures of this pass.
    #[must_use]
    pub fn of(pass: &Pass) -> Self {
        Self {
            runs: pass.runs,
            calls: pass.calls,
            matched: pass.matched(),
            mismatched: pass.mismatches.len(),
            downstream_calls: pass.downstream_calls,
            cache_hits: pass.stats.cache_hits,
            batches: pass.stats.batches,
            wall_ms: u64::try_from(pass.wall.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// The passes that were made, side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The pass with all levers off, if there was one.
    pub off: Option<Pass>,
    /// The pass with all levers on, if there was one.
    pub on: Option<Pass>,
}

impl Comparison {
    /// The pass that the JSON summary is about: with the levers on, if there is one.
    #[must_use]
    pub fn main(&self) -> Option<&Pass> {
        self.on.as_ref().or(self.off.as_ref())
    }

    /// Whether every result that the tools determine is the recorded one, in every pass, and no lever changes a result.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.passes()
            .all(|(_, pass)| pass.real_mismatches().next().is_none())
            && self.differences() == 0
    }

    /// How many calls came to something else with the levers on than with the levers off.
    #[must_use]
    pub fn differences(&self) -> usize {
        match (&self.off, &self.on) {
            (Some(off), Some(on)) => off
                .texts
                .iter()
                .zip(&on.texts)
                .filter(|(off, on)| off != on)
                .count(),
            _ => 0,
        }
    }

    fn passes(&self) -> impl Iterator<Item = (&'static str, &Pass)> {
        let named = |name| move |pass| (name, pass);
        self.off
            .iter()
            .map(named("levers off"))
            .chain(self.on.iter().map(named("levers on")))
    }

    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        value: impl Fn(&Pass) -> String,
    ) -> fmt::Result {
        write!(f, "{name:<18}")?;
        for (_, pass) in self.passes() {
            write!(f, "{:>12}", value(pass))?;
        }
        writeln!(f)
    }

    fn savings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(on) = &self.on else { return Ok(()) };
        let by_cache = on.stats.cache_hits;
        let by_batching = on.stats.batched_calls.saturating_sub(on.stats.batches);
        writeln!(
            f,
            "\ndownstream calls saved by the cache: {by_cache}, by batching: {by_batching}"
        )?;
        let Some(off) = &self.off else { return Ok(()) };
        match self.differences() {
            0 => writeln!(f, "all results are the same with the levers on and off")?,
            n => writeln!(f, "{n} results are different with the levers on and off")?,
        }
        let (calls_on, calls_off) = (count(on.downstream_calls), count(off.downstream_calls));
        writeln!(
            f,
            "with the levers on: {} downstream calls, {} time",
            change(calls_on, calls_off, "fewer"),
            change(on.wall.as_secs_f64(), off.wall.as_secs_f64(), "less"),
        )
    }
}

/// How much `on` is below `off`, as `12.0% less`, or above it.
fn change(on: f64, off: f64, below: &str) -> String {
    let percent = if off > 0.0 {
        100.0 * (off - on) / off
    } else {
        0.0
    };
    let word = if percent < 0.0 { "more" } else { below };
    format!("{:.1}% {word}", percent.abs())
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<18}", "")?;
        for (name, _) in self.passes() {
            write!(f, "{name:>12}")?;
        }
        writeln!(f)?;
        self.row(f, "runs", |pass| pass.runs.to_string())?;
        self.row(f, "calls", |pass| pass.calls.to_string())?;
        self.row(f, "matched", |pass| pass.matched().to_string())?;
        self.row(f, "mismatched", |pass| pass.mismatches.len().to_string())?;
        self.row(f, "downstream calls", |pass| {
            pass.downstream_calls.to_string()
        })?;
        self.row(f, "cache hits", |pass| pass.stats.cache_hits.to_string())?;
        self.row(f, "batches", |pass| pass.stats.batches.to_string())?;
        self.row(f, "calls in batches", |pass| {
            pass.stats.batched_calls.to_string()
        })?;
        self.row(f, "wall-clock", |pass| {
            format!("{} ms", pass.wall.as_millis())
        })?;
        self.savings(f)?;
        for (name, pass) in self.passes() {
            for mismatch in &pass.mismatches {
                write!(f, "\n{name}: {mismatch}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            run,
            call,
            replayed,
            excuse,
        } = self;
        writeln!(f, "mismatch in run {run} (line {line}), call {}", call.id)?;
        writeln!(f, "  call      {} {}", call.tool, call.arguments)?;
        writeln!(f, "  recorded  {}", call.result)?;
        writeln!(f, "  replayed  {replayed}")?;
        match excuse {
            Some(reason) => writeln!(f, "  reason    {reason}"),
            None => Ok(()),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a share of a count needs no more than a few digits"
)]
fn count(calls: u64) -> f64 {
    calls as f64
}
