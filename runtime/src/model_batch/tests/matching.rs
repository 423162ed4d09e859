//! Results matched with requests: every answer told apart, and nothing that was read is lost.

use std::fs;

use super::*;

const EXPIRED: &str = r#"{"custom_id":"ID","result":{"type":"expired"}}"#;
const CANCELED: &str = r#"{"custom_id":"ID","result":{"type":"canceled"}}"#;
const SUCCEEDED: &str = r#"{"custom_id":"ID","result":{"type":"succeeded","message":{"n":1}}}"#;
const AGAIN: &str = r#"{"custom_id":"ID","result":{"type":"succeeded","message":{"n":2}}}"#;
const ERRORED: &str = r#"{"custom_id":"ID","result":{"type":"errored","error":{"type":"error","error":{"type":"api_error","message":"m"}}}}"#;
const PAUSED: &str = r#"{"custom_id":"ID","result":{"type":"paused"}}"#;

fn of(custom_id: &str, line: &str) -> String {
    format!("{}\n", line.replace("ID", custom_id))
}

fn read(custom_ids: &[&str], text: &str) -> Results {
    let mut results = Results::new(Provider::Anthropic, custom_ids.iter().copied()).unwrap();
    results.read("r", text.as_bytes()).unwrap();
    results
}

fn answers(results: &Results) -> Vec<(&str, &str)> {
    results
        .iter()
        .map(|(id, answer)| (id, answer.as_str()))
        .collect()
}

fn problems(results: &Results) -> Vec<String> {
    results.problems().iter().map(Problem::to_string).collect()
}

