//! Writes a schema: keywords sorted, properties in the order of their declaration, values in canonical form.

use std::borrow::Cow;

use crate::canonical::{self, Shape};
use crate::json::{Json, write_string};

/// Keywords whose value is a schema.
const SCHEMA: &[&str] = &[
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords whose value is a list of schemas.
const SCHEMAS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value names schemas; their order is kept for `properties` and sorted for the others.
const NAMED_SCHEMAS: &[&str] = &[
    "$defs",
    "dependentSchemas",
    "patternProperties",
    "properties",
];

/// Appends a schema.
pub(super) fn schema(node: &Json<'_>, out: &mut Vec<u8>) {
    let Json::Object(members) = node else {
        return value(node, out);
    };
    let is_told = |(keyword, value): &&(Cow<'_, str>, Json<'_>)| {
        keyword != "format" || !value.as_str().is_some_and(is_rust_format)
    };
    let mut members: Vec<_> = members.iter().filter(is_told).collect();
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    list(b'{', &members, b'}', out, |(keyword, node), out| {
        write_string(keyword, out);
        out.push(b':');
        match &**keyword {
            keyword if SCHEMA.contains(&keyword) => schema(node, out),
            keyword if SCHEMAS.contains(&keyword) => match node {
                Json::Array(nodes) => list(b'[', nodes, b']', out, schema),
                other => value(other, out),
            },
            keyword if NAMED_SCHEMAS.contains(&keyword) => {
                named(node, keyword == "properties", out);
            }
            _ => value(node, out),
        }
    });
}

/// A format that only names a Rust type, which no model needs to know; the checks do.
fn is_rust_format(format: &str) -> bool {
    matches!(
        format,
        "int8"
            | "int16"
            | "int32"
            | "int64"
            | "int128"
            | "int"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "uint128"
            | "uint"
            | "float"
            | "double"
    )
}

fn named(node: &Json<'_>, in_order: bool, out: &mut Vec<u8>) {
    let Json::Object(members) = node else {
        return value(node, out);
    };
    let mut members: Vec<_> = members.iter().collect();
    if !in_order {
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
    list(b'{', &members, b'}', out, |(name, node), out| {
        write_string(name, out);
        out.push(b':');
        schema(node, out);
    });
}

fn value(node: &Json<'_>, out: &mut Vec<u8>) {
    canonical::write(node, &Shape::Any, out);
}

fn list<T>(
    open: u8,
    items: &[T],
    close: u8,
    out: &mut Vec<u8>,
    mut write: impl FnMut(&T, &mut Vec<u8>),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(close);
}

/// The text of what was written.
pub(super) fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("only text was written")
}
