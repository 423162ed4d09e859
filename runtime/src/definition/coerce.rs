//! Leniency for what models send: a value of the wrong kind that can only mean one thing becomes that thing.
//!
//! Models write `"20"` where an integer is meant, and whole objects as strings. Such a value is changed where its
//! schema leaves no other reading, and nowhere else: never where a string is allowed.

use std::borrow::Cow;

use super::number::whole;
use super::structure::{Kinds, conforms, item, member};
use crate::json::Json;

/// Changes what can only mean something else, by its schema; returns how many values were changed.
pub(crate) fn coerce(schema: &Json<'_>, value: &mut Json<'_>) -> usize {
    let mut changed = 0;
    loop {
        // Once more after a change: of a union that had two branches for the value there may be one left.
        match pass(schema, value) {
            0 => return changed,
            more => changed += more,
        }
    }
}

fn pass(schema: &Json<'_>, value: &mut Json<'_>) -> usize {
    let mut changed = 0;
    if let Some(meant) = meant(schema, value) {
        *value = meant;
        changed += 1;
    }
    changed += inside(schema, value);
    for schema in schemas(schema, "allOf") {
        changed += pass(schema, value);
    }
    for keyword in ["anyOf", "oneOf"] {
        changed += union(schemas(schema, keyword), value);
    }
    changed
}

/// What a value means by the type that its schema names, when it has another one and strings are not allowed.
fn meant<'a>(schema: &Json<'_>, value: &Json<'a>) -> Option<Json<'a>> {
    let kind = Kinds::of(value);
    if kind != Kinds::STRING && kind != Kinds::FRACTION {
        return None;
    }
    let allowed = Kinds::allowed(schema);
    let is_typed = Kinds::declared(schema) != Kinds::ALL;
    if !is_typed || allowed.has(Kinds::STRING) || allowed.has(kind) {
        return None;
    }
    let meant = match value {
        Json::Number(number) => Json::Number(whole(number)?.into_owned().into()),
        Json::String(text) => match text.trim_ascii() {
            word if word.eq_ignore_ascii_case("true") => Json::Bool(true),
            word if word.eq_ignore_ascii_case("false") => Json::Bool(false),
            _ => parsed(text)?,
        },
        _ => return None,
    };
    // Nothing becomes null: what is not there is left out, and the word in quotes is more likely a text.
    let fits = meant != Json::Null && allowed.has(Kinds::of(&meant));
    fits.then_some(meant)
}

/// A text as JSON, borrowed where the text is.
fn parsed<'a>(text: &Cow<'a, str>) -> Option<Json<'a>> {
    match text {
        Cow::Borrowed(text) => Json::parse(text).ok(),
        Cow::Owned(text) => Json::parse(text).ok().map(Json::into_owned),
    }
}

fn inside(schema: &Json<'_>, value: &mut Json<'_>) -> usize {
    match value {
        Json::Array(items) => items
            .iter_mut()
            .enumerate()
            .map(|(place, value)| item(schema, place).map_or(0, |schema| pass(schema, value)))
            .sum(),
        Json::Object(members) => members
            .iter_mut()
            .map(|(name, value)| member(schema, name).map_or(0, |schema| pass(schema, value)))
            .sum(),
        _ => 0,
    }
}

/// Changes a value that has the structure of no branch of a union into what it means to the one branch that it can
/// mean something to.
fn union(branches: &[Json<'_>], value: &mut Json<'_>) -> usize {
    let is_text = |branch: &Json<'_>| Kinds::allowed(branch).has(Kinds::STRING);
    let is_inside = matches!(value, Json::Array(_) | Json::Object(_));
    if branches.iter().any(|branch| conforms(branch, value))
        || (!is_inside && branches.iter().any(is_text))
    {
        return 0;
    }
    let mut others = branches
        .iter()
        .filter(|branch| Kinds::allowed(branch) != Kinds::NULL);
    if let (Some(only), None) = (others.clone().next(), others.clone().nth(1)) {
        return pass(only, value);
    }
    let mut readings = others.by_ref().filter_map(|branch| {
        let mut reading = value.clone();
        let changed = coerce(branch, &mut reading);
        conforms(branch, &reading).then_some((reading, changed))
    });
    match (readings.next(), readings.next()) {
        (Some((reading, changed)), None) => {
            *value = reading;
            changed
        }
        _ => 0,
    }
}

fn schemas<'s, 'a>(schema: &'s Json<'a>, keyword: &str) -> &'s [Json<'a>] {
    let schemas = schema.get(keyword).and_then(Json::as_array);
    schemas.unwrap_or_default()
}

#[cfg(test)]
mod tests;
