//! OpenAI's Chat Completions API, and the services that speak it.

use super::error::CodecError;
use super::read::{Object, Value};
use super::{refusal, write};
use crate::call::{Outcome, ToolCall};
use crate::definition::Provider;
use crate::json::write_string;

/// The finish reasons after which a call may be incomplete: OpenAI's own two first, then those of other services.
const CUT: [&str; 5] = [
    "length",
    "content_filter",
    "model_length",
    "insufficient_system_resource",
    "error",
];

/// The calls of a completion: the functions among its `tool_calls`.
///
/// `completion` is the body of a response of `POST /v1/chat/completions`, or a message of a history
/// (`{"role":"assistant","tool_calls":…}`), as JSON text. The arguments are the text of `arguments`. Calls of another
/// type than `function` are passed over: the input of a `custom` tool is free text and not JSON, so it is no call of a
/// declared tool, and who offers such tools answers it.
///
/// Services that speak this API differ in small things, which are taken as they are: an id may be empty or absent (it
/// is then the empty string), a call may have no `type`, its `arguments` may be absent (then they are empty) or an
/// object (then they are its source text), and calls may come under any finish reason.
///
/// ```
/// let calls = toolwright::codec::openai_chat::calls(
///     r#"{"choices": [{"index": 0, "finish_reason": "tool_calls", "message": {
///         "role": "assistant", "content": null, "tool_calls": [
///             {"id": "call_1", "type": "function",
///              "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}}
///         ]}}]}"#,
/// )?;
/// assert_eq!((calls[0].id(), calls[0].name()), ("call_1", "weather"));
/// assert_eq!(calls[0].arguments(), r#"{"city":"Oslo"}"#);
/// # Ok::<(), toolwright::codec::CodecError>(())
/// ```
///
/// # Errors
/// The text is not such a completion, is an error of the provider, or was cut, which is when `finish_reason` is
/// `length`, `content_filter` or a like word of another service. So is a completion with several choices, since only
/// one of them becomes part of the history: give that one's message. See [`CodecErrorKind`](super::CodecErrorKind).
pub fn calls(completion: &str) -> Result<Vec<ToolCall>, CodecError> {
    let completion = Value::document(Provider::OpenAiChat, completion)?.object()?;
    if let Some(error) = refusal::find(&completion)? {
        return Err(error);
    }
    let Some(choices) = completion.get("choices")? else {
        return if completion.get("role")?.is_some() {
            read(&completion, None)
        } else {
            Err(refusal::find_bare(&completion)?.unwrap_or_else(|| completion.missing("choices")))
        };
    };
    let items = choices.items()?;
    let choice = match &items[..] {
        [choice] => choice.object()?,
        [] => return Err(choices.problem("is empty")),
        several => {
            let count = several.len();
            let what = format_args!(
                "has {count} choices: give the message of the one that the history goes on with"
            );
            return Err(choices.problem(what));
        }
    };
    if let Some(error) = refusal::find(&choice)? {
        return Err(error);
    }
    let finish = choice.text("finish_reason")?;
    let cut = finish.filter(|finish| CUT.contains(&&**finish));
    read(&choice.require("message")?.object()?, cut.as_deref())
}

/// The calls of a message that was `cut` for that reason.
fn read(message: &Object<'_>, cut: Option<&str>) -> Result<Vec<ToolCall>, CodecError> {
    check_kind(message)?;
    let mut calls = Vec::new();
    if let Some(listed) = message.get("tool_calls")? {
        for listed in listed.items()? {
            let listed = listed.object()?;
            if is_function(&listed)? {
                calls.push(call(&listed, cut.is_some())?);
            }
        }
    }
    match cut {
        Some(stop) => Err(CodecError::truncated(stop, calls)),
        None => Ok(calls),
    }
}

/// Refuses what only seems to be a message without calls.
fn check_kind(message: &Object<'_>) -> Result<(), CodecError> {
    message.check_role()?;
    if let Some(call) = message.get("function_call")? {
        return Err(call.problem("has no id to answer it by: offer the functions as `tools`"));
    }
    if let Some(content) = message.get("content")?.filter(Value::is_array) {
        for part in content.items()?.iter().filter(|part| part.is_object()) {
            if part.object()?.is("type", "tool_use")? {
                return Err(part.problem(format_args!(
                    "belongs to a message of {}",
                    Provider::Anthropic
                )));
            }
        }
    }
    Ok(())
}

fn is_function(call: &Object<'_>) -> Result<bool, CodecError> {
    Ok(match call.text("type")?.as_deref() {
        None | Some("") => call.get("custom")?.is_none(),
        Some(kind) => kind == "function",
    })
}

fn call(call: &Object<'_>, cut: bool) -> Result<ToolCall, CodecError> {
    let id = call.text("id")?.unwrap_or_default();
    let function = match call.get("function")? {
        None if cut => return Ok(ToolCall::new(id, "", "")),
        None => return Err(call.missing("function")),
        Some(function) => function.object()?,
    };
    let name = function.text_unless(cut, "name")?;
    let arguments = function.text_or_source("arguments")?;
    Ok(ToolCall::new(id, name, arguments))
}

/// The messages that answer the calls, as an array to append to the `messages` of the next request: one of the role
/// `tool` for each outcome, in their order.
///
/// The API has no flag for errors, so that the text of an error is put as `{"error":"…"}`.
///
/// It takes texts only in such a message. Of a result with several parts the model sees [`Content::text`]: a line names
/// each image and file that it does not see.
///
/// [`Content::text`]: crate::Content::text
///
/// ```
/// use toolwright::{Content, Outcome, ToolCall, ToolError, codec};
///
/// let call = ToolCall::new("call_1", "weather", "{}");
/// let outcomes = [
///     Outcome::new(&call, Ok(Content::json(r#"{"degrees":7}"#))),
///     Outcome::new(&call, Err(ToolError::failed("`city` is missing"))),
/// ];
/// assert_eq!(
///     codec::openai_chat::results(&outcomes),
///     concat!(
///         r#"[{"role":"tool","tool_call_id":"call_1","content":"{\"degrees\":7}"},"#,
///         r#"{"role":"tool","tool_call_id":"call_1","content":"{\"error\":\"`city` is missing\"}"}]"#,
///     )
/// );
/// ```
#[must_use]
pub fn results(outcomes: &[Outcome]) -> String {
    let mut out = Vec::new();
    write::array(outcomes, &mut out, |outcome, out| {
        out.extend_from_slice(b"{\"role\":\"tool\",\"tool_call_id\":");
        write_string(outcome.id(), out);
        out.extend_from_slice(b",\"content\":");
        write_string(&write::flagged_text(outcome), out);
        out.push(b'}');
    });
    write::utf8(out)
}
