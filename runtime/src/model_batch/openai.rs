//! A line of OpenAI's output file or of its error file, which have one form.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::Failure;
use super::line::{Finding, Unread, custom_id, failure, place, value};

#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(borrow)]
    custom_id: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    status_code: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

/// A body that is an error.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

pub(super) fn read(line: &str) -> Result<(String, Finding), Unread> {
    let outer: Outer<'_> =
        serde_json::from_str(line).map_err(|error| Unread::not_an_object(line, &error))?;
    let custom_id = custom_id(outer.custom_id)?;
    let finding = match (outer.error, outer.response) {
        (Some(error), None) => Ok(not_answered(failure(None, error))),
        (Some(error), Some(response)) => match answered(line, response) {
            Ok(Finding::Succeeded(_)) => {
                Err("not a result: it has an answer and an `error`".to_owned())
            }
            _ => Ok(not_answered(failure(None, error))),
        },
        (None, Some(response)) => answered(line, response),
        (None, None) => Err("not a result: it has neither `response` nor `error`".to_owned()),
    };
    match finding {
        Ok(finding) => Ok((custom_id, finding)),
        Err(problem) => Err(Unread::of(custom_id, problem)),
    }
}

/// A request that got no answer over HTTP.
fn not_answered(failure: Failure) -> Finding {
    match failure.kind() {
        Some("batch_expired") => Finding::Expired,
        Some("batch_cancelled" | "batch_canceled") => Finding::Cancelled,
        _ => Finding::Errored(failure),
    }
}

fn answered(line: &str, response: &RawValue) -> Result<Finding, String> {
    let Ok(response) = serde_json::from_str::<Response<'_>>(response.get()) else {
        return Err("not a result: its `response` is no object of the known form".to_owned());
    };
    let status = response.status_code.and_then(value::<u16>);
    let status = status.ok_or("not a result: its `response` has no `status_code`")?;
    match (status, response.body) {
        (200..=299, Some(body)) => Ok(Finding::Succeeded(place(line, body))),
        (200..=299, None) => Err("not a result: its `response` has no `body`".to_owned()),
        (_, None) => Ok(Finding::Errored(Failure {
            status: Some(status),
            kind: None,
            message: format!("the status is {status}, without a body"),
        })),
        (_, Some(body)) => {
            let wrapped = serde_json::from_str::<Wrapped<'_>>(body.get());
            let inner = wrapped.ok().and_then(|wrapped| wrapped.error);
            let failure = failure(Some(status), inner.unwrap_or(body));
            Ok(Finding::Errored(failure))
        }
    }
}
