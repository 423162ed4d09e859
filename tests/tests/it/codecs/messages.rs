//! Which calls are read out of which messages.

use toolwright::Provider;
use toolwright::codec::{self, CodecErrorKind, anthropic, openai_chat, openai_responses};

use super::{check_error, parts};

#[test]
fn anthropic_input_is_kept_byte_for_byte() {
    let message = r#"{
        "id": "msg_1", "type": "message", "role": "assistant", "model": "some-model", "stop_reason": "tool_use",
        "content": [
            {"type": "thinking", "thinking": "two parcels", "signature": "c2ln"},
            {"type": "text", "text": "I look at both."},
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "parcels"}},
            {"type": "tool_use", "id": "toolu_1", "name": "track", "input": { "z":1.50,"a" :
                "\u00e9\/", "n": 12345678901234567890123 }, "caller": {"type": "direct"}},
            {"input": {}, "name": "list", "id": "toolu_2", "type": "tool_use"}
        ],
        "usage": {"input_tokens": 1, "output_tokens": 2}
    }"#;
    let input =
        "{ \"z\":1.50,\"a\" :\n                \"\\u00e9\\/\", \"n\": 12345678901234567890123 }";
    let calls = anthropic::calls(message).unwrap();
    assert_eq!(
        parts(&calls),
        [("toolu_1", "track", input), ("toolu_2", "list", "{}")]
    );
}

#[test]
fn openai_arguments_are_the_decoded_string() {
    let arguments = r#"{\"z\": 1.50, \"a\":\"\\u00e9\\n\",\"s\":\"\u00e9\/\"}"#;
    let decoded = "{\"z\": 1.50, \"a\":\"\\u00e9\\n\",\"s\":\"é/\"}";

    let chat = format!(
        r#"{{"object":"chat.completion","choices":[{{"index":0,"finish_reason":"tool_calls","logprobs":null,
            "message":{{"role":"assistant","content":null,"refusal":null,"function_call":null,"tool_calls":[
                {{"id":"call_1","type":"function","function":{{"name":"track","arguments":"{arguments}"}}}},
                {{"id":"call_2","type":"custom","custom":{{"name":"grep","input":"free text"}}}},
                {{"id":"call_3","type":"function","function":{{"name":"list","arguments":"{{}}"}}}}
            ]}}}}],"usage":{{}}}}"#
    );
    let expected = [("call_1", "track", decoded), ("call_3", "list", "{}")];
    assert_eq!(parts(&openai_chat::calls(&chat).unwrap()), expected);

    let responses = format!(
        r#"{{"object":"response","status":"completed","error":null,"incomplete_details":null,"output":[
            {{"type":"reasoning","id":"rs_1","summary":[]}},
            {{"type":"function_call","id":"fc_1","call_id":"call_1","name":"track","arguments":"{arguments}"}},
            {{"type":"custom_tool_call","id":"ctc_1","call_id":"call_2","name":"grep","input":"free text"}},
            {{"type":"message","role":"assistant","content":[{{"type":"output_text","text":"both"}}]}},
            {{"type":"function_call","id":"fc_3","call_id":"call_3","name":"list","arguments":"{{}}",
              "status":"completed"}}
        ]}}"#
    );
    assert_eq!(
        parts(&openai_responses::calls(&responses).unwrap()),
        expected
    );
}

