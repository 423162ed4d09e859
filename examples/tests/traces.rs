//! Recorded traces in one shared world: small ones of our own, broken ones, random ones, and the real ones where they
//! are at hand.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use toolwright_examples::traces::{
    self, Call, Entity, Kind, Options, Policy, Report, Spelling, Trace, TraceReport, Ttl, Wrong,
    replay,
};

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

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

#[track_caller]
fn check_flaws(file: &str, lines: &[&str], expected: &[&str]) -> Report {
    let folder = folder(&[(file, lines.join("\n").as_bytes())]);
    let report = traces::run(&Options::of_folder(folder.path())).unwrap();
    let said = report.to_string();
    let mut flaws = said
        .lines()
        .skip_while(|line| !line.contains("could not be taken"));
    assert_eq!(
        flaws.next().map(str::to_owned),
        Some(format!(
            "{} things could not be taken as they are:",
            expected.len()
        )),
        "{said}"
    );
    for (flaw, expected) in flaws.by_ref().zip(expected) {
        assert!(
            flaw.trim_start().starts_with(expected),
            "{flaw}, not {expected}"
        );
    }
    assert_eq!(report.figures().flaws, expected.len());
    report
}

const RUN: &str = r#"{"ticks": [{"calls": [{"name": "ask", "args_raw": "{\"a\": 1}", "kind": "read", "entities": ["x:1"]}]}]}"#;

