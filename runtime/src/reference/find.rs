//! The value that a reference stands for: found in the text of a result, and taken over as it is written there.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::cut;
use crate::call::Content;
use crate::error::listed;
use crate::json::{Json, members, write_string};

/// The value at this path of a result, as a JSON text: the very bytes of the result, so that no digit is lost.
///
/// A plain text is one JSON string, whatever is in it.
///
/// # Errors
/// There is no such value, or it has more bytes than `limit`: a clause about "the result", for a model.
pub(crate) fn resolve(content: &Content, path: &str, limit: usize) -> Result<String, String> {
    let part = match content.parts() {
        [part] => part,
        parts => {
            let count = parts.len();
            return Err(format!(
                "the result has {count} parts, and a reference takes one JSON value or one text"
            ));
        }
    };
    if part.media_type().is_some() {
        let file = cut(part.as_str());
        return Err(format!(
            "the result is a file, {file}, and a reference takes JSON or a text"
        ));
    }
    let text = part.as_str();
    let value = if part.is_json() {
        Cow::Borrowed(find(text, path)?)
    } else if !path.is_empty() {
        return Err(format!(
            "the result has no `{}`: it is a plain text, which is taken as a whole",
            cut(path)
        ));
    } else if text.len() > limit {
        return Err(too_long(text.len(), limit));
    } else {
        let mut string = Vec::with_capacity(text.len() + 2);
        write_string(text, &mut string);
        Cow::Owned(String::from_utf8(string).expect("only text was written"))
    };
    if value.len() > limit {
        return Err(too_long(value.len(), limit));
    }
    Ok(value.into_owned())
}

fn too_long(size: usize, limit: usize) -> String {
    format!(
        "that part of the result has {size} bytes, and a reference stands for {limit} at most: point at a smaller part"
    )
}

/// The text of the value at a path.
fn find<'t>(text: &'t str, path: &str) -> Result<&'t str, String> {
    // All of it: what is filled into the arguments of another call must not be able to be more than one value.
    let unreadable = |error| format!("the result cannot be read as JSON: {error}");
    Json::parse(text).map_err(unreadable)?;
    let mut here = text.trim_matches([' ', '\t', '\n', '\r']);
    let mut walked = 0;
    for name in path.split('/').skip(1) {
        let place = &path[..walked];
        let next = match here.as_bytes().first() {
            Some(b'{') => {
                let members = members(here).map_err(unreadable)?;
                let name = name.replace("~1", "/").replace("~0", "~");
                let found = members.iter().find(|member| member.name == *name);
                found.map(|member| member.text).ok_or_else(|| {
                    let names: Vec<String> =
                        members.iter().map(|member| cut(&member.name)).collect();
                    match names.as_slice() {
                        [] => "is an object without members".to_owned(),
                        names => format!("has {}", listed(names.iter().map(|it| &**it), "and")),
                    }
                })
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(here)
                    .map_err(|error| format!("the result cannot be read as JSON: {error}"))?;
                let found = index(name).and_then(|index| items.get(index));
                found
                    .map(|item| item.get())
                    .ok_or_else(|| match items.len() {
                        0 => "is an empty array".to_owned(),
                        1 => "is an array of 1 item, which is 0".to_owned(),
                        count => format!("is an array of {count} items, 0 to {}", count - 1),
                    })
            }
            _ => {
                let kind = Json::parse(here).map_err(unreadable)?.kind_name();
                Err(format!("is {kind}"))
            }
        };
        here = next.map_err(|there_is| {
            let place = match place {
                "" => "the whole".to_owned(),
                place => format!("`{}`", cut(place)),
            };
            format!("the result has no `{}`: {place} {there_is}", cut(path))
        })?;
        walked += 1 + name.len();
    }
    Ok(here)
}

/// The place of an item, as RFC 6901 writes it: no sign, and no zero before other digits.
fn index(name: &str) -> Option<usize> {
    let is_index =
        name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    name.parse().ok().filter(|_| is_index)
}