#[test]
fn the_message_of_a_history_is_enough() {
    let call = r#"{"type":"tool_use","id":"toolu_1","name":"list","input":{}}"#;
    let anthropic = format!(r#"{{"role":"assistant","content":[{call}]}}"#);
    assert_eq!(
        parts(&anthropic::calls(&anthropic).unwrap()),
        [("toolu_1", "list", "{}")]
    );

    let call = r#"{"id":"call_1","type":"function","function":{"name":"list","arguments":"{}"}}"#;
    let chat = format!(r#"{{"role":"assistant","tool_calls":[{call}]}}"#);
    assert_eq!(
        parts(&openai_chat::calls(&chat).unwrap()),
        [("call_1", "list", "{}")]
    );

    let call = r#"{"type":"function_call","call_id":"call_1","name":"list","arguments":"{}"}"#;
    let items = format!(r#"[{{"type":"reasoning","summary":[]}},{call}]"#);
    assert_eq!(
        parts(&openai_responses::calls(&items).unwrap()),
        [("call_1", "list", "{}")]
    );
}

#[test]
fn a_message_may_have_no_calls() {
    for (provider, message) in [
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":"Done.","stop_reason":"end_turn"}"#,
        ),
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":[{"type":"text","text":"Done."}],"stop_reason":null}"#,
        ),
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":[],"stop_reason":"stop_sequence"}"#,
        ),
        (
            Provider::OpenAiChat,
            r#"{"choices":[{"finish_reason":"stop","message":{"content":"Done."}}]}"#,
        ),
        (
            Provider::OpenAiChat,
            r#"{"role":"assistant","content":[{"type":"text","text":"Done."}],"tool_calls":null}"#,
        ),
        (
            Provider::OpenAiChat,
            r#"{"role":"assistant","content":"Done.","tool_calls":[]}"#,
        ),
        (
            Provider::OpenAiResponses,
            r#"{"status":"completed","output":[{"type":"message","content":[]}]}"#,
        ),
        (Provider::OpenAiResponses, "[]"),
    ] {
        assert_eq!(codec::calls(provider, message), Ok(Vec::new()), "{message}");
    }
}

#[test]
fn dialects_of_chat_completions_are_taken_as_they_are() {
    let message = r#"{"choices": [{"finish_reason": "stop", "message": {"tool_calls": [
        {"index": 0, "id": "", "function": {"name": "a", "arguments": ""}},
        {"index": 1, "id": null, "type": "", "function": {"name": "b"}},
        {"type": "function", "function": {"name": "c", "arguments": {"x": 1.0}}},
        {"id": "9", "type": "function", "function": {"name": "d", "arguments": null}}
    ]}}]}"#;
    let expected = [
        ("", "a", ""),
        ("", "b", ""),
        ("", "c", r#"{"x": 1.0}"#),
        ("9", "d", ""),
    ];
    assert_eq!(parts(&openai_chat::calls(message).unwrap()), expected);
}

#[test]
fn input_that_is_absent_is_empty() {
    let message =
        r#"{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"list"}]}"#;
    assert_eq!(
        parts(&anthropic::calls(message).unwrap()),
        [("toolu_1", "list", "")]
    );
}

