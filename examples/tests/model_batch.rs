//! A night of model calls through files: every answer told apart, what is worth it sent again, and the program itself.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use toolwright::Provider;
use toolwright::model_batch::{Answer, Counts, Results};
use toolwright_examples::model_batch::{Night, report};

const PROVIDERS: [Provider; 2] = [Provider::Anthropic, Provider::OpenAiChat];

fn program(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_model_batch"))
        .args(arguments)
        .output()
        .unwrap()
}

fn succeeded(night: &Night) -> usize {
    let is_success = |(_, answer): &(&str, Answer<'_>)| matches!(answer, Answer::Succeeded(_));
    night.answers().filter(is_success).count()
}

/// Every file below a folder, with what is in it.
fn files(folder: &Path) -> BTreeSet<(PathBuf, String)> {
    let entries = fs::read_dir(folder).unwrap();
    let below = entries.flat_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return files(&path);
        }
        let text = fs::read_to_string(&path).unwrap();
        BTreeSet::from([(path, text)])
    });
    below.collect()
}

#[test]
fn what_went_wrong_at_night_is_told_apart_and_sent_again() {
    for provider in PROVIDERS {
        let folder = tempfile::tempdir().unwrap();
        let night = Night::spent(provider, folder.path()).unwrap();
        let [first, again] = &night.rounds;
        let counts = |results: &Results| {
            let Counts {
                succeeded,
                errored,
                expired,
                missing,
                ..
            } = results.counts();
            (succeeded, errored, expired, missing)
        };
        assert_eq!(counts(&first.results), (6, 2, 1, 1), "{provider}");
        assert_eq!(counts(&again.results), (3, 0, 0, 0), "{provider}");
        assert_eq!((first.sent.len(), again.sent.len()), (3, 1), "{provider}");
        // All but the message that is empty, which no second try makes better.
        assert_eq!((succeeded(&night), night.answers().count()), (9, 10));
        assert_eq!(
            first.results.problems().len(),
            1,
            "{:?}",
            first.results.problems()
        );
        assert_eq!(again.results.problems(), []);
    }
}

#[test]
fn the_ids_are_the_same_each_night() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let nights = folders.each_ref().map(|folder| {
        Night::spent(Provider::Anthropic, folder.path()).unwrap();
        let files = files(folder.path());
        let relative = files
            .into_iter()
            .map(|(path, text)| (path.strip_prefix(folder.path()).unwrap().to_owned(), text));
        relative.collect::<BTreeSet<_>>()
    });
    assert_eq!(nights[0], nights[1]);
    assert!(nights[0].len() > 6);
}

#[test]
fn the_report_has_a_row_for_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let night = Night::spent(Provider::OpenAiChat, folder.path()).unwrap();
    let report = report::text(&night, folder.path()).unwrap();
    let row = |message: &str| {
        let row = report.lines().find(|line| line.contains(message)).unwrap();
        let (_, outcome) = row.split_once(message).unwrap();
        outcome.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        row("Thank you for the quick delivery!"),
        "\" errored succeeded no call"
    );
    assert_eq!(
        row("When do you open on Sunday?"),
        "\" expired succeeded no call"
    );
    assert_eq!(
        row("Where is my order A-10234?"),
        "\" missing succeeded lookup_order {\"order_id\":\"A-10234\"}"
    );
    assert_eq!(
        row(" \"\" "),
        "errored messages: text content must not be empty"
    );
    assert!(
        report.contains("first/received/results-1.jsonl, line 2: not JSON"),
        "{report}"
    );
    assert!(
        report.contains("requests-2-of-3.jsonl: 3 requests for gpt-5.4, "),
        "{report}"
    );
}

#[test]
fn the_program_leaves_its_files_in_the_folder_and_writes_over_none() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(&[folder.path()]);
    assert!(output.status.success(), "{output:?}");
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(report.matches("custom_id").count(), 2, "{report}");
    let written = files(folder.path());
    assert!(
        written
            .iter()
            .any(|(path, _)| path.ends_with("anthropic/first/sent/requests-1-of-3.json"))
    );

    let output = program(&[folder.path()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(problem.contains("requests-1-of-3.json: "), "{problem}");
    assert_eq!(files(folder.path()), written);
}

#[test]
fn the_program_needs_no_folder_and_refuses_what_is_none() {
    assert!(program(&[]).status.success());
    for arguments in [
        vec![Path::new("--help")],
        vec![Path::new("a"), Path::new("b")],
    ] {
        let output = program(&arguments);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(output.stderr, b"usage: model_batch [DIR]\n");
    }
}
