//! Texts that are errors, or no JSON.

use toolwright::Provider;
use toolwright::codec::{self, CodecErrorKind};

use super::check_error;

#[test]
fn not_json_says_where() {
    for provider in Provider::ALL {
        for (text, expected) in [
            ("", "line 1, column 1: the text is empty"),
            ("<html>\n", "line 1, column 1: expected a value, found `<`"),
            (
                "{\"output\":\n [1,]}",
                "line 2, column 4: the last comma has nothing after it",
            ),
            (
                "{\"content\": \"é",
                "line 1, column 15: the text ends inside a string",
            ),
        ] {
            check_error(
                codec::calls(provider, text),
                CodecErrorKind::NotJson,
                &format!("not JSON: {expected}"),
            );
        }
    }
}

/// Checks the provider's type and message, and that both are in the error's own words, on one line.
#[track_caller]
fn check_provider_error(provider: Provider, body: &str, error_type: Option<&str>, message: &str) {
    let error = codec::calls(provider, body).expect_err("an error");
    assert_eq!(error.kind(), CodecErrorKind::Provider, "{error}");
    assert_eq!(
        (error.provider_type(), error.provider_message()),
        (error_type, Some(message))
    );
    let words = match error_type {
        Some(error_type) => format!("{error_type}: {message}"),
        None => message.to_owned(),
    };
    let expected = format!(
        "the provider answered with an error: {}",
        words.replace('\n', " ")
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.call_ids().count(), 0);
    assert!(error.outcomes().is_empty());
}

#[test]
fn the_errors_of_providers_in_their_own_words() {
    for (body, error_type, message) in [
        (
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":null}"#,
            Some("overloaded_error"),
            "Overloaded",
        ),
        (
            r#"{"error":{"message":"slow down","type":"rate_limit","param":null,"code":"rate"},"status":429}"#,
            Some("rate_limit"),
            "slow down",
        ),
        (
            r#"{"error":{"message":"no credits","code":402}}"#,
            Some("402"),
            "no credits",
        ),
        (
            r#"{"error":{"code":7,"message":"gone","status":"NOT_FOUND"}}"#,
            Some("NOT_FOUND"),
            "gone",
        ),
        (r#"{"error":"no such model"}"#, None, "no such model"),
        (
            r#"{"code":"bad-key","error":"wrong key"}"#,
            Some("bad-key"),
            "wrong key",
        ),
        (
            r#"{"object":"error","type":"bad_args","message":"two\nlines"}"#,
            Some("bad_args"),
            "two\nlines",
        ),
        (
            r#"{"object":"error","message":{"detail":[1]}}"#,
            None,
            r#"{"detail":[1]}"#,
        ),
        (r#"{"detail":"sign in again"}"#, None, "sign in again"),
        (r#"{"message":"Forbidden"}"#, None, "Forbidden"),
        (r#"{"error":{"reason":"odd"}}"#, None, r#"{"reason":"odd"}"#),
    ] {
        for provider in Provider::ALL {
            check_provider_error(provider, body, error_type, message);
        }
    }
}

#[test]
fn an_error_inside_of_a_response_comes_before_its_calls() {
    check_provider_error(
        Provider::OpenAiResponses,
        r#"{"status":"failed","error":{"code":"server_error","message":"broken"},"output":[
            {"type":"function_call","call_id":"1","name":"a","arguments":"{}"}]}"#,
        Some("server_error"),
        "broken",
    );
    check_provider_error(
        Provider::OpenAiResponses,
        r#"{"status":"failed","error":null,"output":[]}"#,
        None,
        "the response failed, without saying why",
    );
    check_provider_error(
        Provider::OpenAiChat,
        r#"{"choices":[{"error":{"code":502,"message":"upstream"},"finish_reason":"error","message":{"tool_calls":[
            {"id":"1","type":"function","function":{"name":"a","arguments":"{}"}}]}}]}"#,
        Some("502"),
        "upstream",
    );
}

#[test]
fn a_response_without_an_end_has_no_calls_yet() {
    for (status, output) in [("queued", "null"), ("in_progress", "[]")] {
        check_error(
            codec::openai_responses::calls(&format!(
                r#"{{"status":"{status}","output":{output}}}"#
            )),
            CodecErrorKind::Unfinished,
            &format!("the response is not finished: its status is `{status}`"),
        );
    }
}

const MESSAGES: [(Provider, &str); 3] = [
    (
        Provider::Anthropic,
        r#"{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"a","input":{"é":[1]}}],"stop_reason":null}"#,
    ),
    (
        Provider::OpenAiResponses,
        r#"{"status":"completed","output":[{"type":"function_call","call_id":"1","name":"a","arguments":"{\"é\":[1]}"}]}"#,
    ),
    (
        Provider::OpenAiChat,
        r#"{"choices":[{"message":{"tool_calls":[{"id":"1","function":{"name":"a","arguments":"{\"é\":[1]}"}}]}}]}"#,
    ),
];

#[test]
fn a_body_that_was_cut_off_is_not_json() {
    for (provider, message) in MESSAGES {
        assert_eq!(codec::calls(provider, message).unwrap().len(), 1);
        for (end, _) in message.char_indices() {
            let error = codec::calls(provider, &message[..end]).expect_err("half a body");
            assert_eq!(
                error.kind(),
                CodecErrorKind::NotJson,
                "{}: {error}",
                &message[..end]
            );
        }
    }
}

#[test]
fn any_damage_is_an_error_of_one_line_or_harmless() {
    for (provider, message) in MESSAGES {
        for (at, old) in message.char_indices() {
            for new in [
                "", "\"", "{", "}", "[", "]", ":", ",", "\\", "\\ud83d", "0", "null", "\n", "x",
            ] {
                let damaged = format!("{}{new}{}", &message[..at], &message[at + old.len_utf8()..]);
                match codec::calls(provider, &damaged) {
                    Ok(calls) => assert!(calls.len() <= 1, "{damaged}"),
                    Err(error) => assert!(!error.to_string().contains('\n'), "{damaged}: {error}"),
                }
            }
        }
    }
}
