//! Codecs: the calls of a provider's message, and their results in that provider's own shape.
//!
//! A codec reads the answer of a model as the JSON text that came over the wire, gives its calls for
//! [`Session::dispatch`](crate::Session::dispatch), and writes the outcomes as the text that goes back.
//! It does not send anything, and it does not run tools.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use toolwright::{Harness, Provider, codec, tool, registry};
//!
//! /// Add two numbers.
//! #[tool]
//! async fn add(
//!     /// The first number.
//!     a: i64,
//!     /// The second number.
//!     b: i64,
//! ) -> Result<i64, String> {
//!     a.checked_add(b).ok_or_else(|| "the sum is too large".to_owned())
//! }
//!
//! let harness = Harness::builder(registry![add]?).build()?;
//! let message = r#"{"type": "message", "role": "assistant", "stop_reason": "tool_use", "content": [
//!     {"type": "text", "text": "Let me see."},
//!     {"type": "tool_use", "id": "toolu_1", "name": "add", "input": {"a": 2, "b": 3}}
//! ]}"#;
//!
//! let calls = codec::calls(Provider::Anthropic, message)?;
//! let outcomes = harness.session().start().dispatch(calls).await;
//! assert_eq!(
//!     codec::results(Provider::Anthropic, &outcomes),
//!     r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"5"}]}"#
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # What is read
//!
//! The body of a response, or only the assistant's message as a history keeps it. Members and blocks that a codec does
//! not know are passed over. The arguments of a call are kept as the model sent them, byte for byte; whether they
//! are what the tool takes is found out when the call is dispatched, and is then the outcome of that call alone.
//!
//! # Messages that were cut
//!
//! A model that reaches its length limit stops in the middle of a word, and so perhaps in the middle of a call. What
//! is left may even be valid JSON that says something else. So no call of such a message is ever handed out to be run:
//! reading it is an error of the kind [`Truncated`](CodecErrorKind::Truncated), also when no call is left in it, since
//! the cut may have taken it. There are two ways on. Ask again with a higher limit, without the message. Or keep the
//! message, and answer each of its calls with the error that [`CodecError::outcomes`] has for it:
//!
//! ```
//! use toolwright::codec::{self, CodecErrorKind};
//!
//! let message = r#"{"choices": [{"finish_reason": "length", "message": {"role": "assistant", "tool_calls": [
//!     {"id": "call_1", "type": "function", "function": {"name": "send_mail", "arguments": "{\"to\":\"a"}}
//! ]}}]}"#;
//!
//! let error = codec::openai_chat::calls(message).unwrap_err();
//! assert_eq!(error.kind(), CodecErrorKind::Truncated);
//! assert_eq!(error.to_string(), "the message was cut (`length`): its call must not be run");
//! assert_eq!(error.call_ids().collect::<Vec<_>>(), ["call_1"]);
//!
//! let answer = codec::openai_chat::results(&error.outcomes());
//! assert!(answer.starts_with(r#"[{"role":"tool","tool_call_id":"call_1","content":"{\"error\":\"#), "{answer}");
//! ```
//!
//! A message without its response says nothing of why it stopped: give the response where there is one. Some services
//! hide a cut under another reason; arguments that are not JSON any more are then refused when the call is dispatched.
//!
//! # Results with images and files
//!
//! A [`Content`](crate::Content) may have several [parts](crate::Part). A provider that refuses one of them refuses the
//! whole request, and would do so again at every later one, as the result stays in the history. So a part that a
//! provider is not known to take is replaced by its placeholder, such as `[map.tiff, image/tiff, 1234 bytes]`: then the
//! model knows that there is something that it does not see.
//!
//! | part | Anthropic | OpenAI Responses | OpenAI Chat |
//! | --- | --- | --- | --- |
//! | text, JSON | `text` | `input_text` | text |
//! | PNG, JPEG, GIF, WebP | `image` | `input_image` | placeholder |
//! | PDF | `document` | `input_file` | placeholder |
//! | CSV, HTML, JSON, Markdown, XML in UTF-8 | `document` of plain text | `input_file` | placeholder |
//! | any other `text/…` in UTF-8 | `document` of plain text | `input_file` of plain text | placeholder |
//! | Word, Excel, PowerPoint, OpenDocument text, RTF | placeholder | `input_file` | placeholder |
//! | any other file, and an empty one | placeholder | placeholder | placeholder |
//!
//! How large an image or a file may be is not looked at: the limits differ by model and by account.
//!
//! ```
//! use toolwright::{Content, Outcome, Part, ToolCall, codec};
//!
//! let call = ToolCall::new("toolu_1", "screenshot", "{}");
//! let content = Content::from_parts([
//!     Part::text("The page after the click:"),
//!     Part::image("image/png", b"\x89PNG\r\n\x1a\n")?,
//! ]);
//! assert_eq!(
//!     codec::anthropic::results(&[Outcome::new(&call, Ok(content))]),
//!     concat!(
//!         r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":["#,
//!         r#"{"type":"text","text":"The page after the click:"},"#,
//!         r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}"#,
//!     )
//! );
//! # Ok::<(), toolwright::ToolError>(())
//! ```

pub mod anthropic;
mod error;
pub mod openai_chat;
pub mod openai_responses;
mod read;
mod refusal;
mod write;

pub use self::error::{CodecError, CodecErrorKind};
use crate::call::{Outcome, ToolCall};
use crate::definition::Provider;

/// The calls of a provider's message, in the order in which the model made them.
///
/// See [`anthropic::calls`], [`openai_responses::calls`] and [`openai_chat::calls`].
///
/// # Errors
/// The text is not a message of this provider, is an error of it, or was cut: see [`CodecErrorKind`].
pub fn calls(provider: Provider, message: &str) -> Result<Vec<ToolCall>, CodecError> {
    match provider {
        Provider::Anthropic => anthropic::calls(message),
        Provider::OpenAiResponses => openai_responses::calls(message),
        Provider::OpenAiChat => openai_chat::calls(message),
    }
}

/// What answers the calls, one result for each outcome and in their order, as one line of JSON: a message for
/// Anthropic, an array of items or messages to append to the history for the others.
///
/// See [`anthropic::results`], [`openai_responses::results`] and [`openai_chat::results`].
#[must_use]
pub fn results(provider: Provider, outcomes: &[Outcome]) -> String {
    match provider {
        Provider::Anthropic => anthropic::results(outcomes),
        Provider::OpenAiResponses => openai_responses::results(outcomes),
        Provider::OpenAiChat => openai_chat::results(outcomes),
    }
}
