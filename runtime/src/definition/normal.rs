//! One form for every schema, whatever schemars and the features of the build make of a type:
//!
//! - no `$schema` and no titles;
//! - what may be left out is not required and is not a union with null, which strict clients drop (null is accepted);
//! - variants with descriptions of their own become one `enum` whose description lists them;
//! - properties stand in the order of their declaration.

use serde_json::Value;

use super::prose::unwrapped;
use crate::json::Json;

type Fields = &'static [&'static str];
/// The members of an object.
pub(super) type Members = Vec<(std::borrow::Cow<'static, str>, Json<'static>)>;

/// One schema in our form.
pub(super) fn normal(value: Value, fields: &[Fields]) -> Json<'static> {
    let Value::Object(map) = value else {
        return match value {
            // `true` accepts everything, as an empty schema does.
            Value::Bool(true) => Json::Object(Vec::new()),
            other => plain(other),
        };
    };
    let mut members: Members = Vec::new();
    for (keyword, value) in map {
        let value = match keyword.as_str() {
            "$schema" | "title" => continue,
            "description" => match value {
                Value::String(text) => Json::String(unwrapped(&text).into()),
                other => plain(other),
            },
            "properties" | "$defs" | "patternProperties" => match value {
                Value::Object(map) => Json::Object(
                    map.into_iter()
                        .map(|(name, schema)| (name.into(), normal(schema, fields)))
                        .collect(),
                ),
                other => plain(other),
            },
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value {
                Value::Array(schemas) => Json::Array(
                    schemas
                        .into_iter()
                        .map(|schema| normal(schema, fields))
                        .collect(),
                ),
                other => plain(other),
            },
            "items" | "not" | "contains" | "propertyNames" | "if" | "then" | "else" => {
                normal(value, fields)
            }
            "additionalProperties" if value.is_object() => normal(value, fields),
            _ => plain(value),
        };
        members.push((keyword.into(), value));
    }
    // The map that the keywords came from may have any order: what follows must not see it.
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    let members = in_declared_order(one_enum(members), fields);
    Json::Object(members)
}

/// A value that is not a schema.
fn plain(value: Value) -> Json<'static> {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(number) => Json::Number(number.to_string().into()),
        Value::String(text) => Json::String(text.into()),
        Value::Array(values) => Json::Array(values.into_iter().map(plain).collect()),
        Value::Object(map) => Json::Object(
            map.into_iter()
                .map(|(name, value)| (name.into(), plain(value)))
                .collect(),
        ),
    }
}

/// Sorts `properties` as their struct was declared, by name where nothing is known, and lists what is required in the
/// same order; takes the null out of what is not required.
fn in_declared_order(mut members: Members, fields: &[Fields]) -> Members {
    let required: Vec<String> = match find(&members, "required") {
        Some(Json::Array(names)) => names
            .iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    };
    let mut order = Vec::new();
    for (keyword, value) in &mut members {
        if let ("properties", Json::Object(properties)) = (&**keyword, value) {
            let names: Vec<&str> = properties.iter().map(|(name, _)| &**name).collect();
            let declared = declaration_of(&names, fields).unwrap_or(&[]);
            let place = |name: &str| {
                declared
                    .iter()
                    .position(|field| *field == name)
                    .unwrap_or(usize::MAX)
            };
            properties.sort_by(|(one, _), (other, _)| {
                place(one).cmp(&place(other)).then_with(|| one.cmp(other))
            });
            for (name, schema) in properties.iter_mut() {
                if !required.iter().any(|required| **required == **name) {
                    *schema = without_null(std::mem::replace(schema, Json::Null));
                }
            }
            order = properties.iter().map(|(name, _)| name.clone()).collect();
        }
    }
    for (keyword, value) in &mut members {
        if keyword == "required" {
            let mut names = required.clone();
            names.sort_by_key(|name| order.iter().position(|known| **known == **name));
            *value = Json::Array(
                names
                    .into_iter()
                    .map(|name| Json::String(name.into()))
                    .collect(),
            );
        }
    }
    members
}