#[test]
fn oddities_outside_of_calls_do_no_harm() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let message = format!(
        r#"{{"role":"assistant","deep":{deep},"x":1,"x":2,"content":[
            {{"type":"text","text":"half of a pair: \ud83d","n":1e999}},
            {{"type":"tool_use","id":"toolu_1","name":"list","input":{{"a":1,"a":"\ud83d"}}}}
        ]}}"#
    );
    let expected = [("toolu_1", "list", r#"{"a":1,"a":"\ud83d"}"#)];
    assert_eq!(parts(&anthropic::calls(&message).unwrap()), expected);
}

#[test]
fn what_is_missing_is_named() {
    for (provider, message, expected) in [
        (Provider::Anthropic, "[]", "it is an array, not an object"),
        (Provider::Anthropic, "{}", "`content` is missing"),
        (
            Provider::Anthropic,
            r#"{"content":[]}"#,
            "`role` is missing",
        ),
        (
            Provider::Anthropic,
            r#"{"role":"user","content":"hello"}"#,
            "`role` is \"user\", not \"assistant\"",
        ),
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":7}"#,
            "`content` is a number, not an array",
        ),
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":[7]}"#,
            "`content[0]` is a number, not an object",
        ),
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":[{"type":"text"},{"type":"tool_use","name":"a","input":{}}]}"#,
            "`content[1].id` is missing",
        ),
        (
            Provider::Anthropic,
            r#"{"role":"assistant","content":[{"type":"tool_use","id":"1","id":"2","name":"a","input":{}}]}"#,
            "`content[0].id` is given twice",
        ),
        (Provider::OpenAiChat, "{}", "`choices` is missing"),
        (
            Provider::OpenAiChat,
            r#"{"choices":[]}"#,
            "`choices` is empty",
        ),
        (
            Provider::OpenAiChat,
            r#"{"choices":[{}]}"#,
            "`choices[0].message` is missing",
        ),
        (
            Provider::OpenAiChat,
            r#"{"choices":[{},{}]}"#,
            "`choices` has 2 choices: give the message of the one that the history goes on with",
        ),
        (
            Provider::OpenAiChat,
            r#"{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"arguments":"{}"}}]}"#,
            "`tool_calls[0].function.name` is missing",
        ),
        (
            Provider::OpenAiChat,
            r#"{"choices":[{"message":{"tool_calls":[{"id":"1","type":"function"}]}}]}"#,
            "`choices[0].message.tool_calls[0].function` is missing",
        ),
        (
            Provider::OpenAiChat,
            r#"{"role":"assistant","function_call":{"name":"a","arguments":"{}"}}"#,
            "`function_call` has no id to answer it by: offer the functions as `tools`",
        ),
        (
            Provider::OpenAiResponses,
            "3",
            "it is a number, not an object",
        ),
        (
            Provider::OpenAiResponses,
            r#"{"status":"completed"}"#,
            "`output` is missing",
        ),
        (
            Provider::OpenAiResponses,
            r#"{"output":[{"type":"function_call","id":"fc_1","name":"a","arguments":"{}"}]}"#,
            "`output[0].call_id` is missing",
        ),
        (
            Provider::OpenAiResponses,
            r#"[{"type":"function_call_output","call_id":"1","output":""}]"#,
            "`[0]` is the result of a call: give the items of one response, not the input of the next request",
        ),
    ] {
        let expected = format!("not a message of {provider}: {expected}");
        check_error(
            codec::calls(provider, message),
            CodecErrorKind::NotAMessage,
            &expected,
        );
    }
}

#[test]
fn calls_of_another_provider_are_not_lost_in_silence() {
    let anthropic =
        r#"{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"a","input":{}}]}"#;
    let chat = r#"{"role":"assistant","content":"","tool_calls":[
        {"id":"1","type":"function","function":{"name":"a","arguments":"{}"}}]}"#;
    let responses = r#"{"status":"completed","output":[
        {"type":"function_call","call_id":"1","name":"a","arguments":"{}"}]}"#;
    for (provider, message, expected) in [
        (
            Provider::Anthropic,
            chat.to_owned(),
            "`tool_calls` belongs to a message of openai-chat",
        ),
        (
            Provider::Anthropic,
            responses.to_owned(),
            "`content` is missing",
        ),
        (
            Provider::OpenAiChat,
            anthropic.to_owned(),
            "`content[0]` belongs to a message of anthropic",
        ),
        (
            Provider::OpenAiChat,
            responses.to_owned(),
            "`choices` is missing",
        ),
        (
            Provider::OpenAiResponses,
            anthropic.to_owned(),
            "`output` is missing",
        ),
        (
            Provider::OpenAiResponses,
            chat.to_owned(),
            "`output` is missing",
        ),
        (
            Provider::OpenAiResponses,
            format!("[{chat}]"),
            "`[0]` belongs to a message of openai-chat",
        ),
        (
            Provider::OpenAiResponses,
            r#"[{"type":"tool_use","id":"1","name":"a","input":{}}]"#.to_owned(),
            "`[0]` belongs to a message of anthropic",
        ),
    ] {
        let expected = format!("not a message of {provider}: {expected}");
        check_error(
            codec::calls(provider, &message),
            CodecErrorKind::NotAMessage,
            &expected,
        );
    }
}
