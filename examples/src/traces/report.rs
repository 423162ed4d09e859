//! What a replay of traces says in the end.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::oracle;
use super::pass::{Pass, replay};
use super::policy::{Policy, Spelling, Ttl};
use super::trace::{Flaw, Kind, Trace};
use crate::replay::Problem;

/// How many flaws and wrong hits are listed.
const MOST: usize = 20;

/// All traces that were replayed.
#[derive(Debug, Clone)]
pub struct Report {
    /// How long results stayed fresh.
    pub ttl: Ttl,
    /// One after the other.
    pub traces: Vec<TraceReport>,
}

/// What one trace says.
#[derive(Debug, Clone)]
pub struct TraceReport {
    /// The trace.
    pub trace: Arc<Trace>,
    /// What came of it under each policy.
    pub passes: Vec<(Policy, Pass)>,
    /// What came of it with effects when a question's key is the text as it was sent; none if the record has no texts.
    pub as_sent: Option<Pass>,
    /// The hits of a perfect invalidation.
    pub perfect: usize,
}

/// One line of figures, for a program.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the report's own")]
pub struct Row {
    pub trace: &'static str,
    pub policy: Policy,
    pub ttl: &'static str,
    pub calls: usize,
    pub reads: usize,
    pub hits: usize,
    pub hit_ratio: f64,
    pub stale_hits: usize,
    pub unseen_hits: usize,
    pub overtaken_hits: usize,
    pub right_hits: usize,
    pub shared: usize,
    pub perfect_hits: usize,
    pub kept: f64,
}

/// What the canonical form of arguments is worth, for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the report's own")]
pub struct Keys {
    pub trace: &'static str,
    pub texts: usize,
    pub not_canonical: usize,
    pub hits_canonical: usize,
    pub hits_as_sent: usize,
}

/// All figures, as the one JSON object of `--json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the report's own")]
pub struct Figures {
    pub rows: Vec<Row>,
    pub keys: Vec<Keys>,
    pub flaws: usize,
}

impl TraceReport {
    /// Replays a trace under each policy.
    ///
    /// # Errors
    /// A harness cannot be built, or a call's task broke.
    pub fn of(trace: Trace, ttl: Ttl) -> Result<Self, Problem> {
        let trace = Arc::new(trace);
        let has_shell = trace.count(Kind::Shell) > 0;
        let policies = [
            Policy::TtlAlone,
            Policy::Effects,
            Policy::EffectsBlindShell,
            Policy::Flush,
        ];
        let passes = policies
            .into_iter()
            .filter(|policy| has_shell || *policy != Policy::EffectsBlindShell)
            .map(|policy| Ok((policy, replay(&trace, policy, Spelling::Canonical, ttl)?)))
            .collect::<Result<_, Problem>>()?;
        let has_texts = trace.not_canonical().is_some();
        let as_sent = has_texts.then(|| replay(&trace, Policy::Effects, Spelling::AsSent, ttl));
        Ok(Self {
            passes,
            as_sent: as_sent.transpose()?,
            perfect: oracle::hits(&trace, ttl),
            trace,
        })
    }

    /// The pass under this policy.
    #[must_use]
    pub fn pass(&self, policy: Policy) -> Option<&Pass> {
        let mut passes = self.passes.iter();
        passes.find(|(of, _)| *of == policy).map(|(_, pass)| pass)
    }

    /// The figures under this policy.
    fn row(&self, policy: Policy, pass: &Pass, ttl: Ttl) -> Row {
        let reads = self.trace.count(Kind::Read);
        Row {
            trace: self.trace.name,
            policy,
            ttl: ttl.text(),
            calls: self.trace.calls.len(),
            reads,
            hits: pass.hits,
            hit_ratio: share(pass.hits, reads),
            stale_hits: pass.stale.len(),
            unseen_hits: pass.unseen.len(),
            overtaken_hits: pass.overtaken,
            right_hits: pass.right,
            shared: pass.shared,
            perfect_hits: self.perfect,
            kept: share(pass.right, self.perfect),
        }
    }

    fn keys(&self) -> Option<Keys> {
        let (not_canonical, texts) = self.trace.not_canonical()?;
        Some(Keys {
            trace: self.trace.name,
            texts,
            not_canonical,
            hits_canonical: self.pass(Policy::Effects)?.hits,
            hits_as_sent: self.as_sent.as_ref()?.hits,
        })
    }

    /// All that could not be taken as it is, each once.
    fn flaws(&self) -> Vec<&Flaw> {
        let passes = self.passes.iter().map(|(_, pass)| pass);
        let mut flaws: Vec<_> = passes
            .chain(&self.as_sent)
            .flat_map(|pass| &pass.flaws)
            .chain(&self.trace.flaws)
            .collect();
        flaws.sort_by(|one, other| (one.line, &one.message).cmp(&(other.line, &other.message)));
        flaws.dedup();
        flaws
    }
}

