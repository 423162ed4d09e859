//! The requests: a message of a customer each, with the shop's tools.

use serde::Serialize;
use serde_json::value::RawValue;
use toolwright::Provider;
use toolwright::model_batch::{Api, ModelBatch};

use crate::shop;

/// What customers wrote in the night. One sent an empty message, and one wrote twice.
pub const MESSAGES: [&str; 10] = [
    "Where is my order A-10234?",
    "Thank you for the quick delivery!",
    "The left shoe of A-10411 was missing.",
    "",
    "Do you have the green jacket in XL?",
    "Where is my order A-10234?",
    "A-10077 came in the wrong colour. I want my money back.",
    "Can I still change the address of A-10502?",
    "When do you open on Sunday?",
    "I was charged twice for A-10398, and nobody answers.",
];

/// How many requests are in a file at most: few, to show several files.
const A_FILE: usize = 4;

/// The body of one request. Its members are written in this order, the ones that all share first, as a prompt cache
/// has it.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    tools: &'a RawValue,
    messages: [Message<'a>; 1],
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

/// All messages as one set. Complaints are for the larger model.
///
/// # Errors
/// Those of [`ModelBatch::push`]: none of these bodies meets one.
pub fn prepared(provider: Provider) -> Result<ModelBatch, Box<dyn std::error::Error>> {
    let tools = shop::registry()?.definitions(provider);
    let tools = RawValue::from_string(tools)?;
    let api = Api::from(provider);
    let mut batch = ModelBatch::with_limits(api.clone(), api.limits().requests(A_FILE));
    for content in MESSAGES {
        let is_complaint = ["missing", "wrong", "charged"]
            .iter()
            .any(|word| content.contains(word));
        let body = Body {
            model: model(provider, is_complaint),
            max_tokens: (provider == Provider::Anthropic).then_some(500),
            max_completion_tokens: (provider != Provider::Anthropic).then_some(500),
            tools: &tools,
            messages: [Message {
                role: "user",
                content,
            }],
        };
        batch.push(&serde_json::to_string(&body)?)?;
    }
    Ok(batch)
}

fn model(provider: Provider, is_large: bool) -> &'static str {
    match (provider, is_large) {
        (Provider::Anthropic, false) => "claude-haiku-4-5",
        (Provider::Anthropic, true) => "claude-sonnet-4-6",
        (_, false) => "gpt-5.4-mini",
        (_, true) => "gpt-5.4",
    }
}
