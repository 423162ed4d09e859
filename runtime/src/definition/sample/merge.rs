//! Schemas without `allOf`, `anyOf` and `oneOf`: one for each combination of branches.

use std::borrow::Cow;

use crate::definition::number::compare;
use crate::json::Json;

/// The keywords of a schema.
type Keywords = Vec<(Cow<'static, str>, Json<'static>)>;

/// Beyond so many combinations no more are made; twice as many as anyone keeps, so that it is seen that some are lost.
const MOST: usize = 128;

/// The schemas that a schema stands for, one of which a value must meet. They may let more values pass: whoever makes
/// values of them asks the schema itself about each.
pub(super) fn alternatives(schema: &Json<'static>) -> Vec<Json<'static>> {
    let Json::Object(keywords) = schema else {
        return vec![Json::Object(Vec::new())];
    };
    let is_applied = |keyword: &str| matches!(keyword, "allOf" | "anyOf" | "oneOf");
    let (applied, own): (Keywords, Keywords) = keywords
        .iter()
        .cloned()
        .partition(|(keyword, _)| is_applied(keyword));
    let mut found = vec![own];
    for (keyword, schemas) in applied {
        let schemas = schemas.as_array().unwrap_or_default();
        let mut each = schemas.iter().map(alternatives);
        if keyword == "allOf" {
            found = each.fold(found, |found, others| combined(&found, &others));
        } else {
            let others: Vec<_> = each.by_ref().flatten().collect();
            found = combined(&found, &others);
        }
    }
    found.into_iter().map(Json::Object).collect()
}

fn combined(found: &[Keywords], others: &[Json<'static>]) -> Vec<Keywords> {
    let pairs = found
        .iter()
        .flat_map(|one| others.iter().map(move |other| (one, other)));
    pairs
        .map(|(one, other)| both(one.clone(), other.as_object().unwrap_or_default()))
        .take(MOST)
        .collect()
}

/// The keywords of two schemas that a value must meet both. Where two cannot be one the second stays.
fn both(mut one: Keywords, other: &[(Cow<'static, str>, Json<'static>)]) -> Keywords {
    for (keyword, value) in other {
        match one.iter_mut().find(|(known, _)| known == keyword) {
            None => one.push((keyword.clone(), value.clone())),
            Some((_, known)) => {
                let first = std::mem::replace(known, Json::Null);
                *known = merged(keyword, first, value);
            }
        }
    }
    one
}

fn merged(keyword: &str, one: Json<'static>, other: &Json<'static>) -> Json<'static> {
    match (keyword, one, other) {
        ("properties" | "patternProperties", Json::Object(mut one), Json::Object(other)) => {
            for (name, schema) in other {
                match one.iter_mut().find(|(known, _)| known == name) {
                    None => one.push((name.clone(), schema.clone())),
                    Some((_, known)) => {
                        let first = std::mem::replace(known, Json::Null);
                        *known = all_of(first, schema);
                    }
                }
            }
            Json::Object(one)
        }
        ("required" | "examples", Json::Array(mut one), Json::Array(other)) => {
            for value in other {
                if !one.contains(value) {
                    one.push(value.clone());
                }
            }
            Json::Array(one)
        }
        ("type", one, other) => {
            let (one, other) = (list(&one), list(other));
            let mut both = Vec::new();
            for name in one.iter().chain(&other) {
                if covers(&one, name) && covers(&other, name) && !both.contains(name) {
                    both.push(name.clone());
                }
            }
            Json::Array(both)
        }
        ("items" | "additionalProperties", one, other) => all_of(one, other),
        (
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties",
            one,
            other,
        ) => stricter(one, other, true),
        (
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties",
            one,
            other,
        ) => stricter(one, other, false),
        (_, _, other) => other.clone(),
    }
}

fn list(names: &Json<'static>) -> Vec<Json<'static>> {
    match names {
        Json::Array(names) => names.clone(),
        name => vec![name.clone()],
    }
}

/// Whether one of these types is this one or has it as a part.
fn covers(names: &[Json<'_>], name: &Json<'_>) -> bool {
    let has = |wanted: &str| names.iter().any(|name| name.as_str() == Some(wanted));
    names.contains(name) || (name.as_str() == Some("integer") && has("number"))
}

fn stricter(one: Json<'static>, other: &Json<'static>, larger: bool) -> Json<'static> {
    match (&one, other) {
        (Json::Number(first), Json::Number(second)) if compare(first, second).is_gt() == larger => {
            one
        }
        _ => other.clone(),
    }
}

fn all_of(one: Json<'static>, other: &Json<'static>) -> Json<'static> {
    if one == *other {
        return one;
    }
    let both = Json::Array(vec![one, other.clone()]);
    Json::Object(vec![("allOf".into(), both)])
}

/// The values that a schema gives itself.
pub(super) fn given(schema: &Json<'static>) -> impl Iterator<Item = Json<'static>> {
    let examples = schema.get("examples").and_then(Json::as_array);
    let default = schema.get("default");
    examples.unwrap_or_default().iter().chain(default).cloned()
}