#[test]
fn every_answer_is_told_apart_in_the_order_of_the_requests() {
    let text = [
        of("f", PAUSED),
        of("d", CANCELED),
        of("c", EXPIRED),
        of("b", ERRORED),
        of("a", SUCCEEDED),
    ];
    let results = read(&["a", "b", "c", "d", "e", "f"], &text.concat());
    let expected = [
        ("a", "succeeded"),
        ("b", "errored"),
        ("c", "expired"),
        ("d", "cancelled"),
        ("e", "missing"),
        ("f", "unreadable"),
    ];
    assert_eq!(answers(&results), expected);
    assert_eq!(results.iter().len(), 6);
    let counts = Counts {
        succeeded: 1,
        errored: 1,
        expired: 1,
        cancelled: 1,
        unreadable: 1,
        missing: 1,
    };
    assert_eq!(results.counts(), counts);
    assert_eq!(results.get("a"), Some(Answer::Succeeded(r#"{"n":1}"#)));
    assert_eq!(results.get("x"), None);
    let Some(Line::Read(line)) = results.line("a") else {
        panic!()
    };
    assert_eq!(
        (line.text(), line.number()),
        (of("a", SUCCEEDED).trim_end(), 5)
    );
    assert_eq!((results.line("e"), results.line("x")), (None, None));
    // It is worth a look, and no request to be sent and paid for again.
    assert!(!results.get("f").unwrap().is_worth_repeating());
    assert_eq!(
        problems(&results),
        ["r, line 1: its result has the unknown type `paused`"]
    );
}

#[test]
fn an_unknown_id_is_a_problem_that_keeps_the_line() {
    let results = read(&["a"], &(of("a", EXPIRED) + &of("A", SUCCEEDED)));
    assert_eq!(
        problems(&results),
        ["r, line 2: no request has the custom_id `A`"]
    );
    let [Problem::UnknownId { line, .. }] = results.problems() else {
        panic!()
    };
    assert_eq!(line.answer(), Answer::Succeeded(r#"{"n":1}"#));
    assert_eq!(answers(&results), [("a", "expired")]);
}

#[test]
fn a_broken_line_leaves_the_others_as_they_are() {
    let text = of("a", EXPIRED) + "{\"custom_id\":\"b\",\"resu\n" + &of("c", EXPIRED);
    let results = read(&["a", "b", "c"], &text);
    assert_eq!(
        answers(&results),
        [("a", "expired"), ("b", "missing"), ("c", "expired")]
    );
    assert_eq!(
        problems(&results),
        ["r, line 2: not JSON: column 23: the text ends inside a string"]
    );
    // One that names no request of the set is told as well, once.
    let results = read(&["a"], &of("x", PAUSED));
    assert_eq!(
        problems(&results),
        ["r, line 1: its result has the unknown type `paused`"]
    );
}

/// What is kept of two lines for one request, and which line the problem keeps.
#[track_caller]
fn check_two(first: &str, second: &str, kept: usize) {
    let results = read(&["a"], &(of("a", first) + &of("a", second)));
    let line = match results.line("a").unwrap() {
        Line::Read(line) => line,
        Line::Broken(broken) => panic!("{broken}"),
    };
    assert_eq!(line.number(), kept);
    let other = 3 - kept;
    let expected = format!("r, line {other}: `a` has another result, that of r, line {kept}");
    assert_eq!(problems(&results), [expected]);
    let [Problem::Duplicate { line, .. }] = results.problems() else {
        panic!()
    };
    assert_eq!(line.text(), of("a", [first, second][other - 1]).trim_end());
}

#[test]
fn of_two_results_a_success_is_kept_and_else_the_first() {
    check_two(SUCCEEDED, AGAIN, 1);
    check_two(EXPIRED, CANCELED, 1);
    check_two(ERRORED, EXPIRED, 1);
    check_two(SUCCEEDED, EXPIRED, 1);
    check_two(EXPIRED, SUCCEEDED, 2);
}

#[test]
fn any_result_is_kept_rather_than_one_that_cannot_be_read() {
    for text in [
        of("a", PAUSED) + &of("a", EXPIRED),
        of("a", EXPIRED) + &of("a", PAUSED),
    ] {
        let results = read(&["a"], &text);
        assert_eq!(answers(&results), [("a", "expired")]);
        assert_eq!(results.problems().len(), 1, "{:?}", problems(&results));
    }
}

#[test]
fn the_files_of_a_set_are_read_into_one_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("output.jsonl");
    let errors = folder.path().join("errors.jsonl");
    fs::write(
        &output,
        r#"{"custom_id":"b","response":{"status_code":200,"body":{"n":1}},"error":null}"#,
    )
    .unwrap();
    fs::write(
        &errors,
        r#"{"custom_id":"a","response":null,"error":{"code":"batch_expired"}}"#,
    )
    .unwrap();

    let mut batch = chat();
    batch.push_with_id("a", "{}").unwrap();
    batch.push_with_id("b", "{}").unwrap();
    for order in [[&output, &errors], [&errors, &output]] {
        let mut results = batch.results();
        assert_eq!(answers(&results), [("a", "missing"), ("b", "missing")]);
        for path in order {
            results.read_file(path).unwrap();
        }
        assert_eq!(answers(&results), [("a", "expired"), ("b", "succeeded")]);
        assert_eq!(problems(&results), [""; 0]);
    }

    // Which file a problem is in is told.
    let mut results = batch.results();
    for path in [&output, &errors, &output] {
        results.read_file(path).unwrap();
    }
    let path = output.display();
    let expected = format!("{path}, line 1: `b` has another result, that of {path}, line 1");
    assert_eq!(problems(&results), [expected]);
    let error = results.read_file(folder.path().join("none")).unwrap_err();
    assert!(error.to_string().contains("none: "), "{error}");
}

#[test]
fn the_results_of_one_provider_are_no_results_of_the_other() {
    let mut results = Results::new(Provider::OpenAiChat, ["a"]).unwrap();
    results.read("r", of("a", SUCCEEDED).as_bytes()).unwrap();
    assert_eq!(answers(&results), [("a", "unreadable")]);
}

#[test]
fn ids_that_are_expected_must_differ() {
    let error = Results::new(Provider::Anthropic, ["a", "b", "a"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "requests[2] (`a`): requests[0] has the same custom_id"
    );
    let results =
        Results::new(Provider::Anthropic, [String::from("b"), String::from("a")]).unwrap();
    assert_eq!(answers(&results), [("b", "missing"), ("a", "missing")]);
}
