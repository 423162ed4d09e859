//! Bodies: what is refused in a batch, and how a body is written.

use super::*;

#[track_caller]
fn check_refused(mut batch: ModelBatch, body: &str, expected: &str) {
    batch.push_with_id("ok", "{}").unwrap();
    let error = batch.push_with_id("a", body).unwrap_err();
    assert_eq!(error.to_string(), expected, "for {body}");
    // An id that was made of a body is named as well.
    let error = batch.push(body).unwrap_err();
    let (what, derived) = (expected.split_once(": ").unwrap().1, error.to_string());
    assert!(
        derived.starts_with("requests[1]") && derived.ends_with(what),
        "{derived}"
    );
    assert_eq!(batch.len(), 1);
}

#[track_caller]
fn check_taken(mut batch: ModelBatch, body: &str) {
    batch.push(body).unwrap();
}

#[test]
fn a_body_must_be_an_object() {
    let not_json = "requests[1]: the body is not JSON: line 1, column 3: expected `:` after the member name ``";
    for batch in [anthropic(), chat()] {
        check_refused(
            batch.clone(),
            "[1]",
            "requests[1]: the body is an array, not an object",
        );
        check_refused(
            batch.clone(),
            r#"""#,
            "requests[1]: the body is not JSON: line 1, column 2: the text ends inside a string",
        );
        check_refused(
            batch,
            r#"{""}"#,
            not_json.replace("column 3", "column 4").as_str(),
        );
    }
}

#[test]
fn a_member_that_is_given_twice_is_refused() {
    let expected =
        "requests[1]: the body is not JSON: line 1, column 9: the member `n` is given twice";
    check_refused(chat(), r#"{"n": 1,"n": 2}"#, expected);
}

#[test]
fn a_stream_is_refused() {
    let expected = "requests[1] (`a`): `stream` is true, and a batch does not stream";
    for batch in [anthropic(), chat()] {
        check_refused(batch.clone(), r#"{"stream": true}"#, expected);
        check_taken(batch.clone(), r#"{"stream": false}"#);
        check_taken(batch, r#"{"metadata": {"stream": true}}"#);
    }
}

#[test]
fn anthropic_refuses_to_warm_a_cache() {
    let expected =
        "requests[1] (`a`): `max_tokens` is 0, which warms a cache and is not taken in a batch";
    for zero in ["0", "0.0", "-0", "0e3"] {
        check_refused(
            anthropic(),
            &format!(r#"{{"max_tokens": {zero}}}"#),
            expected,
        );
    }
    check_taken(anthropic(), r#"{"max_tokens": 1}"#);
    check_taken(chat(), r#"{"max_tokens": 0}"#);
}

#[test]
fn anthropic_refuses_the_fast_mode() {
    let expected = "requests[1] (`a`): `speed` is fast, which is not taken in a batch";
    check_refused(anthropic(), r#"{"speed": "fast"}"#, expected);
    check_taken(anthropic(), r#"{"speed": "standard"}"#);
    check_taken(chat(), r#"{"speed": "fast"}"#);
}

#[test]
fn a_body_is_written_on_one_line_and_else_as_it_was_given() {
    let mut batch = chat();
    let body = "{\r\n\t\"z\": [1.50, -0 , 1E5],\n \"a \\\" b\": \"x  y\\\\\", \"c\": { \"d\" : \"\\n \u{2029}\u{85}é\" } }\n";
    let id = batch.push(body).unwrap().to_owned();
    let expected = r#"{"z":[1.50,-0,1E5],"a \" b":"x  y\\","c":{"d":"\n \u2029\u0085é"}}"#;
    assert_eq!(batch.body(&id), Some(expected));
    assert!(written(&batch.files()[0]).ends_with(&format!(r#""body":{expected}}}{}"#, "\n")));
}
