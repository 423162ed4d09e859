//! What a replay of traces finds, as figures.

use std::sync::Arc;

use serde::Serialize;

use super::oracle;
use super::pass::{Pass, replay};
use super::policy::{Policy, Spelling, Ttl};
use super::trace::{Flaw, Kind, Trace};
use crate::replay::Problem;

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
    pub(super) fn row(&self, policy: Policy, pass: &Pass, ttl: Ttl) -> Row {
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

    pub(super) fn keys(&self) -> Option<Keys> {
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
    pub(super) fn flaws(&self) -> Vec<&Flaw> {
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

/// A share of a whole; of nothing it is nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share of a count needs no more than a few digits"
)]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
