//! The program `ticks`, on turns of its own and on the recorded ones: what it prints and how it ends.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Two turns: a read, a write and a read that conflict, beside one that does not; and a single call.
const TURNS: &str = r#"{"turns":[{"calls":[{"name":"ls","api":"files","kind_guess":"read"},{"name":"rm","api":"files","kind_guess":"write"},{"name":"ls","api":"files","kind_guess":"read"},{"name":"now","api":"clock","kind_guess":"read"}]},{"calls":[{"name":"ls","api":"files","kind_guess":"read"}]}]}"#;

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ticks"))
        .args(arguments)
        .output()
        .unwrap()
}

fn figures(data: &Path, cap: &str) -> Value {
    let output = program(&["--json", "--cap", cap, "--data", data.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_file_that_is_there_has_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("multi_turn_base.jsonl"), TURNS).unwrap();
    let figures = figures(folder.path(), "8");
    assert_eq!(figures["in_order"], true);
    let files = figures["files"].as_object().unwrap();
    assert_eq!(files.len(), 1);
    let [all, several] =
        ["all", "several_calls"].map(|which| &files["multi_turn_base.jsonl"][which]);
    assert_eq!((&all["turns"], &all["calls"]), (&2.into(), &5.into()));
    assert_eq!(
        (&several["turns"], &several["broken_at_once"]),
        (&1.into(), &1.into())
    );
    assert_eq!(all["dispatched_ms"], all["bound_ms"]);
    assert!(all["serial_ms"].as_u64() > all["bound_ms"].as_u64());

    let output = program(&["--data", folder.path().to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("\nmulti_turn_base.jsonl      2      5"),
        "{text}"
    );
}

#[test]
fn bad_input_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let refused = |output: &Output| {
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let nothing = refused(&program(&["--data", data]));
    assert_eq!(
        nothing,
        format!("ticks: {data}: there is neither multi_turn_base.jsonl nor parallel.jsonl\n")
    );
    std::fs::write(folder.path().join("parallel.jsonl"), "{\"ground_truth\":3}").unwrap();
    let broken = refused(&program(&["--data", data]));
    assert!(
        broken.contains("parallel.jsonl: line 1: invalid type") && broken.lines().count() == 1,
        "{broken}"
    );
    let unknown = refused(&program(&["--speed", "3"]));
    assert!(
        unknown.starts_with("ticks: unknown option `--speed`; usage: ticks"),
        "{unknown}"
    );
}

#[test]
fn recorded_turns_are_in_order_and_near_their_bound() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/bfcl");
    if !data.is_dir() {
        eprintln!("left out: ../shared/data/bfcl is not here");
        return;
    }
    let wide = figures(&data, "8");
    assert_eq!(
        (&wide["in_order"], wide["files"].as_object().unwrap().len()),
        (&true.into(), 2)
    );
    let narrow = figures(&data, "1");
    for (name, file) in narrow["files"].as_object().unwrap() {
        assert_eq!(
            file["all"]["dispatched_ms"], file["all"]["serial_ms"],
            "{name}: with one place, one by one"
        );
        let figures = &wide["files"][name]["all"];
        assert_eq!(
            figures["dispatched_ms"], figures["bound_ms"],
            "{name}: no turn has more than eight calls"
        );
        assert!(figures["serial_ms"].as_u64() > figures["dispatched_ms"].as_u64());
    }
}
