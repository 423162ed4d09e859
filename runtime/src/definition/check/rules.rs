//! The constraints on each kind of value.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use regex_lite::Regex;

use super::format::Format;
use super::{Node, Refusal, Shown, cut};
use crate::canonical::{self, Shape};
use crate::definition::number::{Step, compare};
use crate::definition::structure::same;
use crate::json::Json;

/// The range of a number, each end as its digits.
#[derive(Debug, Default)]
pub(super) struct NumberRules {
    pub(super) minimum: Option<Box<str>>,
    pub(super) exclusive_minimum: Option<Box<str>>,
    pub(super) maximum: Option<Box<str>>,
    pub(super) exclusive_maximum: Option<Box<str>>,
    pub(super) multiple_of: Option<(Step, Box<str>)>,
}

impl NumberRules {
    pub(super) fn check<R: Refusal>(&self, number: &str) -> Result<(), R> {
        let refuse = |expected: &str, bound: &str| {
            let number = cut(number);
            Err(R::new(format_args!(
                "expected {expected} {bound}, got {number}"
            )))
        };
        if let Some(bound) = &self.minimum
            && compare(number, bound).is_lt()
        {
            return refuse("at least", bound);
        }
        if let Some(bound) = &self.exclusive_minimum
            && compare(number, bound).is_le()
        {
            return refuse("more than", bound);
        }
        if let Some(bound) = &self.maximum
            && compare(number, bound).is_gt()
        {
            return refuse("at most", bound);
        }
        if let Some(bound) = &self.exclusive_maximum
            && compare(number, bound).is_ge()
        {
            return refuse("less than", bound);
        }
        if let Some((step, bound)) = &self.multiple_of
            && !step.divides(number)
        {
            return refuse("a multiple of", bound);
        }
        Ok(())
    }
}

/// How many of something there may be.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) minimum: Option<usize>,
    pub(super) maximum: Option<usize>,
}

impl Count {
    pub(super) fn is_any(&self) -> bool {
        self.minimum.is_none_or(|minimum| minimum == 0) && self.maximum.is_none()
    }

    fn check<R: Refusal>(&self, count: usize, of: &str) -> Result<(), R> {
        let (expected, bound) = match (self.minimum, self.maximum) {
            (Some(minimum), _) if count < minimum => ("at least", minimum),
            (_, Some(maximum)) if count > maximum => ("at most", maximum),
            _ => return Ok(()),
        };
        let plural = if bound == 1 { "" } else { "s" };
        Err(R::new(format_args!(
            "expected {expected} {bound} {of}{plural}, got {count}"
        )))
    }
}

/// The length of a text, and what it must look like.
#[derive(Debug, Default)]
pub(super) struct TextRules {
    pub(super) length: Count,
    pub(super) pattern: Option<Regex>,
    pub(super) format: Option<Format>,
}

impl TextRules {
    pub(super) fn check<R: Refusal>(&self, text: &str) -> Result<(), R> {
        if !self.length.is_any() {
            self.length.check(text.chars().count(), "character")?;
        }
        if let Some(pattern) = &self.pattern
            && !pattern.is_match(text)
        {
            let (pattern, text) = (pattern.as_str(), Shown(text));
            return Err(R::new(format_args!(
                "expected text that matches `{pattern}`, got {text}"
            )));
        }
        if let Some(format) = &self.format
            && !format.accepts(text)
        {
            let (expected, text) = (format.expected(), Shown(text));
            return Err(R::new(format_args!("expected {expected}, got {text}")));
        }
        Ok(())
    }
}

/// How many items there are, and what they must be.
#[derive(Debug, Default)]
pub(super) struct ArrayRules {
    pub(super) count: Count,
    pub(super) unique: bool,
    /// The constraints on the first items, each on its own.
    pub(super) prefix: Vec<Option<Node>>,
    /// The constraints on every item after them.
    pub(super) rest: Option<Node>,
}

impl ArrayRules {
    pub(super) fn check<R: Refusal>(&self, items: &[Json<'_>]) -> Result<(), R> {
        self.count.check(items.len(), "item")?;
        if !self.prefix.is_empty() || self.rest.is_some() {
            for (place, item) in items.iter().enumerate() {
                let node = self.prefix.get(place).unwrap_or(&self.rest);
                within(node.as_ref(), item, place)?;
            }
        }
        if self.unique
            && let Some(second) = repeated(items)
        {
            let item = canonical_text(&items[second]);
            let refusal = R::new(format_args!(
                "expected items that all differ, got {} twice",
                cut(&item)
            ));
            return Err(refusal.inside(second));
        }
        Ok(())
    }
}

/// Up to this many items, each is compared with those before it; beyond, their texts are sorted into a set.
const COMPARED: usize = 16;

/// The first item that was there before.
fn repeated(items: &[Json<'_>]) -> Option<usize> {
    let is_scalar = |item: &Json<'_>| !matches!(item, Json::Array(_) | Json::Object(_));
    if items.len() <= COMPARED && items.iter().all(is_scalar) {
        return (1..items.len()).find(|&second| {
            items[..second]
                .iter()
                .any(|first| same(first, &items[second]))
        });
    }
    let mut seen = HashSet::with_capacity(items.len());
    items
        .iter()
        .position(|item| !seen.insert(canonical_text(item)))
}

fn canonical_text(value: &Json<'_>) -> String {
    let mut text = Vec::new();
    canonical::write(value, &Shape::Any, &mut text);
    String::from_utf8(text).expect("only text is written")
}

/// How many members there are, and what they must be.
#[derive(Debug, Default)]
pub(super) struct ObjectRules {
    pub(super) count: Count,
    /// The members with a schema of their own, also those without a constraint: they are not among the rest.
    pub(super) named: Vec<(Box<str>, Option<Node>)>,
    /// The constraints on members whose name matches.
    pub(super) patterns: Vec<(Regex, Option<Node>)>,
    /// The constraints on every other member.
    pub(super) rest: Option<Node>,
}

impl ObjectRules {
    pub(super) fn check<R: Refusal>(&self, members: &[(Cow<'_, str>, Json<'_>)]) -> Result<(), R> {
        self.count.check(members.len(), "member")?;
        for (name, value) in members {
            let named = self.named.iter().find(|(named, _)| **named == **name);
            let mut is_other = named.is_none();
            if let Some((_, node)) = named {
                within(node.as_ref(), value, name)?;
            }
            for (pattern, node) in &self.patterns {
                if pattern.is_match(name) {
                    is_other = false;
                    within(node.as_ref(), value, name)?;
                }
            }
            if is_other {
                within(self.rest.as_ref(), value, name)?;
            }
        }
        Ok(())
    }
}

fn within<R: Refusal>(
    node: Option<&Node>,
    value: &Json<'_>,
    place: impl fmt::Display,
) -> Result<(), R> {
    match node {
        Some(node) => node
            .check(value)
            .map_err(|refusal: R| refusal.inside(place)),
        None => Ok(()),
    }
}
