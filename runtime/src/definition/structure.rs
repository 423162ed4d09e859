//! Whether a value has the structure that a schema asks for: its kind and its members, whatever their limits are.
//!
//! Two places read a value as the types that will read it do, not as JSON Schema would: `20.0` is no integer, and null
//! is as good as nothing for a property that is not required.

use std::borrow::Cow;

use super::number::{compare, is_integer, whole};
use crate::json::Json;

/// A set of the kinds of JSON value, with integers apart from other numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(1 << 1);
    pub(super) const INTEGER: Self = Self(1 << 2);
    /// Numbers that are not written as integers.
    pub(super) const FRACTION: Self = Self(1 << 3);
    pub(super) const STRING: Self = Self(1 << 4);
    pub(super) const ARRAY: Self = Self(1 << 5);
    pub(super) const OBJECT: Self = Self(1 << 6);
    pub(super) const NUMBER: Self = Self(Self::INTEGER.0 | Self::FRACTION.0);
    const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self((1 << 7) - 1);

    /// The kind of a value.
    pub(super) fn of(value: &Json<'_>) -> Self {
        match value {
            Json::Null => Self::NULL,
            Json::Bool(_) => Self::BOOLEAN,
            Json::Number(number) if is_integer(number) => Self::INTEGER,
            Json::Number(_) => Self::FRACTION,
            Json::String(_) => Self::STRING,
            Json::Array(_) => Self::ARRAY,
            Json::Object(_) => Self::OBJECT,
        }
    }

    /// The kinds that the keyword `type` names.
    fn named(names: &Json<'_>) -> Self {
        match names {
            Json::Array(names) => names.iter().map(Self::named).fold(Self::NONE, Self::or),
            name => match name.as_str() {
                Some("null") => Self::NULL,
                Some("boolean") => Self::BOOLEAN,
                Some("integer") => Self::INTEGER,
                Some("number") => Self::NUMBER,
                Some("string") => Self::STRING,
                Some("array") => Self::ARRAY,
                Some("object") => Self::OBJECT,
                _ => Self::ALL,
            },
        }
    }

    /// The kinds that the keywords of this very schema allow, not counting those of its branches.
    pub(super) fn declared(schema: &Json<'_>) -> Self {
        if let Some(names) = schema.get("type") {
            return Self::named(names);
        }
        let value = schema.get("const").into_iter();
        let values = schema.get("enum").and_then(Json::as_array);
        value
            .chain(values.into_iter().flatten())
            // A float is read from an integer as well.
            .map(|value| match Self::of(value) {
                Self::FRACTION => Self::NUMBER,
                kind => kind,
            })
            .reduce(Self::or)
            .unwrap_or(Self::ALL)
    }

    /// The kinds of value that can have the structure of a schema.
    pub(super) fn allowed(schema: &Json<'_>) -> Self {
        if *schema == Json::Bool(false) {
            return Self::NONE;
        }
        let branches = |keyword: &str| schema.get(keyword).and_then(Json::as_array);
        let any = |keyword: &str| {
            branches(keyword).map_or(Self::ALL, |branches| {
                branches
                    .iter()
                    .map(Self::allowed)
                    .fold(Self::NONE, Self::or)
            })
        };
        let all = branches("allOf").into_iter().flatten().map(Self::allowed);
        all.fold(Self::declared(schema), Self::and)
            .and(any("anyOf"))
            .and(any("oneOf"))
    }

    pub(super) fn has(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Whether a value has the structure of a schema: type, `const`, `enum`, members and items, one branch of each union.
pub(super) fn conforms(schema: &Json<'_>, value: &Json<'_>) -> bool {
    let Json::Object(keywords) = schema else {
        return *schema != Json::Bool(false);
    };
    keywords.iter().all(|(keyword, rule)| {
        let schemas = || rule.as_array().unwrap_or_default();
        match &**keyword {
            "type" => Kinds::named(rule).has(Kinds::of(value)),
            "const" => is_given(value, rule),
            "enum" => schemas().iter().any(|rule| is_given(value, rule)),
            "required" => match value {
                Json::Object(_) => schemas()
                    .iter()
                    .filter_map(Json::as_str)
                    .all(|name| value.get(name).is_some()),
                _ => true,
            },
            "properties" => named(rule, value).all(|(name, member, value)| {
                conforms(member, value) || (*value == Json::Null && !is_required(schema, name))
            }),
            "additionalProperties" => others(schema, value)
                .all(|value| other_members(schema).is_none_or(|member| conforms(member, value))),
            "prefixItems" | "items" => {
                let items = value.as_array().unwrap_or_default();
                let of_tuple = value.as_array().and(tuple(schema));
                let mut each = items.iter().enumerate();
                of_tuple.is_none_or(|count| items.len() == count)
                    && each.all(|(place, value)| {
                        item(schema, place).is_none_or(|schema| conforms(schema, value))
                    })
            }
            "allOf" => schemas().iter().all(|schema| conforms(schema, value)),
            "anyOf" | "oneOf" => schemas().iter().any(|schema| conforms(schema, value)),
            "not" => !(is_understood(rule) && conforms(rule, value)),
            _ => true,
        }
    })
}

/// The members that `properties` names, each with its schema.
fn named<'v, 'a>(
    properties: &'v Json<'a>,
    value: &'v Json<'_>,
) -> impl Iterator<Item = (&'v str, &'v Json<'a>, &'v Json<'v>)> {
    let members = value.as_object().unwrap_or_default().iter();
    members.filter_map(|(name, value)| Some((&**name, properties.get(name)?, value)))
}

/// The values of the members that `properties` does not name.
fn others<'v, 'a>(schema: &Json<'_>, value: &'v Json<'a>) -> impl Iterator<Item = &'v Json<'a>> {
    let properties = schema.get("properties");
    let is_named = move |name: &str| properties.is_some_and(|named| named.get(name).is_some());
    let members = value.as_object().unwrap_or_default().iter();
    members
        .filter(move |(name, _)| !is_named(name))
        .map(|(_, value)| value)
}

fn is_required(schema: &Json<'_>, name: &str) -> bool {
    let names = schema.get("required").and_then(Json::as_array);
    names
        .unwrap_or_default()
        .iter()
        .any(|required| required.as_str() == Some(name))
}

/// The schema of a member by its name; none where nothing is asked of it.
pub(super) fn member<'s, 'a>(schema: &'s Json<'a>, name: &str) -> Option<&'s Json<'a>> {
    let named = schema
        .get("properties")
        .and_then(|properties| properties.get(name));
    named.or_else(|| other_members(schema))
}

/// The schema of the members that are not named. Where a pattern tells them apart it is the schema of those that
/// match, as in a map whose keys are numbers: the type that has it refuses the others.
fn other_members<'s, 'a>(schema: &'s Json<'a>) -> Option<&'s Json<'a>> {
    let additional = schema.get("additionalProperties");
    let Some(patterns) = schema.get("patternProperties").and_then(Json::as_object) else {
        return additional;
    };
    let (_, matching) = patterns.first()?;
    let is_one = patterns.iter().all(|(_, schema)| schema == matching);
    (is_one && additional == Some(&Json::Bool(false))).then_some(matching)
}

/// The schema of an item by its place; none where nothing is asked of it.
pub(super) fn item<'s, 'a>(schema: &'s Json<'a>, place: usize) -> Option<&'s Json<'a>> {
    let prefix = schema.get("prefixItems").and_then(Json::as_array);
    let first = prefix.and_then(|prefix| prefix.get(place));
    first.or_else(|| schema.get("items"))
}

/// How many items a tuple has: every one has a schema of its own and must be there, which the type sees to.
pub(super) fn tuple(schema: &Json<'_>) -> Option<usize> {
    let count = schema.get("prefixItems").and_then(Json::as_array)?.len();
    let is_count = |keyword: &str| match schema.get(keyword) {
        Some(Json::Number(number)) => {
            whole(number).and_then(|size| size.parse().ok()) == Some(count)
        }
        _ => false,
    };
    (is_count("minItems") && is_count("maxItems")).then_some(count)
}

/// Whether a `not` excludes values by what they are, as that of `NonZeroI32` does. Others are taken to exclude nothing.
pub(super) fn is_understood(not: &Json<'_>) -> bool {
    let is_simple = |keyword: &str| matches!(keyword, "const" | "enum" | "type");
    let keywords = not.as_object().unwrap_or_default();
    !keywords.is_empty() && keywords.iter().all(|(keyword, _)| is_simple(keyword))
}

/// Whether a value is one that `const` or `enum` gives: `1` is `1.0`, but `1.0` cannot be read where `1` is meant.
fn is_given(value: &Json<'_>, given: &Json<'_>) -> bool {
    let readable = Kinds::of(value) != Kinds::FRACTION || Kinds::of(given) == Kinds::FRACTION;
    readable && same(value, given)
}

/// Whether two values are one: the same members in any order, numbers of the same size.
pub(super) fn same(one: &Json<'_>, other: &Json<'_>) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => compare(one, other).is_eq(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            // No name occurs twice, so that it is enough to find those of one side.
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| found(other, name).is_some_and(|found| same(value, found)))
        }
        (one, other) => one == other,
    }
}

fn found<'v, 'a>(members: &'v [(Cow<'a, str>, Json<'a>)], name: &str) -> Option<&'v Json<'a>> {
    let member = members.iter().find(|(member, _)| member == name);
    member.map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
