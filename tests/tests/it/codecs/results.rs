//! How outcomes are written: one for each, in order, the same bytes every time.

use toolwright::{Content, Outcome, Provider, ToolCall, ToolError, codec};

fn outcome(id: &str, result: Result<Content, ToolError>) -> Outcome {
    Outcome::new(&ToolCall::new(id, "some_tool", "{}"), result)
}

#[test]
fn each_in_its_providers_shape() {
    let outcomes = [
        outcome("1", Ok(Content::json(r#"{"b":1,"a":"x"}"#))),
        outcome("2", Err(ToolError::failed("no \"B\" here"))),
        outcome("3", Ok(Content::plain("two\nlines, é, \u{1}, \u{1f600}"))),
    ];
    assert_eq!(
        codec::results(Provider::Anthropic, &outcomes),
        concat!(
            r#"{"role":"user","content":["#,
            r#"{"type":"tool_result","tool_use_id":"1","content":"{\"b\":1,\"a\":\"x\"}"},"#,
            r#"{"type":"tool_result","tool_use_id":"2","content":"no \"B\" here","is_error":true},"#,
            r#"{"type":"tool_result","tool_use_id":"3","content":"two\nlines, é, \u0001, 😀"}]}"#,
        )
    );
    assert_eq!(
        codec::results(Provider::OpenAiResponses, &outcomes),
        concat!(
            r#"[{"type":"function_call_output","call_id":"1","output":"{\"b\":1,\"a\":\"x\"}"},"#,
            r#"{"type":"function_call_output","call_id":"2","output":"{\"error\":\"no \\\"B\\\" here\"}"},"#,
            r#"{"type":"function_call_output","call_id":"3","output":"two\nlines, é, \u0001, 😀"}]"#,
        )
    );
    assert_eq!(
        codec::results(Provider::OpenAiChat, &outcomes),
        concat!(
            r#"[{"role":"tool","tool_call_id":"1","content":"{\"b\":1,\"a\":\"x\"}"},"#,
            r#"{"role":"tool","tool_call_id":"2","content":"{\"error\":\"no \\\"B\\\" here\"}"},"#,
            r#"{"role":"tool","tool_call_id":"3","content":"two\nlines, é, \u0001, 😀"}]"#,
        )
    );
}

#[test]
fn none_and_oddities() {
    assert_eq!(
        codec::results(Provider::Anthropic, &[]),
        r#"{"role":"user","content":[]}"#
    );
    assert_eq!(codec::results(Provider::OpenAiResponses, &[]), "[]");
    assert_eq!(codec::results(Provider::OpenAiChat, &[]), "[]");

    // An empty id, twice: what came in goes out.
    let outcomes = [
        outcome("", Ok(Content::plain(""))),
        outcome("", Ok(Content::plain("x"))),
    ];
    assert_eq!(
        codec::results(Provider::OpenAiChat, &outcomes),
        r#"[{"role":"tool","tool_call_id":"","content":""},{"role":"tool","tool_call_id":"","content":"x"}]"#
    );
}

#[test]
fn an_error_is_never_without_words() {
    // Anthropic refuses a request in which a failed result is empty.
    let wordless = [outcome("1", Err(ToolError::failed("")))];
    let words = "the tool failed and did not say why";
    for provider in Provider::ALL {
        let results = codec::results(provider, &wordless);
        assert!(results.contains(words), "{results}");
    }
}
