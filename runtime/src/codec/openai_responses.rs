//! OpenAI's Responses API.

use super::error::CodecError;
use super::read::{Object, Value};
use super::{refusal, write};
use crate::call::{Outcome, ToolCall};
use crate::definition::Provider;
use crate::json::write_string;

/// The calls of a response: its `function_call` items.
///
/// `response` is the body of a response of `POST /v1/responses`, or the array of its output items, as JSON text. The
/// arguments are the text of `arguments`. Items of other types are passed over. Among them is `custom_tool_call`, whose
/// input is free text and not JSON: it is no call of a declared tool, and who offers such tools answers it.
///
/// What a stream's last event calls the response may have an empty `output` on some backends, although there were
/// calls: of a stream, collect the items of its `response.output_item.done` events, and give their array.
///
/// ```
/// let calls = toolwright::codec::openai_responses::calls(
///     r#"{"status": "completed", "output": [
///         {"type": "reasoning", "id": "rs_1", "summary": []},
///         {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather",
///          "arguments": "{\"city\":\"Oslo\"}", "status": "completed"}
///     ]}"#,
/// )?;
/// assert_eq!((calls[0].id(), calls[0].name()), ("call_1", "weather"));
/// assert_eq!(calls[0].arguments(), r#"{"city":"Oslo"}"#);
/// # Ok::<(), toolwright::codec::CodecError>(())
/// ```
///
/// # Errors
/// The text is not such a response, is an error of the provider, is not finished, or was cut, which is when its
/// `status` is `incomplete` or `cancelled`, or that of a call is not `completed`. See
/// [`CodecErrorKind`](super::CodecErrorKind).
pub fn calls(response: &str) -> Result<Vec<ToolCall>, CodecError> {
    let document = Value::document(Provider::OpenAiResponses, response)?;
    if document.is_array() {
        return read(&document, None);
    }
    let response = document.object()?;
    if let Some(error) = refusal::find(&response)? {
        return Err(error);
    }
    let status = response.text("status")?.unwrap_or_default();
    match &*status {
        "failed" => {
            let message = "the response failed, without saying why";
            return Err(CodecError::provider(None, message));
        }
        "queued" | "in_progress" => return Err(CodecError::unfinished(&status)),
        _ => {}
    }
    let Some(output) = response.get("output")? else {
        return Err(refusal::find_bare(&response)?.unwrap_or_else(|| response.missing("output")));
    };
    match &*status {
        "incomplete" => read(&output, Some(&reason(&response)?)),
        "cancelled" => read(&output, Some("cancelled")),
        _ => read(&output, None),
    }
}

/// Why a response is incomplete: `max_output_tokens` or `content_filter`, where it says so.
fn reason(response: &Object<'_>) -> Result<String, CodecError> {
    let reason = match response.get("incomplete_details")? {
        Some(details) => details.object()?.text("reason")?,
        None => None,
    };
    Ok(reason.map_or_else(|| "incomplete".to_owned(), Into::into))
}

/// The calls among the items of a response that was `cut` for that reason, or that tell themselves that they were.
fn read(output: &Value<'_>, cut: Option<&str>) -> Result<Vec<ToolCall>, CodecError> {
    let mut cut = cut.map(str::to_owned);
    let mut calls = Vec::new();
    for item in output.items()? {
        let item = item.object()?;
        if item.is("type", "function_call")? {
            match item.text("status")? {
                Some(status) if status != "completed" && !status.is_empty() => {
                    cut.get_or_insert(status.into());
                }
                _ => {}
            }
            calls.push(call(&item, cut.is_some())?);
        } else {
            check_kind(&item)?;
        }
    }
    match cut {
        Some(stop) => Err(CodecError::truncated(&stop, calls)),
        None => Ok(calls),
    }
}

/// Refuses what only seems to be an item without a call.
fn check_kind(item: &Object<'_>) -> Result<(), CodecError> {
    if item.is("type", "function_call_output")? {
        // Of a whole history, calls would be run again that were answered long ago.
        let what = "is the result of a call: give the items of one response, not the input of the next request";
        return Err(item.value().problem(what));
    }
    for (found, provider) in [
        (item.is("type", "tool_use")?, Provider::Anthropic),
        (item.get("tool_calls")?.is_some(), Provider::OpenAiChat),
    ] {
        if found {
            return Err(item
                .value()
                .problem(format_args!("belongs to a message of {provider}")));
        }
    }
    Ok(())
}

fn call(item: &Object<'_>, cut: bool) -> Result<ToolCall, CodecError> {
    let id = item.text_unless(cut, "call_id")?;
    let name = item.text_unless(cut, "name")?;
    let arguments = item.text_or_source("arguments")?;
    Ok(ToolCall::new(id, name, arguments))
}

/// The items that answer the calls, as an array to append to the `input` of the next request: one
/// `function_call_output` for each outcome, in their order.
///
/// The API has no flag for errors, so that the text of an error is put as `{"error":"…"}`.
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
///     codec::openai_responses::results(&outcomes),
///     concat!(
///         r#"[{"type":"function_call_output","call_id":"call_1","output":"{\"degrees\":7}"},"#,
///         r#"{"type":"function_call_output","call_id":"call_1","output":"{\"error\":\"`city` is missing\"}"}]"#,
///     )
/// );
/// ```
#[must_use]
pub fn results(outcomes: &[Outcome]) -> String {
    let mut out = Vec::new();
    write::array(outcomes, &mut out, |outcome, out| {
        out.extend_from_slice(b"{\"type\":\"function_call_output\",\"call_id\":");
        write_string(outcome.id(), out);
        out.extend_from_slice(b",\"output\":");
        write_string(&write::flagged_text(outcome), out);
        out.push(b'}');
    });
    write::utf8(out)
}
