//! Recognises the errors of providers, and of the services in front of them.

use super::error::CodecError;
use super::read::Object;

/// The error that a response is, or has, in its own words; `None` if it is no error.
///
/// The shapes, all of them met in the wild: `{"type":"error","error":{"type":…,"message":…}}` (Anthropic),
/// `{"error":{"message":…,"type":…,"code":…}}` (OpenAI), `{"error":"…","code":"…"}` and
/// `{"object":"error","type":…,"message":…}` (services that speak its API), `{"detail":"…"}` and `{"message":"…"}`
/// (gateways).
pub(super) fn find(response: &Object<'_>) -> Result<Option<CodecError>, CodecError> {
    if let Some(error) = response.get("error")? {
        if error.is_object() {
            return told_by(&error.object()?).map(Some);
        }
        let message = error.string_or_source()?;
        return Ok(Some(CodecError::provider(kind(response)?, &message)));
    }
    if response.is("type", "error")? || response.is("object", "error")? {
        return told_by(response).map(Some);
    }
    Ok(None)
}

/// The error that an object with nothing of a message may still be: only words.
pub(super) fn find_bare(response: &Object<'_>) -> Result<Option<CodecError>, CodecError> {
    for name in ["detail", "message"] {
        if let Some(words) = response.get(name)?.filter(|words| !words.is_object()) {
            let message = words.string_or_source()?;
            return Ok(Some(CodecError::provider(kind(response)?, &message)));
        }
    }
    Ok(None)
}

/// The error that this object describes.
fn told_by(error: &Object<'_>) -> Result<CodecError, CodecError> {
    let message = match error.get("message")? {
        Some(message) => message.string_or_source()?,
        None => error.value().source().into(),
    };
    Ok(CodecError::provider(kind(error)?, &message))
}

/// The kind of an error, from the member that names it best.
fn kind(error: &Object<'_>) -> Result<Option<String>, CodecError> {
    for name in ["type", "status", "code"] {
        if let Some(value) = error.get(name)? {
            let kind = value.string_or_source()?;
            if !kind.is_empty() && kind != "error" {
                return Ok(Some(kind.into_owned()));
            }
        }
    }
    Ok(None)
}
