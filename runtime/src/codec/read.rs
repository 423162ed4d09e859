//! Reads a message without building it: only what is asked for is looked at, and any part gives its source text.
//!
//! The rest is passed over, so that no oddity in a text or in a tool's arguments can make a message unreadable.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::error::CodecError;
use crate::definition::Provider;
use crate::json::Json;

/// One value of a message, as it was written.
#[derive(Clone)]
pub(super) struct Value<'a> {
    provider: Provider,
    /// The way to it from the outermost value, for messages; empty for that value itself.
    place: String,
    text: &'a str,
}

impl<'a> Value<'a> {
    /// The outermost value of a message's text.
    pub(super) fn document(provider: Provider, text: &'a str) -> Result<Self, CodecError> {
        match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => Ok(Self {
                provider,
                place: String::new(),
                text: raw.get(),
            }),
            // Our own reader refuses at least as much, and has the better words.
            Err(error) => Err(CodecError::not_json(match Json::parse(text) {
                Err(error) => error.to_string(),
                Ok(_) => format!("line {}, column {}", error.line(), error.column()),
            })),
        }
    }

    /// The exact source text.
    pub(super) fn source(&self) -> &'a str {
        self.text
    }

    /// Whether this is an object.
    pub(super) fn is_object(&self) -> bool {
        self.text.starts_with('{')
    }

    /// Whether this is an array.
    pub(super) fn is_array(&self) -> bool {
        self.text.starts_with('[')
    }

    /// Whether this is a string.
    pub(super) fn is_string(&self) -> bool {
        self.text.starts_with('"')
    }

    fn is_null(&self) -> bool {
        self.text == "null"
    }

    /// The text of a string.
    pub(super) fn string(&self) -> Result<Cow<'a, str>, CodecError> {
        if !self.is_string() {
            return Err(self.is_not("a string"));
        }
        match serde_json::from_str(self.text) {
            Ok(Text(text)) => Ok(text),
            Err(_) => Err(self.has_half_a_pair()),
        }
    }

    /// The text of a string, or the source text of anything else.
    pub(super) fn string_or_source(&self) -> Result<Cow<'a, str>, CodecError> {
        if self.is_string() {
            self.string()
        } else {
            Ok(Cow::Borrowed(self.text))
        }
    }

    /// The elements of an array.
    pub(super) fn items(&self) -> Result<Vec<Value<'a>>, CodecError> {
        if !self.is_array() {
            return Err(self.is_not("an array"));
        }
        let items: Vec<&RawValue> =
            serde_json::from_str(self.text).expect("the text was read as an array before");
        let items = items.into_iter().enumerate().map(|(index, item)| Value {
            provider: self.provider,
            place: format!("{}[{index}]", self.place),
            text: item.get(),
        });
        Ok(items.collect())
    }

    /// The members of an object.
    pub(super) fn object(&self) -> Result<Object<'a>, CodecError> {
        if !self.is_object() {
            return Err(self.is_not("an object"));
        }
        match serde_json::from_str(self.text) {
            Ok(members) => Ok(Object {
                value: self.clone(),
                members,
            }),
            Err(_) => Err(self.has_half_a_pair()),
        }
    }

    /// An error about this value: `what` is the rest of a clause that begins with it.
    pub(super) fn problem(&self, what: impl fmt::Display) -> CodecError {
        match &*self.place {
            "" => CodecError::not_a_message(self.provider, format_args!("it {what}")),
            place => CodecError::not_a_message(self.provider, format_args!("`{place}` {what}")),
        }
    }

    fn is_not(&self, expected: &str) -> CodecError {
        let found = match self.text.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        };
        self.problem(format_args!("is {found}, not {expected}"))
    }

    /// The one thing that reading without looking lets pass.
    fn has_half_a_pair(&self) -> CodecError {
        self.problem("has a `\\u` escape that is half of a surrogate pair")
    }
}

/// An object of a message. A member that is null counts as absent.
pub(super) struct Object<'a> {
    value: Value<'a>,
    members: Members<'a>,
}

