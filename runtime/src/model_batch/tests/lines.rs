//! Lines of results: what each form of each provider means, and what becomes of lines that are broken.

use std::io::{self, BufReader, Cursor, Read};

use super::*;

fn lines(api: impl Into<Api>, text: &[u8]) -> Vec<Line> {
    let lines = ResultLines::new(api, text).collect::<io::Result<_>>();
    lines.unwrap()
}

#[track_caller]
fn line(api: impl Into<Api>, text: &str) -> Line {
    let mut lines = lines(api, text.as_bytes());
    assert_eq!(lines.len(), 1, "for {text}");
    lines.remove(0)
}

#[track_caller]
fn result(api: impl Into<Api>, text: &str) -> ResultLine {
    match line(api, text) {
        Line::Read(result) => {
            assert_eq!((result.custom_id(), result.text()), ("a", text));
            result
        }
        Line::Broken(broken) => panic!("{broken}"),
    }
}

/// What a failure says: status, kind, message, and whether it is transient.
#[track_caller]
fn check_failure(
    api: impl Into<Api>,
    text: &str,
    expected: (Option<u16>, Option<&str>, &str, bool),
) {
    let line = result(api, text);
    let Answer::Errored(failure) = line.answer() else {
        panic!("{line:?}")
    };
    let found = (
        failure.status(),
        failure.kind(),
        failure.message(),
        failure.is_transient(),
    );
    assert_eq!(found, expected, "for {text}");
    assert_eq!(line.answer().is_worth_repeating(), expected.3);
}

#[track_caller]
fn check_broken(api: impl Into<Api>, text: &str, custom_id: Option<&str>, expected: &str) {
    match line(api, text) {
        Line::Broken(broken) => {
            assert_eq!(
                broken.to_string(),
                format!("line 1: {expected}"),
                "for {text}"
            );
            assert_eq!((broken.custom_id(), &*broken.text()), (custom_id, text));
        }
        Line::Read(result) => panic!("{result:?}"),
    }
}

const A: Provider = Provider::Anthropic;
const O: Provider = Provider::OpenAiChat;

#[test]
fn a_success_has_the_message_as_it_was_written() {
    let message = r#"{"type": "message",  "content": [{"deep": 1e400, "deep": "\ud800"}]}"#;
    let text = format!(
        r#"{{"result": {{"message": {message}, "type": "succeeded"}}, "custom_id": "\u0061"}}"#
    );
    let succeeded = result(A, &text);
    assert_eq!(succeeded.answer(), Answer::Succeeded(message));
    assert!(!succeeded.answer().is_worth_repeating());

    for status in [200, 202, 299] {
        let text = format!(
            r#"{{"id": "batch_req_1", "custom_id": "a", "response": {{"status_code": {status}, "request_id": "r", "body": {message}}}, "error": null}}"#
        );
        assert_eq!(result(O, &text).answer(), Answer::Succeeded(message));
    }
    let without_error = r#"{"custom_id":"a","response":{"status_code":200,"body":{}}}"#;
    assert_eq!(result(O, without_error).answer(), Answer::Succeeded("{}"));
}

#[test]
fn a_message_may_be_nested_as_deep_as_it_likes() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let text = format!(r#"{{"custom_id":"a","result":{{"type":"succeeded","message":{deep}}}}}"#);
    assert_eq!(result(A, &text).answer(), Answer::Succeeded(&deep));
}

#[test]
fn what_expired_and_what_was_cancelled_is_told_from_what_failed() {
    for (text, expected) in [
        (
            r#"{"custom_id":"a","result":{"type":"expired"}}"#,
            Answer::Expired,
        ),
        (
            r#"{"custom_id":"a","result":{"type":"canceled"}}"#,
            Answer::Cancelled,
        ),
    ] {
        assert_eq!(result(A, text).answer(), expected);
        assert!(expected.is_worth_repeating());
    }
    for (code, expected) in [
        ("batch_expired", Answer::Expired),
        ("batch_cancelled", Answer::Cancelled),
        ("batch_canceled", Answer::Cancelled),
    ] {
        let text = format!(
            r#"{{"custom_id":"a","response":null,"error":{{"code":"{code}","message":"m"}}}}"#
        );
        assert_eq!(result(O, &text).answer(), expected);
    }
}