impl Report {
    /// Whether no policy that promises it served a result that a recorded call had made wrong, and every write ran.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.traces.iter().all(|trace| {
            let canonical = trace.passes.iter().map(|(policy, pass)| (*policy, pass));
            let mut passes =
                canonical.chain(trace.as_sent.iter().map(|pass| (Policy::Effects, pass)));
            passes.all(|(policy, pass)| {
                let may_be_stale = !policy.promises_no_stale_hit();
                (may_be_stale || pass.stale.is_empty()) && pass.writes == trace.trace.writes()
            })
        })
    }

    /// All figures.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let rows = self.traces.iter().flat_map(|trace| {
            let row = |(policy, pass): &(Policy, Pass)| trace.row(*policy, pass, self.ttl);
            trace.passes.iter().map(row)
        });
        Figures {
            rows: rows.collect(),
            keys: self.traces.iter().filter_map(TraceReport::keys).collect(),
            flaws: self.traces.iter().map(|trace| trace.flaws().len()).sum(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, trace) in self.traces.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            trace.write(f, self.ttl)?;
        }
        Ok(())
    }
}

impl TraceReport {
    fn write(&self, f: &mut fmt::Formatter<'_>, ttl: Ttl) -> fmt::Result {
        let trace = &self.trace;
        let writes = trace.count(Kind::Write);
        let shell = trace.count(Kind::Shell);
        write!(f, "{}: {} calls, ", trace.name, trace.calls.len())?;
        write!(f, "{} reads, {writes} writes", trace.count(Kind::Read))?;
        if shell > 0 {
            write!(f, ", {shell} shell commands")?;
        }
        if trace.is_timed {
            writeln!(f, "; TTL {}, recorded times", ttl.text())?;
        } else {
            writeln!(f, "; no times, so nothing expires")?;
        }
        writeln!(
            f,
            "{:<26}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}",
            "", "hits", "ratio", "stale", "unseen", "right", "kept"
        )?;
        for (policy, pass) in &self.passes {
            let row = self.row(*policy, pass, ttl);
            writeln!(
                f,
                "{policy:<26}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}",
                row.hits,
                percent(row.hit_ratio),
                row.stale_hits,
                row.unseen_hits,
                row.right_hits,
                percent(row.kept),
            )?;
        }
        writeln!(f, "{:<26}{:>7}", "perfect invalidation", self.perfect)?;
        self.write_keys(f)?;
        self.write_writes(f)?;
        self.write_wrong(f)?;
        self.write_flaws(f)
    }

    fn write_keys(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(keys) = self.keys() else {
            return Ok(());
        };
        let lost = keys.hits_canonical.saturating_sub(keys.hits_as_sent);
        writeln!(
            f,
            "{} of {} argument texts ({}) are not canonical as sent; with the text as the key {lost} of {} hits ({}) are lost",
            keys.not_canonical,
            keys.texts,
            percent(share(keys.not_canonical, keys.texts)),
            keys.hits_canonical,
            percent(share(lost, keys.hits_canonical)),
        )
    }

    fn write_writes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ran = self.passes.iter().map(|(_, pass)| pass.writes).min();
        let (writes, ran) = (self.trace.writes(), ran.unwrap_or_default());
        let repeated = self.trace.repeated_writes();
        if ran < writes {
            writeln!(f, "of {writes} writes and commands only {ran} ran")
        } else if repeated > 0 {
            writeln!(
                f,
                "{repeated} writes say the same as an earlier one of their run, and every write ran"
            )
        } else {
            Ok(())
        }
    }

    fn write_wrong(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (policy, pass) in &self.passes {
            if !policy.promises_no_stale_hit() {
                continue;
            }
            let stale = pass.stale.iter().map(|wrong| ("stale", wrong));
            let unseen = pass.unseen.iter().map(|wrong| ("unseen", wrong));
            for (what, wrong) in stale.chain(unseen).take(MOST) {
                writeln!(
                    f,
                    "{policy}: {what}: line {} ({}) was given the answer of line {}",
                    wrong.line, wrong.tool, wrong.from
                )?;
            }
            if pass.overtaken > 0 {
                writeln!(
                    f,
                    "{policy}: {} hits were made wrong by a call that was still running",
                    pass.overtaken
                )?;
            }
        }
        Ok(())
    }

    fn write_flaws(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flaws = self.flaws();
        if flaws.is_empty() {
            return Ok(());
        }
        writeln!(f, "{} things could not be taken as they are:", flaws.len())?;
        for Flaw { line, message } in flaws.iter().take(MOST) {
            writeln!(f, "  line {line}: {message}")?;
        }
        match flaws.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more"),
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

/// A share of a whole; of nothing it is nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share of a count needs no more than a few digits"
)]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