#[test]
fn what_is_broken_in_runs_is_told_with_its_line() {
    let call = |call: &str| format!(r#"{{"ticks": [{{}}, {{"calls": [{call}]}}]}}"#);
    let unknown = call(r#"{"name": "do", "args_raw": "{}", "kind": "guess", "entities": []}"#);
    let kindless = call(r#"{"name": "do", "args": {}}"#);
    let nothing = call(r#"{"name": "do", "args_raw": "{}", "kind": "write", "entities": []}"#);
    let unnamed = call(r#"{"kind": "read"}"#);
    let textless = call(r#"{"name": "ask", "kind": "read", "entities": []}"#);
    let cut = call(r#"{"name": "ask", "kind": "read", "args_raw": "{\"a\":", "entities": []}"#);
    let twice =
        call(r#"{"name": "ask", "kind": "read", "args_raw": "{\"a\":1,\"a\":2}", "entities": []}"#);
    let lines = [
        RUN,
        "",
        RUN,
        "{\"ticks\": [",
        "{}",
        &unknown,
        RUN,
        &kindless,
        &nothing,
        &unnamed,
        &textless,
        &cut,
        &twice,
    ];
    let report = check_flaws(
        "runs.jsonl",
        &lines,
        &[
            "line 4: the line is left out: EOF while parsing",
            "line 5: the line is left out: missing field `ticks`",
            "line 6: the call of `do` has the kind `guess`, and is taken for one that may change anything",
            "line 8: the call of `do` has the kind `none`",
            "line 9: the call of `do` names no entities, and is taken for one that touches everything",
            "line 10: a call is left out: missing field `name`",
            "line 11: the call of `ask` is left out: its arguments are no JSON object",
            "line 12: the call of `ask` is left out: its arguments are no JSON object",
            "line 13: the call of `ask` failed here: ",
        ],
    );
    // Three equal reads: the second is a hit, and the third comes after a call that may have changed anything.
    assert_eq!(counts(&report.traces[0], Policy::Effects), (1, 1, 0, 0));
    assert_eq!(counts(&report.traces[0], Policy::TtlAlone), (2, 1, 1, 0));
}

#[test]
fn what_is_broken_in_sessions_is_told_with_its_line() {
    let call = |call: &str| format!(r#"{{"tenant": "t", "t": 1.0, "calls": [{call}]}}"#);
    let sound = call(
        r#"{"tool": "Read", "kind": "read", "key": "k", "ent": "e", "out_hash": "o", "dur_s": 0.1}"#,
    );
    let unknown = call(r#"{"tool": "Do", "kind": "guess", "dur_s": 0.1}"#);
    let answerless =
        call(r#"{"tool": "Read", "kind": "read", "key": "k", "ent": "e", "dur_s": 0.1}"#);
    let keyless = call(r#"{"tool": "Read", "kind": "read", "out_hash": "o", "dur_s": 0.1}"#);
    let timeless = r#"{"tenant": "t", "calls": [{"tool": "Read", "kind": "read"}]}"#;
    let long_ago = call(r#"{"tool": "Read", "kind": "read", "t": -1}"#);
    let late = call(r#"{"tool": "Read", "kind": "read", "t": 1e300}"#);
    let endless = call(r#"{"tool": "Edit", "kind": "write", "ent": "e", "dur_s": null}"#);
    let lines = [
        &sound,
        "nonsense",
        &unknown,
        &answerless,
        &keyless,
        timeless,
        &long_ago,
        &late,
        &endless,
        r#"{"tenant": "t"}"#,
    ];
    check_flaws(
        "entire.jsonl",
        &lines,
        &[
            "line 2: the line is left out: expected",
            "line 3: the call of `Do` has the kind `guess`, and is taken for a command of a shell",
            "line 4: the call of `Read` is left out: it has no `out_hash`",
            "line 5: the call of `Read` is left out: it has no `key`",
            "line 6: the call of `Read` is left out: it has no time",
            "line 7: the call of `Read` is left out: it has no time",
            "line 8: the call of `Read` is left out: it has no time",
            "line 9: the call of `Edit` has no duration, and is taken for one that took no time",
            "line 10: the line is left out: missing field `calls`",
        ],
    );
}

#[test]
fn text_that_is_not_utf8_is_one_broken_line() {
    let bytes = [RUN.as_bytes(), b"\n\xff\xfe{\n", RUN.as_bytes()].concat();
    let folder = folder(&[("runs.jsonl", &bytes)]);
    let report = traces::run(&Options::of_folder(folder.path())).unwrap();
    assert_eq!(report.traces[0].trace.flaws.len(), 1);
    assert_eq!(counts(&report.traces[0], Policy::Effects), (1, 1, 0, 0));
}

/// One line on standard error that says this, nothing on standard output, exit code 2.
#[track_caller]
fn check_refused(arguments: &[&str], words: &str) {
    let output = program(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(words), "{error}");
    assert!(output.stdout.is_empty());
}

#[test]
fn what_cannot_be_replayed_is_refused() {
    let empty = folder(&[("runs.jsonl", b"\n{}\n")]);
    let path = |folder: &TempDir| folder.path().display().to_string();
    check_refused(&[], "`--data` is missing; usage: replay --shared-world");
    check_refused(
        &["--data", &path(&empty)],
        "holds no call that can be replayed",
    );
    check_refused(
        &["--data", env!("CARGO_MANIFEST_DIR")],
        "there is neither tau-airline/runs.jsonl nor sessions/entire.jsonl",
    );
    check_refused(
        &["--sessions", "no-such.jsonl"],
        "no-such.jsonl: No such file",
    );
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

/// What a random call does: asks for a file or all of them, writes one, or runs a command that changes one.
fn action() -> impl Strategy<Value = (Kind, Entity)> {
    let file = || (0..3_u8).prop_map(|file| Entity::one("file", file.to_string()));
    prop_oneof![
        4 => file().prop_map(|file| (Kind::Read, file)),
        1 => Just((Kind::Read, Entity::Kind("file".to_owned()))),
        1 => file().prop_map(|file| (Kind::Write, file)),
        1 => file().prop_map(|file| (Kind::Shell, file)),
    ]
}

/// Calls at random times, many of them at once, in a world that changes when a write ends and is read when a run begins.
fn random_trace() -> impl Strategy<Value = Trace> {
    let call = (action(), 0..1_000_u64, 0..100_u64, any::<bool>());
    prop::collection::vec(call, 1..60).prop_map(|mut calls| {
        calls.sort_by_key(|(_, begin, ..)| *begin);
        let calls: Vec<_> = calls
            .into_iter()
            .enumerate()
            .map(|(index, ((kind, entity), begin, took, failed))| Call {
                line: index + 1,
                tool: "tool".to_owned(),
                tenant: "t".into(),
                kind,
                key: format!("{entity:?}"),
                question: Value::from(format!("{entity:?}")).to_string(),
                text: None,
                entities: vec![entity],
                failed: failed && kind == Kind::Write,
                begin: Duration::from_millis(2 * begin),
                // No two calls begin and end at one time.
                end: Duration::from_millis(2 * (begin + took) + 1),
                answer: None,
            })
            .collect();
        Trace {
            name: "random",
            calls,
            is_timed: true,
            flaws: Vec::new(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn with_effects_no_random_trace_has_a_stale_hit(trace in random_trace()) {
        let trace = Arc::new(trace);
        for policy in [Policy::Effects, Policy::EffectsBlindShell, Policy::Flush] {
            let pass = replay(&trace, policy, Spelling::Canonical, Ttl::Year).unwrap();
            prop_assert_eq!(&pass.stale, &[], "{}", policy);
            prop_assert_eq!(pass.right, pass.hits);
        }
    }
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