/// The one declaration that has all these names; nothing when none has, or two have them in different orders.
fn declaration_of(names: &[&str], fields: &[Fields]) -> Option<Fields> {
    let has_all = |fields: &Fields| names.iter().all(|name| fields.contains(name));
    let order = |fields: Fields| {
        fields
            .iter()
            .copied()
            .filter(|field| names.contains(field))
            .collect::<Vec<_>>()
    };
    let mut candidates: Vec<Fields> = fields
        .iter()
        .copied()
        .filter(|fields| has_all(fields))
        .collect();
    candidates.sort_by_key(|fields| fields.len());
    let closest = candidates.first()?.len();
    candidates.retain(|fields| fields.len() == closest);
    let first = *candidates.first()?;
    candidates
        .iter()
        .all(|other| order(other) == order(first))
        .then_some(first)
}

fn find<'m>(members: &'m Members, keyword: &str) -> Option<&'m Json<'static>> {
    members
        .iter()
        .find(|(name, _)| name == keyword)
        .map(|(_, value)| value)
}

/// Variants that are strings with descriptions (`oneOf` with `const`) as one `enum` that describes them.
fn one_enum(mut members: Members) -> Members {
    let Some(Json::Array(variants)) = find(&members, "oneOf") else {
        return members;
    };
    let (mut names, mut lines) = (Vec::new(), Vec::new());
    for variant in variants {
        let description = variant.get("description").and_then(Json::as_str);
        let mut values: Vec<&Json<'static>> = variant.get("const").into_iter().collect();
        values.extend(
            variant
                .get("enum")
                .and_then(Json::as_array)
                .into_iter()
                .flatten(),
        );
        if values.is_empty() || values.iter().any(|value| value.as_str().is_none()) {
            return members;
        }
        for name in values.into_iter().filter_map(Json::as_str) {
            names.push(Json::String(name.to_owned().into()));
            lines.extend(description.map(|text| format!("- `{name}`: {text}")));
        }
    }
    let mut text: Vec<String> = find(&members, "description")
        .and_then(Json::as_str)
        .map(str::to_owned)
        .into_iter()
        .collect();
    text.extend(lines);
    members.retain(|(keyword, _)| !matches!(&**keyword, "oneOf" | "description" | "type"));
    members.push(("type".into(), Json::String("string".into())));
    members.push(("enum".into(), Json::Array(names)));
    if !text.is_empty() {
        members.push(("description".into(), Json::String(text.join("\n").into())));
    }
    members
}

/// The schema without the null that it accepts.
pub(super) fn without_null(schema: Json<'static>) -> Json<'static> {
    let Json::Object(mut members) = schema else {
        return schema;
    };
    let is_null = |value: &Json<'_>| value.as_str() == Some("null");
    for (keyword, value) in &mut members {
        match (&**keyword, value) {
            ("type", value @ Json::Array(_)) => {
                if let Json::Array(types) = value {
                    types.retain(|kind| !is_null(kind));
                    if let [only] = types.as_slice() {
                        *value = only.clone();
                    }
                }
            }
            ("enum", Json::Array(values)) => values.retain(|value| *value != Json::Null),
            ("anyOf", Json::Array(schemas)) => {
                schemas.retain(|schema| !schema.get("type").is_some_and(is_null));
            }
            _ => {}
        }
    }
    // What stood in a union with null alone stands for itself.
    if let Some(at) = members.iter().position(|(keyword, _)| keyword == "anyOf")
        && matches!(&members[at].1, Json::Array(schemas) if schemas.len() == 1)
        && let (_, Json::Array(mut only)) = members.remove(at)
        && let Some(Json::Object(inner)) = only.pop()
    {
        for (keyword, value) in inner {
            if find(&members, &keyword).is_none() {
                members.push((keyword, value));
            }
        }
    }
    Json::Object(members)
}

/// The lines `- value: …` of a description that [`one_enum`] made.
pub(super) fn variants(members: &Members) -> Option<String> {
    members.iter().find(|(keyword, _)| keyword == "enum")?;
    let (_, description) = members
        .iter()
        .find(|(keyword, _)| keyword == "description")?;
    let text = description.as_str()?;
    let at = text.find("- `")?;
    text.get(at..).map(str::to_owned)
}
