//! What is asked of a request's body before it is taken: whether a batch takes it, its model, how much it counts.

use super::api::Api;
use super::error::{ModelBatchError, ModelBatchErrorKind};
use crate::json::Json;

/// The body, which must be an object.
pub(super) fn parse(position: usize, body: &str) -> Result<Json<'_>, ModelBatchError> {
    let wrong = |kind| ModelBatchError::new(position, None, kind);
    let value = Json::parse(body).map_err(|error| wrong(ModelBatchErrorKind::NotJson { error }))?;
    if value.as_object().is_none() {
        let found = value.kind_name();
        return Err(wrong(ModelBatchErrorKind::NotAnObject { found }));
    }
    Ok(value)
}

/// What makes the API refuse a body in a batch, as a clause; only what is documented to be refused.
pub(super) fn refused(api: &Api, body: &Json<'_>) -> Option<&'static str> {
    if matches!(body.get("stream"), Some(Json::Bool(true))) {
        return Some("`stream` is true, and a batch does not stream");
    }
    if *api != Api::Anthropic {
        return None;
    }
    if body.get("max_tokens").is_some_and(is_zero) {
        return Some("`max_tokens` is 0, which warms a cache and is not taken in a batch");
    }
    if body.get("speed").and_then(Json::as_str) == Some("fast") {
        return Some("`speed` is fast, which is not taken in a batch");
    }
    None
}

fn is_zero(value: &Json<'_>) -> bool {
    matches!(value, Json::Number(digits) if digits.parse() == Ok(0.0))
}

/// The model that a body is for, where a file may be for only one.
pub(super) fn model<'a>(api: &Api, body: &'a Json<'_>) -> Option<&'a str> {
    match api {
        Api::Anthropic => None,
        Api::OpenAi { .. } => body.get("model").and_then(Json::as_str),
    }
}

/// How much a body counts towards the limit of requests: as many as it has inputs, for embeddings, and else one.
pub(super) fn weight(api: &Api, body: &Json<'_>) -> usize {
    let Api::OpenAi { url } = api else {
        return 1;
    };
    if !url.ends_with("/embeddings") {
        return 1;
    }
    let inputs = body.get("input").and_then(Json::as_array).unwrap_or(&[]);
    match inputs.first() {
        // An array of numbers is one input, given as tokens.
        None | Some(Json::Number(_)) => 1,
        Some(_) => inputs.len(),
    }
}
