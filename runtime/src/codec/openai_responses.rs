//! OpenAI's Responses API.

use super::error::CodecError;
use super::read::{Object, Value};
use super::{refusal, write};
use crate::call::{Outcome, Part, ToolCall};
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
/// Of a result with several parts, each is an element of `output`: an image an `input_image`, a document, a spreadsheet
/// or a text file an `input_file`, and for what the API does not take an `input_text` that names it.
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
        match write::parts(outcome) {
            Some(parts) => write::array(&parts, out, |part, out| item(part, out)),
            None => write_string(&write::flagged_text(outcome), out),
        }
        out.push(b'}');
    });
    write::utf8(out)
}

/// What the API takes as a file besides plain text, and the ending that it knows it by.
///
/// From its guide on file inputs, <https://developers.openai.com/api/docs/guides/file-inputs>.
const FILES: [(&str, &str); 16] = [
    ("application/json", "json"),
    ("application/msword", "doc"),
    ("application/pdf", "pdf"),
    ("application/rtf", "rtf"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    ("application/xml", "xml"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/markdown", "md"),
    ("text/rtf", "rtf"),
    ("text/xml", "xml"),
];

/// One element of an output.
fn item(part: &Part, out: &mut Vec<u8>) {
    if let Some((media_type, base64)) = write::image(part) {
        out.extend_from_slice(b"{\"type\":\"input_image\",\"image_url\":");
        data_url(media_type, base64, out);
    } else if let Some((media_type, ending, base64)) = file(part) {
        out.extend_from_slice(b"{\"type\":\"input_file\",\"filename\":");
        // The API refuses data without a name.
        match part.name() {
            Some(name) => write_string(name, out),
            None => write::plain_string(&["file.", ending], out),
        }
        out.extend_from_slice(b",\"file_data\":");
        data_url(media_type, base64, out);
    } else {
        out.extend_from_slice(b"{\"type\":\"input_text\",\"text\":");
        write_string(part.as_str(), out);
    }
    out.push(b'}');
}

/// The media type, ending and data of a part that the API takes as a file.
fn file(part: &Part) -> Option<(&str, &str, &str)> {
    let (media_type, base64) = write::data(part)?;
    if let Some((_, ending)) = FILES.iter().find(|(known, _)| *known == media_type) {
        return Some((media_type, ending, base64));
    }
    // Any other kind of text is plain text to who does not know it.
    part.is_textual().then_some(("text/plain", "txt", base64))
}

fn data_url(media_type: &str, base64: &str, out: &mut Vec<u8>) {
    write::plain_string(&["data:", media_type, ";base64,", base64], out);
}