impl<'a> Object<'a> {
    /// The object as a value.
    pub(super) fn value(&self) -> &Value<'a> {
        &self.value
    }

    /// The member of that name.
    pub(super) fn get(&self, name: &str) -> Result<Option<Value<'a>>, CodecError> {
        let mut found = self.members.0.iter().filter(|(member, _)| *member == name);
        let Some((_, raw)) = found.next() else {
            return Ok(None);
        };
        let value = Value {
            provider: self.value.provider,
            place: self.place(name),
            text: raw.get(),
        };
        // Two readers of the message could take different ones.
        if found.next().is_some() {
            return Err(value.problem("is given twice"));
        }
        Ok(Some(value).filter(|value| !value.is_null()))
    }

    /// The member of that name, which must be there.
    pub(super) fn require(&self, name: &str) -> Result<Value<'a>, CodecError> {
        self.get(name)?.ok_or_else(|| self.missing(name))
    }

    /// The text of that member, if it is there; anything but a string is an error.
    pub(super) fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, CodecError> {
        self.get(name)?.map(|value| value.string()).transpose()
    }

    /// The text of that member, or the source text of anything but a string; empty if it is not there.
    pub(super) fn text_or_source(&self, name: &str) -> Result<Cow<'a, str>, CodecError> {
        let value = self.get(name)?;
        value.map_or(Ok(Cow::Borrowed("")), |value| value.string_or_source())
    }

    /// The text of that member; where it is absent from a message that was `cut`, nothing.
    pub(super) fn text_unless(&self, cut: bool, name: &str) -> Result<Cow<'a, str>, CodecError> {
        match self.text(name)? {
            None if !cut => Err(self.missing(name)),
            text => Ok(text.unwrap_or_default()),
        }
    }

    /// Whether that member is exactly this string.
    pub(super) fn is(&self, name: &str, text: &str) -> Result<bool, CodecError> {
        match self.get(name)? {
            Some(value) if value.is_string() => Ok(value.string()? == text),
            _ => Ok(false),
        }
    }

    /// Refuses a message that somebody else than the model wrote.
    pub(super) fn check_role(&self) -> Result<(), CodecError> {
        match self.get("role")? {
            Some(role) if role.string()? != "assistant" => {
                Err(role.problem(format_args!("is {}, not \"assistant\"", role.source())))
            }
            _ => Ok(()),
        }
    }

    /// An error that says that this member is missing.
    pub(super) fn missing(&self, name: &str) -> CodecError {
        let what = format!("`{}` is missing", self.place(name));
        CodecError::not_a_message(self.value.provider, what)
    }

    fn place(&self, name: &str) -> String {
        match &*self.value.place {
            "" => name.to_owned(),
            place => format!("{place}.{name}"),
        }
    }
}

/// The members of an object in their order, names that are given twice included.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Text(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(Members(members))
    }
}

/// A string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Value<'_> {
        Value::document(Provider::Anthropic, text).unwrap()
    }

    #[track_caller]
    fn check_error<T>(result: Result<T, CodecError>, expected: &str) {
        let error = result.err().expect("an error").to_string();
        assert_eq!(error, format!("not a message of anthropic: {expected}"));
    }

    #[test]
    fn source_is_the_text_without_the_whitespace_around_it() {
        let object = document(" { \"a\" : { \"b\":1.0 , \"b\" : 2e400 } } ")
            .object()
            .unwrap();
        assert_eq!(
            object.require("a").unwrap().source(),
            "{ \"b\":1.0 , \"b\" : 2e400 }"
        );
    }

    #[test]
    fn an_error_names_the_way_to_the_value() {
        let object = document(r#"{"a": [0, {"b": "x", "c": null}]}"#)
            .object()
            .unwrap();
        let items = object.require("a").unwrap().items().unwrap();
        check_error(items[0].object(), "`a[0]` is a number, not an object");
        let inner = items[1].object().unwrap();
        check_error(
            inner.require("b").unwrap().items(),
            "`a[1].b` is a string, not an array",
        );
        check_error(inner.require("c"), "`a[1].c` is missing");
        check_error(document("true").object(), "it is a boolean, not an object");
    }

    #[test]
    fn a_member_given_twice_is_an_error_only_if_it_is_asked_for() {
        let object = document(r#"{"a": 1, "b": 2, "\u0061": 3}"#)
            .object()
            .unwrap();
        assert_eq!(object.require("b").unwrap().source(), "2");
        check_error(object.get("a"), "`a` is given twice");
    }

    #[test]
    fn half_of_a_pair_is_an_error_only_where_it_is_read() {
        let object = document(r#"{"a": "\ud83d", "b": "\ud83d\ude00"}"#)
            .object()
            .unwrap();
        assert_eq!(object.text("b").unwrap().as_deref(), Some("\u{1f600}"));
        check_error(
            object.text("a"),
            "`a` has a `\\u` escape that is half of a surrogate pair",
        );
        let named = document(r#"{"\ud83d": 1}"#).object();
        check_error(
            named,
            "it has a `\\u` escape that is half of a surrogate pair",
        );
    }

    #[test]
    fn what_is_passed_over_may_nest_as_deep_as_it_likes() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        let text = format!("{{\"deep\":{deep},\"a\":1}}");
        let object = document(&text).object().unwrap();
        assert_eq!(object.require("a").unwrap().source(), "1");
        assert_eq!(object.require("deep").unwrap().source(), deep);
    }

    #[test]
    fn our_reader_has_words_for_all_that_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\":01}",
            "\u{feff}{}",
            "\"\u{1}\"",
            "{} {}",
            "nul",
            "\"\\x\"",
        ] {
            let error = Value::document(Provider::Anthropic, text)
                .err()
                .expect(text)
                .to_string();
            let ours = Json::parse(text).unwrap_err().to_string();
            assert_eq!(error, format!("not JSON: {ours}"));
        }
    }
}
