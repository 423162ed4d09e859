//! Recorded traces in one shared world: small ones of our own, broken ones, random ones, and the real ones where they
//! are at hand.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod broken;
mod random;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use toolwright_examples::traces::{self, Options, Policy, Report, TraceReport, Wrong};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/traces-small")
}

fn report() -> Report {
    traces::run(&Options::of_folder(fixture())).unwrap()
}

/// Hits, right ones, stale ones, and ones that were wrong unseen.
fn counts(trace: &TraceReport, policy: Policy) -> (usize, usize, usize, usize) {
    let pass = trace.pass(policy).unwrap();
    (pass.hits, pass.right, pass.stale.len(), pass.unseen.len())
}

#[test]
fn runs_follow_each_other_in_one_world() {
    let report = report();
    let runs = &report.traces[0];
    assert_eq!(counts(runs, Policy::TtlAlone), (7, 5, 2, 0));
    // A write that failed costs the hit that it might have made wrong.
    assert_eq!(
        (runs.perfect, counts(runs, Policy::Effects)),
        (6, (5, 5, 0, 0))
    );
    assert_eq!(counts(runs, Policy::Flush), (3, 3, 0, 0));
    assert!(runs.pass(Policy::EffectsBlindShell).is_none());
}

#[test]
fn equal_writes_are_all_done() {
    let report = report();
    let runs = &report.traces[0];
    assert_eq!((runs.trace.repeated_writes(), runs.trace.writes()), (1, 3));
    for (policy, pass) in &runs.passes {
        assert_eq!(pass.writes, 3, "{policy}");
    }
    let mut forgotten = report.clone();
    forgotten.traces[0].passes[0].1.writes = 2;
    assert!(report.is_clean() && !forgotten.is_clean());
}

#[test]
fn odd_spellings_are_one_question() {
    let report = report();
    let figures = report.figures();
    let [keys] = figures.keys.as_slice() else {
        panic!("{:?}", figures.keys)
    };
    assert_eq!((keys.texts, keys.not_canonical), (17, 3));
    assert_eq!((keys.hits_canonical, keys.hits_as_sent), (5, 2));
}

#[test]
fn sessions_are_replayed_at_their_times() {
    let report = report();
    let sessions = &report.traces[1];
    assert_eq!(sessions.perfect, 4);
    assert_eq!(counts(sessions, Policy::TtlAlone), (9, 4, 3, 1));
    assert_eq!(counts(sessions, Policy::Effects), (6, 4, 0, 1));
    assert_eq!(counts(sessions, Policy::EffectsBlindShell), (5, 3, 0, 1));
    assert_eq!(counts(sessions, Policy::Flush), (4, 2, 0, 1));
    for (policy, pass) in &sessions.passes {
        assert_eq!(pass.overtaken, 1, "{policy}");
        assert!(pass.flaws.is_empty(), "{:?}", pass.flaws);
    }
}

#[test]
fn a_shorter_ttl_ends_results_earlier() {
    let arguments = ["--data", &fixture().display().to_string(), "--ttl", "1m"].map(Into::into);
    let report = traces::run(&Options::parse(arguments).unwrap()).unwrap();
    let hits = |policy| counts(&report.traces[1], policy).0;
    // The edit of the searched file comes later than a minute, and everything else is asked within one.
    assert_eq!((hits(Policy::TtlAlone), hits(Policy::Effects)), (9, 6));
    let year = ["--data", &fixture().display().to_string(), "--ttl", "365d"].map(Into::into);
    let report = traces::run(&Options::parse(year).unwrap()).unwrap();
    assert_eq!(counts(&report.traces[1], Policy::Effects).0, 7);
}

#[test]
fn a_stale_hit_is_a_failure_only_where_none_may_be() {
    let fails = |policy| {
        let mut report = report();
        let mut passes = report.traces[0].passes.iter_mut();
        let (_, pass) = passes.find(|(of, _)| *of == policy).unwrap();
        pass.stale.push(Wrong {
            line: 2,
            tool: "find_guest".to_owned(),
            from: 1,
        });
        !report.is_clean()
    };
    assert!(report().is_clean());
    assert!(!fails(Policy::TtlAlone));
    assert!(fails(Policy::Effects) && fails(Policy::Flush));
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replay"))
        .arg("--shared-world")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn the_program_prints_a_table_or_rows() {
    let data = fixture().display().to_string();
    let output = program(&["--data", &data]);
    let table = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    for words in [
        "TTL alone ",
        "effects ",
        "effects, shell writes all ",
        "flush on any write ",
        "perfect invalidation ",
        "3 of 17 argument texts (17.6%) are not canonical",
        "1 writes say the same as an earlier one of their run, and every write ran",
        "effects: unseen: line 15 (Read) was given the answer of line 10",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
    let output = program(&["--data", &data, "--json"]);
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = figures["rows"].as_array().unwrap();
    let names: Vec<_> = rows
        .iter()
        .map(|row| format!("{} {}", row["trace"], row["policy"]).replace('"', ""))
        .collect();
    assert_eq!(
        names,
        [
            "runs ttl-alone",
            "runs effects",
            "runs flush",
            "sessions ttl-alone",
            "sessions effects",
            "sessions effects-blind-shell",
            "sessions flush",
        ]
    );
    assert_eq!(rows[4]["hits"], 6);
    assert_eq!(rows[4]["stale_hits"], 0);
    assert_eq!(rows[4]["kept"], 1.0);
    assert_eq!(figures["flaws"], 0);
}

#[test]
fn a_file_that_is_named_is_all_that_is_replayed() {
    let data = fixture().display().to_string();
    let report = traces::run(
        &Options::parse(["--data", &data, "--sessions", "entire.jsonl"].map(Into::into)).unwrap(),
    );
    let names: Vec<_> = report
        .unwrap()
        .traces
        .iter()
        .map(|trace| trace.trace.name)
        .collect();
    assert_eq!(names, ["sessions"]);
}

#[test]
fn with_effects_the_real_traces_have_no_stale_hit_and_keep_most_hits() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !data.is_dir() {
        eprintln!("left out: there is no {}", data.display());
        return;
    }
    let report = traces::run(&Options::of_folder(data)).unwrap();
    assert!(report.is_clean(), "{report}");
    let figures = report.figures();
    let of = |trace, policy| {
        let mut rows = figures.rows.iter();
        rows.find(|row| row.trace == trace && row.policy == policy)
            .unwrap()
    };
    for trace in ["runs", "sessions"] {
        let (alone, effects, flush) = (
            of(trace, Policy::TtlAlone),
            of(trace, Policy::Effects),
            of(trace, Policy::Flush),
        );
        assert!(alone.stale_hits * 3 > alone.hits, "{report}");
        assert_eq!(effects.stale_hits, 0, "{report}");
        assert!(effects.kept >= 0.9, "{report}");
        assert!(flush.right_hits * 3 < effects.right_hits, "{report}");
    }
    assert_eq!(figures.flaws, 0, "{report}");
}
