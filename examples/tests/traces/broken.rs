//! What cannot be taken as it is, and what cannot be replayed at all.

use tempfile::TempDir;
use toolwright_examples::traces::{self, Options, Policy, Report};

use crate::{counts, program};

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
