//! Values that a schema accepts, for checking that the type behind it accepts them as well.
//!
//! They are few and always the same: every branch, every value of an `enum`, both ends of a range, each optional
//! member left out and alone. What cannot be sampled is said, so that nobody takes it for checked.

mod array;
mod leaf;
mod merge;
mod object;

use super::check::Check;
use super::number::whole;
use super::structure::{Kinds, conforms, is_understood};
use crate::json::Json;

/// How many values of one schema are kept.
const MOST: usize = 64;

/// The largest array or map that is made.
const LARGEST: usize = 64;

/// Values that a schema accepts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Samples {
    /// The values, the most telling one first.
    pub(crate) valid: Vec<Json<'static>>,
    /// What is not sampled: the place in a value as RFC 6901 writes it, empty for the whole, then a colon and why.
    pub(crate) skipped: Vec<String>,
}

/// Values that this schema accepts, and what could not be sampled of it.
pub(crate) fn samples(schema: &Json<'_>) -> Samples {
    let mut sampler = Sampler::default();
    let valid = sampler.of(schema);
    Samples {
        valid,
        skipped: sampler.skipped,
    }
}

/// Keywords that narrow what a schema accepts, and are not understood here.
const NOT_UNDERSTOOD: [&str; 7] = [
    "$ref",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "not",
    "propertyNames",
];

#[derive(Default)]
struct Sampler {
    /// The place in the value, as a pointer.
    place: String,
    skipped: Vec<String>,
}

impl Sampler {
    /// The values of one schema. None is a value that the schema refuses.
    fn of(&mut self, schema: &Json<'_>) -> Vec<Json<'static>> {
        let check = match Check::new(schema) {
            Ok(check) => check,
            Err(error) => {
                self.skip(&error);
                return Vec::new();
            }
        };
        let is_valid = |value: &Json<'_>| {
            conforms(schema, value)
                && check
                    .as_ref()
                    .is_none_or(|check| check.check(value).is_ok())
        };
        let said = self.skipped.len();
        let mut open = Vec::new();
        for one in self.alternatives(schema) {
            let given: Vec<_> = merge::given(&one).collect();
            if given.iter().any(|value| !is_valid(value)) {
                self.skip("a value in its `default` or `examples` does not fit its schema");
            }
            let generated = self.generated(&one, &given);
            open.push(given.into_iter().chain(generated));
        }
        // By turns, so that when some must be left out no branch has had none.
        let mut found = Vec::new();
        while !open.is_empty() && found.len() <= MOST {
            open.retain_mut(|values| {
                let next = values.find(|value| is_valid(value) && !found.contains(value));
                let is_open = next.is_some();
                found.extend(next);
                is_open
            });
        }
        if found.is_empty() && self.skipped.len() == said {
            self.skip("no value is known that the schema accepts");
        }
        if found.len() > MOST {
            self.skip(&format!("only {MOST} of its values are kept"));
            found.truncate(MOST);
        }
        found
    }

    /// The schemas without unions that a schema stands for.
    fn alternatives(&mut self, schema: &Json<'_>) -> Vec<Json<'static>> {
        let mut alternatives = merge::alternatives(&schema.clone().into_owned());
        if alternatives.len() > MOST {
            self.skip(&format!("only {MOST} combinations of branches are tried"));
            alternatives.truncate(MOST);
        }
        alternatives
    }

    /// The values of a schema without unions, beside those that it gives itself.
    fn generated(&mut self, schema: &Json<'static>, given: &[Json<'_>]) -> Vec<Json<'static>> {
        if let Some(value) = schema.get("const") {
            return vec![value.clone()];
        }
        if let Some(Json::Array(values)) = schema.get("enum") {
            return values.clone();
        }
        let unclear = NOT_UNDERSTOOD.into_iter().find(|keyword| {
            let rule = schema.get(keyword);
            rule.is_some_and(|rule| *keyword != "not" || !is_understood(rule))
        });
        if let Some(keyword) = unclear {
            self.skip(&format!("`{keyword}` is not understood here"));
            return Vec::new();
        }
        let kinds = leaf::kinds(schema);
        if kinds == Kinds::ALL {
            return leaf::anything();
        }
        let mut values = Vec::new();
        if kinds.has(Kinds::OBJECT) {
            values.extend(self.objects(schema));
        }
        if kinds.has(Kinds::ARRAY) {
            values.extend(self.arrays(schema));
        }
        if kinds.has(Kinds::STRING) {
            match leaf::texts(schema) {
                Ok(texts) => values.extend(texts),
                Err(_) if given.iter().any(|value| value.as_str().is_some()) => {}
                Err(why) => self.skip(&why),
            }
        }
        if kinds.has(Kinds::FRACTION) {
            values.extend(leaf::numbers(schema));
        } else if kinds.has(Kinds::INTEGER) {
            values.extend(leaf::integers(schema));
        }
        if kinds.has(Kinds::BOOLEAN) {
            values.extend([Json::Bool(true), Json::Bool(false)]);
        }
        if kinds.has(Kinds::NULL) {
            values.push(Json::Null);
        }
        values
    }

    /// The values of the schema of a member or item.
    fn inside(&mut self, step: &str, schema: &Json<'_>) -> Vec<Json<'static>> {
        let here = self.place.len();
        let step = step.replace('~', "~0").replace('/', "~1");
        self.place.push('/');
        self.place.push_str(&step);
        let values = self.of(schema);
        self.place.truncate(here);
        values
    }

    /// Says once what is not sampled here.
    fn skip(&mut self, why: &str) {
        let said = format!("{}: {why}", self.place);
        if !self.skipped.contains(&said) {
            self.skipped.push(said);
        }
    }
}

/// The size that a keyword gives.
fn size(schema: &Json<'_>, keyword: &str) -> Option<usize> {
    match schema.get(keyword) {
        Some(Json::Number(number)) => whole(number)?.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
