//! A line of Anthropic's results.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::line::{Finding, Unread, custom_id, failure, place, value};

#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(borrow)]
    custom_id: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// An error as the API answers with it, which holds the error itself.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

pub(super) fn read(line: &str) -> Result<(String, Finding), Unread> {
    let outer: Outer<'_> =
        serde_json::from_str(line).map_err(|error| Unread::not_an_object(line, &error))?;
    let custom_id = custom_id(outer.custom_id)?;
    match finding(line, outer.result) {
        Ok(finding) => Ok((custom_id, finding)),
        Err(problem) => Err(Unread::of(custom_id, problem)),
    }
}

fn finding(line: &str, result: Option<&RawValue>) -> Result<Finding, String> {
    let result = result.ok_or("not a result: it has no `result`")?;
    let Ok(result) = serde_json::from_str::<Inner<'_>>(result.get()) else {
        return Err("not a result: its `result` is no object of the known form".to_owned());
    };
    let kind = result.kind.and_then(value::<String>);
    match kind.as_deref() {
        Some("succeeded") => match result.message {
            Some(message) => Ok(Finding::Succeeded(place(line, message))),
            None => Err("not a result: it succeeded and has no `message`".to_owned()),
        },
        Some("errored") => match result.error {
            Some(error) => {
                let wrapped = serde_json::from_str::<Wrapped<'_>>(error.get());
                let inner = wrapped.ok().and_then(|wrapped| wrapped.error);
                Ok(Finding::Errored(failure(None, inner.unwrap_or(error))))
            }
            None => Err("not a result: it errored and has no `error`".to_owned()),
        },
        Some("expired") => Ok(Finding::Expired),
        Some("canceled") => Ok(Finding::Cancelled),
        Some(other) => Err(format!("its result has the unknown type `{other}`")),
        None => Err("not a result: its `result` has no `type`".to_owned()),
    }
}
