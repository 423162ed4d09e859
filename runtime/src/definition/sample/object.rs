//! Objects: with and without their optional members, and with each value of a member in turn.

use std::borrow::Cow;

use regex_lite::Regex;

use super::{LARGEST, Sampler, size};
use crate::json::Json;

type Member = (Cow<'static, str>, Json<'static>);

/// Names of members to try where a pattern says which there may be.
const NAMES: [&str; 10] = ["1", "2", "-1", "key", "key_2", "a", "A", "AB", "ABC", "a-1"];

/// A member that a schema names, and the values for it; the first is the usual one.
struct Property {
    name: Cow<'static, str>,
    values: Vec<Json<'static>>,
    required: bool,
}

/// The members that it does not name, as in a map: which names they may have, and the values for each.
#[derive(Default)]
struct Others {
    names: Vec<Cow<'static, str>>,
    values: Vec<Json<'static>>,
}

impl Others {
    /// An object of these members, and as many others as it takes; the first of them has this value.
    fn filled(&self, mut members: Vec<Member>, at_least: usize, value: usize) -> Json<'static> {
        let missing = at_least.saturating_sub(members.len());
        let values = self.values.iter().cycle().skip(value).cloned();
        members.extend(self.names.iter().cloned().zip(values).take(missing));
        Json::Object(members)
    }
}

/// Which of the optional members an object has.
#[derive(Clone, Copy)]
enum Optional {
    All,
    None,
    One(usize),
}

/// The members of one object. Each has its usual value, but for one, at its place among the properties.
fn members(
    properties: &[Property],
    optional: Optional,
    chosen: Option<(usize, usize)>,
) -> Vec<Member> {
    let is_there = |(place, property): &(usize, &Property)| {
        property.required
            || match optional {
                Optional::All => true,
                Optional::None => false,
                Optional::One(one) => *place == one,
            }
    };
    let member = |(place, property): (usize, &Property)| {
        let value = match chosen {
            Some((one, value)) if one == place => value,
            _ => 0,
        };
        (property.name.clone(), property.values[value].clone())
    };
    let properties = properties.iter().enumerate();
    properties.filter(is_there).map(member).collect()
}

impl Sampler {
    /// The objects that a schema without unions is about.
    pub(super) fn objects(&mut self, schema: &Json<'static>) -> Vec<Json<'static>> {
        let mut properties = self.properties(schema);
        let is_lost = |property: &Property| property.values.is_empty();
        if properties.iter().any(|one| one.required && is_lost(one)) {
            return Vec::new();
        }
        properties.retain(|property| !is_lost(property));
        let others = self.others(schema, &properties);
        let fewest = size(schema, "minProperties").unwrap_or(0);
        let most = size(schema, "maxProperties").unwrap_or(usize::MAX);

        let full = members(&properties, Optional::All, None);
        let with_another = fewest.max(full.len() + 1).min(most);
        let mut found = vec![
            others.filled(full.clone(), with_another, 0),
            others.filled(members(&properties, Optional::None, None), fewest, 0),
        ];
        for (place, property) in properties.iter().enumerate() {
            if !property.required {
                let alone = members(&properties, Optional::One(place), None);
                found.push(others.filled(alone, fewest, 0));
            }
        }
        // By turns, so that when some must be left out no member has had none.
        let values = properties.iter().map(|property| property.values.len());
        let rounds = values.chain([others.values.len()]).max().unwrap_or(0);
        for round in 1..rounds {
            for (place, property) in properties.iter().enumerate() {
                if round < property.values.len() {
                    let optional = if full.len() <= most {
                        Optional::All
                    } else {
                        Optional::One(place)
                    };
                    let members = members(&properties, optional, Some((place, round)));
                    found.push(others.filled(members, fewest, 0));
                }
            }
            if round < others.values.len() {
                found.push(others.filled(full.clone(), with_another, round));
            }
        }
        found
    }

    fn properties(&mut self, schema: &Json<'static>) -> Vec<Property> {
        let required = schema.get("required").and_then(Json::as_array);
        let required = required.unwrap_or_default();
        let required: Vec<&str> = required.iter().filter_map(Json::as_str).collect();
        let named = schema.get("properties").and_then(Json::as_object);
        let named = named.unwrap_or_default().iter();
        let mut properties: Vec<Property> = named
            .map(|(name, schema)| Property {
                name: name.clone(),
                values: self.inside(name, schema),
                required: required.contains(&&**name),
            })
            .collect();
        let anything = Json::Bool(true);
        let schema = schema.get("additionalProperties").unwrap_or(&anything);
        for name in required {
            if properties.iter().all(|property| property.name != name) {
                properties.push(Property {
                    name: name.to_owned().into(),
                    values: self.inside(name, schema),
                    required: true,
                });
            }
        }
        properties
    }

    fn others(&mut self, schema: &Json<'static>, properties: &[Property]) -> Others {
        let is_free = |name: &str| properties.iter().all(|property| property.name != name);
        let patterns = schema.get("patternProperties").and_then(Json::as_object);
        if let Some((pattern, schema)) = patterns.unwrap_or_default().first() {
            let regex = Regex::new(pattern);
            let matches = |name: &&str| regex.as_ref().is_ok_and(|regex| regex.is_match(name));
            let names = NAMES.into_iter().filter(matches);
            let names: Vec<_> = names.filter(|name| is_free(name)).collect();
            let Some(first) = names.first() else {
                self.skip(&format!(
                    "no name of a member is known that matches `{pattern}`"
                ));
                return Others::default();
            };
            return Others {
                values: self.inside(first, schema),
                names: names.into_iter().map(Cow::Borrowed).collect(),
            };
        }
        match schema.get("additionalProperties") {
            None | Some(Json::Bool(false)) => Others::default(),
            Some(schema) => {
                let numbered = (2..=LARGEST).map(|number| format!("key_{number}"));
                let names = std::iter::once("key".to_owned()).chain(numbered);
                Others {
                    names: names.filter(|name| is_free(name)).map(Cow::Owned).collect(),
                    values: self.inside("key", schema),
                }
            }
        }
    }
}
