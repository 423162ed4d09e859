//! JSON as it was written: a strict reader whose tree borrows from the text and keeps every digit of every number.
//!
//! `serde_json::Value` does not serve here: it rounds integers beyond `u64`, lets the last of two equal members win,
//! and what it does with member order and numbers depends on features that any crate of the build may turn on.
//!
//! What is read is RFC 8259 and no more. In addition, as I-JSON (RFC 7493) asks, an object must not give a member
//! twice and a `\u` escape must not be half of a surrogate pair. Arrays and objects nest at most 128 deep, and a number
//! with a fraction or an exponent must be within the range of an `f64`; an integer may be of any length.

mod error;
mod parse;
#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod random;
mod string;
#[cfg(test)]
mod tests;

pub use self::error::JsonError;
pub(crate) use self::parse::members;
pub(crate) use self::string::write_string;

use std::borrow::Cow;

/// One JSON value, borrowed from its text where it can be. Object members keep the order in which they were written.
///
/// Equality is of what was written: `1` and `1.0` differ, and so do two orders of the same members.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, exactly as written.
    Number(Cow<'a, str>),
    /// A string, its escapes resolved.
    String(Cow<'a, str>),
    /// The elements of an array.
    Array(Vec<Json<'a>>),
    /// The members of an object; no name occurs twice.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Parses a text that is one JSON value.
    pub(crate) fn parse(text: &'a str) -> Result<Json<'a>, JsonError> {
        parse::value(text)
    }

    /// The same value, free of the text that it was read from.
    pub(crate) fn into_owned(self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Bool(value) => Json::Bool(value),
            Json::Number(digits) => Json::Number(owned(digits)),
            Json::String(text) => Json::String(owned(text)),
            Json::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Json::Object(members) => Json::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (owned(name), value.into_owned()))
                    .collect(),
            ),
        }
    }

    /// The member of that name, when this is an object that has it.
    pub(crate) fn get(&self, name: &str) -> Option<&Json<'a>> {
        let members = self.as_object()?;
        members
            .iter()
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array.
    pub(crate) fn as_array(&self) -> Option<&[Json<'a>]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members of an object.
    pub(crate) fn as_object(&self) -> Option<&[(Cow<'a, str>, Json<'a>)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// What kind of value this is, with its article, for messages.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

/// One member of the outermost object: its name, its value, and the value's exact source text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member<'a> {
    /// The name, its escapes resolved.
    pub(crate) name: Cow<'a, str>,
    /// The value as it was written, without the whitespace around it.
    pub(crate) text: &'a str,
    /// The value.
    pub(crate) value: Json<'a>,
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