#[test]
fn a_failure_of_anthropic_is_read() {
    check_failure(
        A,
        r#"{"custom_id":"a","result":{"type":"errored","error":{"type":"error","error":{"details":{"x":1},"type":"invalid_request_error","message":"max_tokens: too many"},"request_id":null}}}"#,
        (
            None,
            Some("invalid_request_error"),
            "max_tokens: too many",
            false,
        ),
    );
    check_failure(
        A,
        r#"{"custom_id":"a","result":{"type":"errored","error":{"type":"overloaded_error","message":"Overloaded"}}}"#,
        (None, Some("overloaded_error"), "Overloaded", true),
    );
    check_failure(
        A,
        r#"{"custom_id":"a","result":{"type":"errored","error":{"type":"error"}}}"#,
        (None, Some("error"), r#"{"type":"error"}"#, false),
    );
}

#[test]
fn a_failure_of_openai_is_read() {
    check_failure(
        O,
        r#"{"custom_id":"a","response":{"status_code":400,"request_id":"r","body":{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"model_not_found"}}},"error":null}"#,
        (Some(400), Some("model_not_found"), "no", false),
    );
    check_failure(
        O,
        r#"{"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"no","type":"invalid_request_error","code":null}}}}"#,
        (Some(400), Some("invalid_request_error"), "no", false),
    );
    check_failure(
        O,
        r#"{"custom_id":"a","response":{"status_code":503,"body":"upstream"},"error":null}"#,
        (Some(503), None, "upstream", true),
    );
    check_failure(
        O,
        r#"{"custom_id":"a","response":{"status_code":404,"body":null},"error":null}"#,
        (Some(404), None, "the status is 404, without a body", false),
    );
    check_failure(
        O,
        r#"{"custom_id":"a","response":null,"error":{"code":"request_timeout","message":"timed out"}}"#,
        (None, Some("request_timeout"), "timed out", true),
    );
    check_failure(
        O,
        r#"{"custom_id":"a","response":null,"error":"the worker died"}"#,
        (None, None, "the worker died", false),
    );
    check_failure(
        O,
        r#"{"custom_id":"a","response":{"status_code":500,"body":{}},"error":{"code":"new","message":"m"}}"#,
        (None, Some("new"), "m", false),
    );
}

#[test]
fn statuses_that_may_pass_are_transient() {
    for (status, is_transient) in [
        (400, false),
        (408, true),
        (409, false),
        (429, true),
        (499, false),
        (500, true),
        (529, true),
    ] {
        let failure = Failure {
            status: Some(status),
            kind: None,
            message: String::new(),
        };
        assert_eq!(failure.is_transient(), is_transient, "for {status}");
    }
}

#[test]
fn a_line_that_is_not_json_is_broken() {
    for api in [A, O] {
        check_broken(
            api,
            "{",
            None,
            "not JSON: column 2: the text ends inside an object",
        );
        check_broken(
            api,
            r#"{"custom_id":"a","#,
            None,
            "not JSON: column 18: the text ends inside an object",
        );
        check_broken(
            api,
            "7 8",
            None,
            "not JSON: column 3: there is more text after the value",
        );
        check_broken(
            api,
            "[]",
            None,
            "not a result: it is an array, not an object",
        );
        check_broken(api, "null", None, "not a result: it is null, not an object");
    }
}

#[test]
fn a_line_without_an_id_is_broken() {
    for api in [A, O] {
        check_broken(api, "{}", None, "not a result: it has no `custom_id`");
        check_broken(
            api,
            r#"{"custom_id":null}"#,
            None,
            "not a result: it has no `custom_id`",
        );
        check_broken(
            api,
            r#"{"custom_id":7}"#,
            None,
            "not a result: its `custom_id` is no string",
        );
    }
}

#[test]
fn a_line_with_an_id_and_no_result_is_broken_and_names_the_id() {
    for (inside, problem) in [
        ("", "not a result: it has no `result`"),
        (
            r#","result":[]"#,
            "not a result: its `result` is no object of the known form",
        ),
        (
            r#","result":{}"#,
            "not a result: its `result` has no `type`",
        ),
        (
            r#","result":{"type":"paused"}"#,
            "its result has the unknown type `paused`",
        ),
        (
            r#","result":{"type":"succeeded"}"#,
            "not a result: it succeeded and has no `message`",
        ),
        (
            r#","result":{"type":"errored"}"#,
            "not a result: it errored and has no `error`",
        ),
    ] {
        check_broken(
            A,
            &format!(r#"{{"custom_id":"a"{inside}}}"#),
            Some("a"),
            problem,
        );
    }
    for (inside, problem) in [
        ("", "not a result: it has neither `response` nor `error`"),
        (
            r#","response":null,"error":null"#,
            "not a result: it has neither `response` nor `error`",
        ),
        (
            r#","response":"no""#,
            "not a result: its `response` is no object of the known form",
        ),
        (
            r#","response":{"body":{}}"#,
            "not a result: its `response` has no `status_code`",
        ),
        (
            r#","response":{"status_code":"200"}"#,
            "not a result: its `response` has no `status_code`",
        ),
        (
            r#","response":{"status_code":200}"#,
            "not a result: its `response` has no `body`",
        ),
        (
            r#","response":{"status_code":200,"body":{}},"error":{"code":"batch_expired"}"#,
            "not a result: it has an answer and an `error`",
        ),
    ] {
        check_broken(
            O,
            &format!(r#"{{"custom_id":"a"{inside}}}"#),
            Some("a"),
            problem,
        );
    }
}

#[test]
fn an_id_that_is_given_twice_is_broken() {
    let text = r#"{"custom_id":"a","custom_id":"b","result":{"type":"expired"}}"#;
    check_broken(
        A,
        text,
        None,
        "not JSON: column 18: the member `custom_id` is given twice",
    );
}

#[test]
fn a_line_that_is_not_utf_8_is_broken_and_kept() {
    let lines = lines(A, b"{\"custom_id\":\"\xFF\"}\n");
    let [Line::Broken(broken)] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(broken.problem(), "not UTF-8 after 14 bytes");
    assert_eq!(broken.bytes(), b"{\"custom_id\":\"\xFF\"}");
    assert_eq!(broken.text(), "{\"custom_id\":\"\u{FFFD}\"}");
}

#[test]
fn lines_are_counted_whatever_they_end_in() {
    let expired = r#"{"custom_id":"a","result":{"type":"expired"}}"#;
    let text = format!("\u{FEFF}{expired}\r\n\r\n  \n{expired}\n}}\n{expired}");
    let numbers: Vec<_> = lines(A, text.as_bytes())
        .iter()
        .map(|line| match line {
            Line::Read(line) => (line.number(), line.text() == expired),
            Line::Broken(line) => (line.number(), false),
        })
        .collect();
    assert_eq!(numbers, [(1, true), (4, true), (5, false), (6, true)]);
}

/// Reads what it has, and then fails for ever.
struct Cut(Cursor<&'static [u8]>);

impl Read for Cut {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(io::Error::new(
                io::ErrorKind::ConnectionReset,
                "the line went dead",
            )),
            count => Ok(count),
        }
    }
}

#[test]
fn an_error_of_the_reader_ends_the_lines() {
    let reader = Cut(Cursor::new(b"{}\n{}\n{\"custom"));
    let mut lines = ResultLines::new(A, BufReader::new(reader));
    assert!(matches!(lines.next(), Some(Ok(Line::Broken(_)))));
    assert!(matches!(lines.next(), Some(Ok(Line::Broken(_)))));
    let error = lines.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(error.to_string(), "after line 2: the line went dead");
    assert!(lines.next().is_none());

    let mut results = Results::new(A, ["a"]).unwrap();
    let reader = Cut(Cursor::new(
        b"{\"custom_id\":\"a\",\"result\":{\"type\":\"expired\"}}\n",
    ));
    let error = results
        .read("results.jsonl", BufReader::new(reader))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "results.jsonl: after line 1: the line went dead"
    );
    assert_eq!(results.get("a"), Some(Answer::Expired));
}
