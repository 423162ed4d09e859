//! Messages that were cut: no call of them is handed out to be run, and each can be answered.

use toolwright::codec::{self, CodecErrorKind};
use toolwright::{ErrorKind, Provider};

/// Checks that this message is cut, why, and which of its calls must be answered.
#[track_caller]
fn check_cut(provider: Provider, message: &str, stop: &str, ids: &[&str]) {
    let error = codec::calls(provider, message).expect_err("a cut message gives no calls");
    assert_eq!(error.kind(), CodecErrorKind::Truncated, "{error}");
    assert_eq!(error.call_ids().collect::<Vec<_>>(), ids);
    let calls = match ids.len() {
        0 => String::new(),
        1 => ": its call must not be run".to_owned(),
        count => format!(": its {count} calls must not be run"),
    };
    assert_eq!(
        error.to_string(),
        format!("the message was cut (`{stop}`){calls}")
    );

    let outcomes = error.outcomes();
    assert_eq!(
        outcomes
            .iter()
            .map(toolwright::Outcome::id)
            .collect::<Vec<_>>(),
        ids
    );
    for outcome in &outcomes {
        let error = outcome.result().expect_err("the call was not run");
        assert_eq!(error.kind(), ErrorKind::InvalidCall);
        assert!(
            outcome.text().starts_with("this call was not run: "),
            "{}",
            outcome.text()
        );
    }
    let results = codec::results(provider, &outcomes);
    assert_eq!(
        results.matches("this call was not run").count(),
        ids.len(),
        "{results}"
    );
}

#[test]
fn anthropic() {
    let message = |stop: &str| {
        format!(
            r#"{{"type":"message","role":"assistant","stop_reason":"{stop}","content":[
                {{"type":"tool_use","id":"toolu_1","name":"write","input":{{"text":"whole"}}}},
                {{"type":"tool_use","id":"toolu_2","name":"write","input":{{}}}}]}}"#
        )
    };
    for stop in [
        "max_tokens",
        "model_context_window_exceeded",
        "refusal",
        "stop_sequence",
    ] {
        check_cut(
            Provider::Anthropic,
            &message(stop),
            stop,
            &["toolu_1", "toolu_2"],
        );
    }
    for stop in ["tool_use", "end_turn", "pause_turn", "something_new"] {
        let calls = codec::calls(Provider::Anthropic, &message(stop)).unwrap();
        assert_eq!(calls.len(), 2, "{stop}");
    }
}

#[test]
fn openai_chat() {
    let message = |finish: &str| {
        format!(
            r#"{{"choices":[{{"finish_reason":"{finish}","message":{{"role":"assistant","tool_calls":[
                {{"id":"call_1","type":"function","function":{{"name":"write","arguments":"{{}}"}}}},
                {{"id":"call_2","type":"function","function":{{"name":"write","arguments":"{{\"te"}}}}]}}}}]}}"#
        )
    };
    for finish in [
        "length",
        "content_filter",
        "model_length",
        "insufficient_system_resource",
        "error",
    ] {
        check_cut(
            Provider::OpenAiChat,
            &message(finish),
            finish,
            &["call_1", "call_2"],
        );
    }
    for finish in ["tool_calls", "stop", "function_call", "something_new"] {
        let calls = codec::calls(Provider::OpenAiChat, &message(finish)).unwrap();
        assert_eq!(calls.len(), 2, "{finish}");
    }
}

#[test]
fn openai_responses() {
    let message = |status: &str, details: &str, call_status: &str| {
        format!(
            r#"{{"status":"{status}","incomplete_details":{details},"output":[
                {{"type":"function_call","call_id":"call_1","name":"write","arguments":"{{}}","status":"completed"}},
                {{"type":"function_call","call_id":"call_2","name":"write","arguments":"{{\"te",
                  "status":"{call_status}"}}]}}"#
        )
    };
    let both = ["call_1", "call_2"];
    for (status, details, call_status, stop) in [
        (
            "incomplete",
            r#"{"reason":"max_output_tokens"}"#,
            "incomplete",
            "max_output_tokens",
        ),
        (
            "incomplete",
            r#"{"reason":"content_filter"}"#,
            "completed",
            "content_filter",
        ),
        ("incomplete", "null", "completed", "incomplete"),
        ("cancelled", "null", "completed", "cancelled"),
        ("completed", "null", "incomplete", "incomplete"),
        ("completed", "null", "in_progress", "in_progress"),
    ] {
        check_cut(
            Provider::OpenAiResponses,
            &message(status, details, call_status),
            stop,
            &both,
        );
    }
    let whole = message("completed", "null", "completed");
    assert_eq!(
        codec::calls(Provider::OpenAiResponses, &whole)
            .unwrap()
            .len(),
        2
    );

    let items = r#"[{"type":"function_call","call_id":"call_1","name":"a","arguments":"{","status":"incomplete"}]"#;
    check_cut(Provider::OpenAiResponses, items, "incomplete", &["call_1"]);
}

#[test]
fn the_cut_may_have_taken_every_call() {
    for (provider, message, stop) in [
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":[],"stop_reason":"max_tokens"}"#,
            "max_tokens",
        ),
        (
            Provider::OpenAiChat,
            r#"{"choices":[{"finish_reason":"length","message":{"content":"a"}}]}"#,
            "length",
        ),
        (
            Provider::OpenAiResponses,
            r#"{"status":"incomplete","output":[]}"#,
            "incomplete",
        ),
    ] {
        check_cut(provider, message, stop, &[]);
    }
}

#[test]
fn a_call_may_have_lost_its_name() {
    check_cut(
        Provider::Anthropic,
        r#"{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1"}],"stop_reason":"max_tokens"}"#,
        "max_tokens",
        &["toolu_1"],
    );
    for call in [
        r#"{"id":"call_1","type":"function"}"#,
        r#"{"id":"call_1","function":{}}"#,
    ] {
        check_cut(
            Provider::OpenAiChat,
            &format!(
                r#"{{"choices":[{{"finish_reason":"length","message":{{"tool_calls":[{call}]}}}}]}}"#
            ),
            "length",
            &["call_1"],
        );
    }
    check_cut(
        Provider::OpenAiResponses,
        r#"{"status":"incomplete","output":[{"type":"function_call","call_id":"call_1"}]}"#,
        "incomplete",
        &["call_1"],
    );
}
