//! The constraints of a schema (ranges, lengths, patterns), checked against a value before a type reads it.
//!
//! Types, required members and variants are left to the type, whose `Deserialize` asks for them anyway. A schema
//! without constraints compiles to nothing, and a value that meets them costs no allocation, but for an array of
//! objects, or a long one, that must not hold one item twice.

mod compile;
mod format;
mod rules;

use std::borrow::Cow;
use std::fmt;

use self::rules::{ArrayRules, NumberRules, ObjectRules, TextRules};
use super::structure::conforms;
use crate::json::{Json, write_string};

/// The constraints of one schema, ready to be checked.
#[derive(Debug)]
pub(crate) struct Check {
    root: Node,
}

/// What is wrong with a value, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The place inside the value that was checked, as RFC 6901 writes it: empty for the value itself.
    pub(crate) pointer: String,
    /// What was expected, then what was there.
    pub(crate) message: String,
}

impl Check {
    /// Compiles a schema. None where it asks for nothing but what the type that reads the value asks for anyway.
    ///
    /// # Errors
    ///
    /// What is wrong with a constraint, such as a pattern that is no regular expression.
    pub(crate) fn new(schema: &Json<'_>) -> Result<Option<Self>, String> {
        Ok(compile::node(schema)?.map(|root| Self { root }))
    }

    /// Checks a value.
    ///
    /// # Errors
    ///
    /// The first violation, in the order of the text.
    pub(crate) fn check(&self, value: &Json<'_>) -> Result<(), Violation> {
        self.root.check(value)
    }
}

/// The constraints at one place; those on other kinds of value than the one that is there say nothing.
#[derive(Debug, Default)]
struct Node {
    number: Option<Box<NumberRules>>,
    text: Option<Box<TextRules>>,
    array: Option<Box<ArrayRules>>,
    object: Option<Box<ObjectRules>>,
    /// All of these as well.
    all: Vec<Node>,
    /// Of each of these, one branch as well.
    unions: Vec<Vec<Branch>>,
}

/// One branch of a union: it counts only for a value that has its structure.
#[derive(Debug)]
struct Branch {
    schema: Json<'static>,
    node: Option<Node>,
}

impl Node {
    fn check<R: Refusal>(&self, value: &Json<'_>) -> Result<(), R> {
        match value {
            Json::Number(number) => self
                .number
                .as_ref()
                .map_or(Ok(()), |rules| rules.check(number))?,
            Json::String(text) => self
                .text
                .as_ref()
                .map_or(Ok(()), |rules| rules.check(text))?,
            Json::Array(items) => self
                .array
                .as_ref()
                .map_or(Ok(()), |rules| rules.check(items))?,
            Json::Object(members) => self
                .object
                .as_ref()
                .map_or(Ok(()), |rules| rules.check(members))?,
            Json::Null | Json::Bool(_) => {}
        }
        self.all.iter().try_for_each(|node| node.check(value))?;
        self.unions
            .iter()
            .try_for_each(|union| one_of(union, value))
    }
}

/// Whether a branch that has the value's structure accepts it. Where none has, the type says it better.
fn one_of<R: Refusal>(branches: &[Branch], value: &Json<'_>) -> Result<(), R> {
    let mut refusing = None;
    for branch in branches {
        if !conforms(&branch.schema, value) {
            continue;
        }
        match &branch.node {
            Some(node) if node.check::<Silent>(value).is_err() => {
                refusing = refusing.or(Some(node));
            }
            _ => return Ok(()),
        }
    }
    match refusing {
        None => Ok(()),
        Some(node) if R::TELLS => node.check(value),
        Some(_) => Err(R::new(format_args!(""))),
    }
}

/// How much is said of a violation: all, or nothing while another branch may still accept the value.
trait Refusal: Sized {
    const TELLS: bool;

    fn new(message: fmt::Arguments<'_>) -> Self;

    /// The same, of a value inside another.
    fn inside(self, place: impl fmt::Display) -> Self;
}

struct Silent;

impl Refusal for Silent {
    const TELLS: bool = false;

    fn new(_: fmt::Arguments<'_>) -> Self {
        Self
    }

    fn inside(self, _: impl fmt::Display) -> Self {
        self
    }
}

impl Refusal for Violation {
    const TELLS: bool = true;

    fn new(message: fmt::Arguments<'_>) -> Self {
        Self {
            pointer: String::new(),
            message: message.to_string(),
        }
    }

    fn inside(mut self, place: impl fmt::Display) -> Self {
        let place = place.to_string().replace('~', "~0").replace('/', "~1");
        self.pointer.insert_str(0, &place);
        self.pointer.insert(0, '/');
        self
    }
}

/// How many characters of a value a message shows.
const SHOWN: usize = 64;

/// A text in a message: as JSON, and not longer than a message should be.
struct Shown<'t>(&'t str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut json = Vec::new();
        write_string(&cut(self.0), &mut json);
        f.write_str(&String::from_utf8_lossy(&json))
    }
}

/// A text, cut after so many characters.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests;
