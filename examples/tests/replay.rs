//! Replaying recorded runs: a small record of our own, records with mistakes, and the real one where it is at hand.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use toolwright::Levers;
use toolwright_examples::replay::{Comparison, Options, Pass, Reason, Setup, Which, replay};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/airline-small")
}

fn setup(data: &Path, runs: Option<PathBuf>, agents: usize) -> Setup {
    let options = Options {
        data: data.to_owned(),
        runs,
        agents,
        levers: Which::Both,
        latency: Duration::ZERO,
        json: false,
    };
    Setup::read(&options).unwrap()
}

/// A file of runs that is the fixture's, changed.
fn record(change: impl FnOnce(String) -> String) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.jsonl");
    let runs = std::fs::read_to_string(fixture().join("runs.jsonl")).unwrap();
    std::fs::write(&path, change(runs)).unwrap();
    (folder, path)
}

/// The first text, once and only once replaced by the second.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from}");
    text.replace(from, to)
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replay"))
        .args(arguments)
        .output()
        .unwrap()
}

fn data() -> String {
    fixture().display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_result_matches() {
    let setup = setup(&fixture(), None, 3);
    let off = replay(&setup, Levers::none()).await.unwrap();
    let on = replay(&setup, Levers::all()).await.unwrap();
    for pass in [&off, &on] {
        assert!(pass.mismatches.is_empty(), "{:#?}", pass.mismatches);
        assert_eq!((pass.runs, pass.matched()), (3, pass.calls));
    }
    assert_eq!((off.stats.cache_hits, off.stats.batches), (0, 0));
    assert!(
        on.stats.cache_hits > 0 && on.stats.batches > 0,
        "{:?}",
        on.stats
    );
    assert!(on.downstream_calls < off.downstream_calls);
    let comparison = Comparison {
        off: Some(off),
        on: Some(on),
    };
    assert_eq!(comparison.differences(), 0);
    assert!(comparison.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_runs_at_once_do_not_meet() {
    let (_folder, runs) = record(|runs| runs.repeat(20));
    let setup = setup(&fixture(), Some(runs), 60);
    for levers in [Levers::all(), Levers::none()] {
        let pass = replay(&setup, levers).await.unwrap();
        assert_eq!(pass.runs, 60);
        // Each books, pays and cancels: one that saw another's changes would find other ids and balances.
        assert!(pass.mismatches.is_empty(), "{:#?}", pass.mismatches.first());
    }
}

#[tokio::test]
async fn a_wrong_record_is_a_mismatch_with_both_values() {
    let (_folder, runs) =
        record(|runs| replaced(&runs, r#""result": "180.0""#, r#""result": "181.0""#));
    let pass = replay(&setup(&fixture(), Some(runs), 2), Levers::all())
        .await
        .unwrap();
    let [mismatch] = pass.mismatches.as_slice() else {
        panic!("{:#?}", pass.mismatches)
    };
    assert_eq!(
        (mismatch.call.result.as_str(), mismatch.replayed.as_str()),
        ("181.0", "180.0")
    );
    assert_eq!(
        (mismatch.line, mismatch.run.as_str(), mismatch.excuse),
        (1, "small-book", None)
    );
    assert_eq!(pass.matched(), pass.calls - 1);
    assert!(
        !Comparison {
            off: None,
            on: Some(pass)
        }
        .is_clean()
    );
}

#[tokio::test]
async fn what_the_record_brings_on_itself_is_listed_and_excused() {
    let (_folder, runs) = record(|runs| {
        let runs = replaced(
            &runs,
            r#""{\"expression\": \"5 / 0\"}", "result": "Error: division by zero""#,
            r#""{}", "result": "Error: missing 'expression'""#,
        );
        replaced(
            &runs,
            r#"{\"SEA\": \"Seattle\", \"DEN\": \"Denver\", "#,
            r#"{\"SEA\": \"Seattle\", \"DEN\": "#,
        )
        .replace(r#" \"QQT\": \"QQT\"}"#, "")
    });
    let pass = replay(&setup(&fixture(), Some(runs), 2), Levers::all())
        .await
        .unwrap();
    let reasons: Vec<_> = pass
        .mismatches
        .iter()
        .map(|mismatch| mismatch.excuse)
        .collect();
    assert_eq!(
        reasons,
        [Some(Reason::RefusedArguments), Some(Reason::CutOff)]
    );
    let comparison = Comparison {
        off: None,
        on: Some(pass),
    };
    assert!(comparison.is_clean());
    assert!(
        comparison
            .to_string()
            .contains("reason    the recorded text is cut off"),
        "{comparison}"
    );
}

#[test]
fn the_summary_is_one_json_object() {
    for levers in [&["--levers", "on"][..], &["--levers=off"], &[]] {
        let data = data();
        let output = program(&[&["--data", &data, "--json"], levers].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut keys: Vec<_> = summary
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        keys.sort_unstable();
        let expected = [
            "batches",
            "cache_hits",
            "calls",
            "downstream_calls",
            "matched",
            "mismatched",
            "runs",
            "wall_ms",
        ];
        assert_eq!(keys, expected);
        assert_eq!(
            (&summary["runs"], &summary["mismatched"]),
            (&Value::from(3), &Value::from(0))
        );
        assert_eq!(summary["calls"], summary["matched"]);
        assert_eq!(summary["batches"] == 0, levers == ["--levers=off"]);
    }
}

#[test]
fn the_report_says_what_the_levers_save() {
    let output = program(&["--data", &data(), "--latency-ms", "1", "--agents", "2"]);
    let report = String::from_utf8(output.stdout).unwrap();
    for words in [
        "levers off",
        "levers on",
        "downstream calls saved by the cache:",
        "all results are the same",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn a_mismatch_is_exit_code_1_and_its_values() {
    let (_folder, runs) =
        record(|runs| replaced(&runs, r#""result": "5.25""#, r#""result": "5.3""#));
    let output = program(&[
        "--data",
        &data(),
        "--runs",
        &runs.display().to_string(),
        "--levers",
        "on",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        report.contains("  recorded  5.3\n  replayed  5.25\n"),
        "{report}"
    );
}

#[test]
fn runs_are_found_below_the_data_directory() {
    let output = program(&["--data", &data(), "--runs", "runs.jsonl", "--levers", "on"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn help_is_no_error() {
    let output = program(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("usage: replay --data DIR")
    );
}

/// One line on standard error that says this, nothing on standard output, exit code 2.
#[track_caller]
fn check_refused(arguments: &[&str], words: &str) {
    let output = program(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(
        error.starts_with("replay: ") && error.contains(words),
        "{error}"
    );
    assert!(output.stdout.is_empty());
}

#[track_caller]
fn check_record_refused(change: impl FnOnce(String) -> String, words: &str) {
    let (_folder, runs) = record(change);
    check_refused(
        &[
            "--data",
            &data(),
            "--runs",
            &runs.display().to_string(),
            "--json",
        ],
        words,
    );
}

#[test]
fn bad_arguments_of_the_program_are_refused() {
    check_refused(&[], "`--data` is missing; usage: replay");
    check_refused(
        &["--data", &data(), "--levers", "half"],
        "`--levers` takes `on` or `off`, not `half`",
    );
    check_refused(
        &["--data", &data(), "--bogus"],
        "unknown argument `--bogus`",
    );
    check_refused(
        &["--data", "no/such/directory"],
        "no/such/directory: there is no such data directory",
    );
    check_refused(
        &["--data", &data(), "--runs", "no-such.jsonl"],
        "no-such.jsonl: No such file",
    );
    check_refused(
        &["--data", env!("CARGO_MANIFEST_DIR")],
        "flights.json: No such file",
    );
}

#[test]
fn bad_records_are_refused() {
    check_record_refused(|_| String::new(), "changed.jsonl: holds no run");
    check_record_refused(
        |runs| runs[..runs.len() / 2].to_owned(),
        "line 2: is not a run: EOF while parsing",
    );
    check_record_refused(|_| "[]".to_owned(), "line 1: is not a run:");
    check_record_refused(
        |_| r#"{"run_id": "r"}"#.to_owned(),
        "line 1: is not a run: missing field `ticks`",
    );
    check_record_refused(
        |runs| {
            replaced(
                &runs,
                r#""name": "transfer_to_human_agents""#,
                r#""name": "transfer_money""#,
            )
        },
        "line 3: the call `call_30` names the tool `transfer_money`, which the airline does not have",
    );
    check_record_refused(
        |runs| {
            replaced(
                &runs,
                r#""args_raw": "{\"expression\": \"$5\"}""#,
                r#""args_raw": "{\"expression\"""#,
            )
        },
        "are not JSON: EOF while parsing",
    );
    check_record_refused(
        |runs| {
            replaced(
                &runs,
                r#""args_raw": "{\"expression\": \"$5\"}""#,
                r#""args_raw": "[5]""#,
            )
        },
        "are not a JSON object: [5]",
    );
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.jsonl");
    std::fs::write(&path, [0xff, 0xfe, b'{']).unwrap();
    check_refused(
        &["--data", &data(), "--runs", &path.display().to_string()],
        "valid UTF-8",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_record_matches() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/tau-airline");
    if !data.is_dir() {
        eprintln!("left out: there is no {}", data.display());
        return;
    }
    let setup = setup(&data, None, 32);
    let (off, on) = (
        replay(&setup, Levers::none()).await.unwrap(),
        replay(&setup, Levers::all()).await.unwrap(),
    );
    let real = |pass: &Pass| {
        pass.real_mismatches()
            .map(ToString::to_string)
            .collect::<String>()
    };
    assert_eq!((real(&off), real(&on)), (String::new(), String::new()));
    assert!(on.downstream_calls < off.downstream_calls);
    assert_eq!(
        Comparison {
            off: Some(off),
            on: Some(on)
        }
        .differences(),
        0
    );
}
