//! The groups that run: the programs of `benches/`, which is a workspace of its own.

use super::Findings;
use super::command;
use crate::test::command::Cargo;

/// What `--group` calls the one that is drawn.
pub(super) const BATCH: &str = "batch";

/// A run of one of the programs.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The program: one times, the other counts allocations.
    program: Program,
    /// What it is to measure.
    what: &'static str,
    /// The features it is built with, as some peers make others slower.
    features: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Times,
    Allocations,
}

/// What a call costs, from text to text.
pub(super) fn dispatch(quick: bool) -> Result<Findings, String> {
    let run = |program| Run {
        program,
        what: "dispatch",
        features: "agents",
    };
    let runs = [run(Program::Times), run(Program::Allocations)];
    measure("dispatch", &runs, quick)
}

/// What a key costs.
pub(super) fn key(quick: bool) -> Result<Findings, String> {
    let run = |what, features| Run {
        program: Program::Times,
        what,
        features,
    };
    let runs = [run("key", ""), run("key-canonicalizer", "canonicalizer")];
    measure("key", &runs, quick)
}

/// What the cache alone costs, and what it keeps.
pub(super) fn cache(quick: bool) -> Result<Findings, String> {
    measure("cache", &both("cache"), quick)
}

/// What sharing a run costs.
pub(super) fn flight(quick: bool) -> Result<Findings, String> {
    measure("flight", &both("flight"), quick)
}

/// What a batch costs its callers, and saves what it calls.
pub(super) fn batch(quick: bool) -> Result<Findings, String> {
    let run = Run {
        program: Program::Times,
        what: BATCH,
        features: "batchers",
    };
    measure(BATCH, &[run], quick)
}

/// Both programs, without any feature.
fn both(what: &'static str) -> [Run; 2] {
    [Program::Times, Program::Allocations].map(|program| Run {
        program,
        what,
        features: "",
    })
}

fn measure(group: &'static str, runs: &[Run], quick: bool) -> Result<Findings, String> {
    let mut findings = Findings::default();
    for run in runs {
        let found = command::run(group, run.command(quick))?;
        findings.rows.extend(found.rows);
        findings.figures.extend(found.figures);
    }
    Ok(findings)
}

impl Run {
    fn command(self, quick: bool) -> Cargo {
        let (name, is_timed) = match self.program {
            Program::Times => ("toolwright-benches", true),
            Program::Allocations => ("allocations", false),
        };
        let run = Cargo::new("run --release --locked --manifest-path benches/Cargo.toml")
            .arg("--target-dir")
            .arg(super::BUILD)
            .arg("--bin")
            .arg(name);
        let run = if self.features.is_empty() {
            run
        } else {
            run.arg("--features").arg(self.features)
        };
        let run = run.arg("--").arg(self.what);
        if quick && is_timed {
            run.arg("--quick")
        } else {
            run
        }
    }
}
