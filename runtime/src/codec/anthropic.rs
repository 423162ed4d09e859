//! Anthropic's Messages API.

use super::error::CodecError;
use super::read::{Object, Value};
use super::{refusal, write};
use crate::call::{Outcome, Part, ToolCall};
use crate::definition::Provider;
use crate::json::write_string;

/// The stop reasons after which the last block, or all of them, may be incomplete.
const CUT: [&str; 3] = ["max_tokens", "model_context_window_exceeded", "refusal"];

/// The calls of an assistant message: its `tool_use` blocks.
///
/// `message` is the body of a response of `POST /v1/messages`, or a message of a history
/// (`{"role":"assistant","content":…}`), as JSON text. The arguments are the source text of `input`. Blocks of other
/// types are passed over, among them `server_tool_use` and `mcp_tool_use`, which the provider runs itself.
///
/// ```
/// let calls = toolwright::codec::anthropic::calls(
///     r#"{"role": "assistant", "content": [
///         {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Oslo", "days": 1.0}}
///     ]}"#,
/// )?;
/// assert_eq!((calls[0].id(), calls[0].name()), ("toolu_1", "weather"));
/// assert_eq!(calls[0].arguments(), r#"{"city": "Oslo", "days": 1.0}"#);
/// # Ok::<(), toolwright::codec::CodecError>(())
/// ```
///
/// # Errors
/// The text is not such a message, is an error of the provider, or was cut, which is when `stop_reason` is
/// `max_tokens`, `model_context_window_exceeded` or `refusal`, or `stop_sequence` in a message with calls. See
/// [`CodecErrorKind`](super::CodecErrorKind).
pub fn calls(message: &str) -> Result<Vec<ToolCall>, CodecError> {
    let message = Value::document(Provider::Anthropic, message)?.object()?;
    if let Some(error) = refusal::find(&message)? {
        return Err(error);
    }
    let Some(content) = content(&message)? else {
        return Err(refusal::find_bare(&message)?.unwrap_or_else(|| message.missing("content")));
    };
    message.require("role")?;
    message.check_role()?;

    let stop = message.text("stop_reason")?.unwrap_or_default();
    let cut = CUT.contains(&&*stop);
    let mut calls = Vec::new();
    for block in content {
        let block = block.object()?;
        if block.is("type", "tool_use")? {
            calls.push(call(&block, cut)?);
        }
    }
    // A stop sequence ends the message where it is met, which may be inside a call.
    if cut || (stop == "stop_sequence" && !calls.is_empty()) {
        return Err(CodecError::truncated(&stop, calls));
    }
    Ok(calls)
}

/// The blocks of a message; a text alone has none.
fn content<'a>(message: &Object<'a>) -> Result<Option<Vec<Value<'a>>>, CodecError> {
    // A message of Chat Completions looks much like one of these, and would seem to have no calls.
    if let Some(calls) = message.get("tool_calls")? {
        return Err(calls.problem(format_args!(
            "belongs to a message of {}",
            Provider::OpenAiChat
        )));
    }
    match message.get("content")? {
        Some(content) if content.is_string() => Ok(Some(Vec::new())),
        Some(content) => content.items().map(Some),
        None => Ok(None),
    }
}

fn call(block: &Object<'_>, cut: bool) -> Result<ToolCall, CodecError> {
    let id = block.text_unless(cut, "id")?;
    let name = block.text_unless(cut, "name")?;
    let input = block.get("input")?;
    let arguments = input.as_ref().map_or("", Value::source);
    Ok(ToolCall::new(id, name, arguments))
}

/// The user message that answers the calls: one `tool_result` block for each outcome, in their order.
///
/// The provider wants one result for each call of the message before it, and wants them all in the next message.
/// Where there are no outcomes there is nothing to answer: such a message has no content, and is not to be sent.
///
/// Of a result with several parts, each is a block: an image an `image`, a PDF a `document`, any other file that is text
/// in UTF-8 a `document` of plain text, and for what the API does not take a `text` that names it.
///
/// ```
/// use toolwright::{Outcome, ToolCall, ToolError, codec};
///
/// let call = ToolCall::new("toolu_1", "weather", "{}");
/// let outcome = Outcome::new(&call, Err(ToolError::failed("`city` is missing")));
/// assert_eq!(
///     codec::anthropic::results(&[outcome]),
///     r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"`city` is missing","is_error":true}]}"#
/// );
/// ```
#[must_use]
pub fn results(outcomes: &[Outcome]) -> String {
    let mut out = b"{\"role\":\"user\",\"content\":".to_vec();
    write::array(outcomes, &mut out, |outcome, out| {
        out.extend_from_slice(b"{\"type\":\"tool_result\",\"tool_use_id\":");
        write_string(outcome.id(), out);
        out.extend_from_slice(b",\"content\":");
        match write::parts(outcome) {
            Some(parts) => write::array(&parts, out, |part, out| block(part, out)),
            None => write_string(write::text(outcome), out),
        }
        if outcome.is_error() {
            out.extend_from_slice(b",\"is_error\":true");
        }
        out.push(b'}');
    });
    out.push(b'}');
    write::utf8(out)
}

/// One block of a result: what the API takes of images, PDF and plain text, and words for the rest.
fn block(part: &Part, out: &mut Vec<u8>) {
    if let Some((media_type, base64)) = write::image(part) {
        out.extend_from_slice(b"{\"type\":\"image\"");
        base64_source(media_type, base64, out);
    } else if let Some((media_type @ "application/pdf", base64)) = write::data(part) {
        document(part, out);
        base64_source(media_type, base64, out);
    } else if let Some(text) = part.decoded_text().filter(|text| !text.trim().is_empty()) {
        document(part, out);
        // Every kind of text goes under this name: the API knows no other.
        out.extend_from_slice(
            b",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":",
        );
        write_string(&text, out);
        out.push(b'}');
    } else {
        out.extend_from_slice(b"{\"type\":\"text\",\"text\":");
        write_string(part.as_str(), out);
    }
    out.push(b'}');
}

/// The beginning of a document, with its name.
fn document(part: &Part, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"type\":\"document\"");
    if let Some(name) = part.name() {
        out.extend_from_slice(b",\"title\":");
        write_string(name, out);
    }
}

fn base64_source(media_type: &str, base64: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"source\":{\"type\":\"base64\",\"media_type\":");
    write::plain_string(&[media_type], out);
    out.extend_from_slice(b",\"data\":");
    write::plain_string(&[base64], out);
    out.push(b'}');
}
