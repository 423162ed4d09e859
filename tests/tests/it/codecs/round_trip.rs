//! From a message with two parallel calls, through a harness, to the bytes that answer it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Barrier;
use toolwright::{Harness, Provider, ToolError, codec, registry, tool};

/// Lets its two calls go on only when both have come.
#[derive(Clone)]
struct Both(Arc<Barrier>);

#[derive(serde::Serialize)]
struct Parcel {
    parcel_id: String,
    weight: f64,
}

/// Look up a parcel.
#[tool]
async fn find_parcel(
    #[state] both: Both,
    /// The parcel.
    parcel_id: String,
) -> Result<Parcel, ToolError> {
    both.0.wait().await;
    Ok(Parcel {
        parcel_id,
        weight: 2.5,
    })
}

/// Give the opening hours of a shop.
#[tool]
async fn opening_hours(
    #[state] both: Both,
    /// The shop.
    shop: String,
) -> Result<String, ToolError> {
    both.0.wait().await;
    Err(ToolError::not_found(format!("there is no shop `{shop}`")))
}

/// Reads the calls of a message, runs them, and checks what goes back.
async fn check_round_trip(provider: Provider, message: &str, expected: &str) {
    let registry = registry![find_parcel, opening_hours].expect("two tools");
    let harness = Harness::builder(registry)
        .state(Both(Arc::new(Barrier::new(2))))
        .build()
        .expect("the state is there");
    let calls = codec::calls(provider, message).expect("a message of this provider");
    let session = harness.session().start();
    let dispatched = session.dispatch(calls);
    let outcomes = tokio::time::timeout(Duration::from_secs(10), dispatched)
        .await
        .expect("each call waits for the other, so they run at once");
    assert_eq!(codec::results(provider, &outcomes), expected, "{provider}");
}

#[tokio::test(start_paused = true)]
async fn anthropic() {
    check_round_trip(
        Provider::Anthropic,
        r#"{"id":"msg_1","type":"message","role":"assistant","stop_reason":"tool_use","content":[
            {"type":"text","text":"Both at once."},
            {"type":"tool_use","id":"toolu_1","name":"find_parcel","input":{"parcel_id":"P-7"}},
            {"type":"tool_use","id":"toolu_2","name":"opening_hours","input":{"shop":"north"}}]}"#,
        concat!(
            r#"{"role":"user","content":["#,
            r#"{"type":"tool_result","tool_use_id":"toolu_1","content":"{\"parcel_id\":\"P-7\",\"weight\":2.5}"},"#,
            r#"{"type":"tool_result","tool_use_id":"toolu_2","content":"there is no shop `north`","is_error":true}]}"#,
        ),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn openai_responses() {
    check_round_trip(
        Provider::OpenAiResponses,
        r#"{"id":"resp_1","object":"response","status":"completed","output":[
            {"type":"function_call","id":"fc_1","call_id":"call_1","name":"find_parcel",
             "arguments":"{\"parcel_id\":\"P-7\"}","status":"completed"},
            {"type":"function_call","id":"fc_2","call_id":"call_2","name":"opening_hours",
             "arguments":"{\"shop\":\"north\"}","status":"completed"}]}"#,
        concat!(
            r#"[{"type":"function_call_output","call_id":"call_1","#,
            r#""output":"{\"parcel_id\":\"P-7\",\"weight\":2.5}"},"#,
            r#"{"type":"function_call_output","call_id":"call_2","#,
            r#""output":"{\"error\":\"there is no shop `north`\"}"}]"#,
        ),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn openai_chat() {
    check_round_trip(
        Provider::OpenAiChat,
        r#"{"id":"chatcmpl-1","choices":[{"index":0,"finish_reason":"tool_calls","message":{
            "role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function",
                 "function":{"name":"find_parcel","arguments":"{\"parcel_id\":\"P-7\"}"}},
                {"id":"call_2","type":"function",
                 "function":{"name":"opening_hours","arguments":"{\"shop\":\"north\"}"}}]}}]}"#,
        concat!(
            r#"[{"role":"tool","tool_call_id":"call_1","content":"{\"parcel_id\":\"P-7\",\"weight\":2.5}"},"#,
            r#"{"role":"tool","tool_call_id":"call_2","content":"{\"error\":\"there is no shop `north`\"}"}]"#,
        ),
    )
    .await;
}
