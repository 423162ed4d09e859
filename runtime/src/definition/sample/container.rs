//! Values with parts: objects with and without their optional members, arrays of each size.

use std::borrow::Cow;

use regex_lite::Regex;

use super::Sampler;
use crate::definition::number::whole;
use crate::json::Json;

type Member = (Cow<'static, str>, Json<'static>);

/// The largest array that is made.
const LARGEST: usize = 64;

/// Names of members to try where a pattern says which there may be.
const NAMES: [&str; 10] = ["1", "2", "-1", "key", "key_2", "a", "A", "AB", "ABC", "a-1"];

/// A member that objects may have, and the values for it; the first is the usual one.
struct Property {
    name: Cow<'static, str>,
    values: Vec<Json<'static>>,
    required: bool,
}

impl Property {
    fn member(&self, value: usize) -> Member {
        (self.name.clone(), self.values[value].clone())
    }
}

/// The members beside the named ones: as in a map, the names they may have and the values for each.
#[derive(Default)]
struct Others {
    names: Vec<Cow<'static, str>>,
    values: Vec<Json<'static>>,
}

impl Sampler {
    /// Objects: with all members, without the optional ones, with each of those alone, and each value in turn.
    pub(super) fn objects(&mut self, schema: &Json<'static>) -> Vec<Json<'static>> {
        let properties = self.properties(schema);
        if properties
            .iter()
            .any(|one| one.required && one.values.is_empty())
        {
            return Vec::new();
        }
        let properties: Vec<Property> = properties
            .into_iter()
            .filter(|one| !one.values.is_empty())
            .collect();
        let others = self.others(schema, &properties);
        let fewest = size(schema, "minProperties").unwrap_or(0);
        let most = size(schema, "maxProperties").unwrap_or(usize::MAX);
        // The first value of each property that is kept, but for the one whose value is given.
        let object = |keep: &dyn Fn(usize) -> bool, given: Option<(usize, usize)>| {
            let kept = properties.iter().enumerate().filter(|(place, one)| {
                one.required || keep(*place) || given.is_some_and(|(given, _)| given == *place)
            });
            kept.map(|(place, one)| match given {
                Some((given, value)) if given == place => one.member(value),
                _ => one.member(0),
            })
            .collect::<Vec<Member>>()
        };
        let padded = |mut members: Vec<Member>, at_least: usize, first: usize| {
            let values = others.values.iter().cycle().skip(first);
            let missing = at_least.saturating_sub(members.len());
            let more = others.names.iter().cloned().zip(values.cloned());
            members.extend(more.take(missing));
            Json::Object(members)
        };
        let all = |_: usize| properties.len() <= most;
        let one_more = |members: &[Member]| fewest.max(members.len() + 1);
        let full = object(&all, None);
        let at_least = one_more(&full).min(most);
        let mut found = vec![
            padded(full.clone(), at_least, 0),
            padded(object(&|_| false, None), fewest, 0),
        ];
        for (place, one) in properties.iter().enumerate() {
            if !one.required {
                found.push(padded(object(&|kept| kept == place, None), fewest, 0));
            }
        }
        // By turns, so that when some must be left out no property has had none.
        let largest = properties.iter().map(|one| one.values.len());
        let rounds = largest.chain([others.values.len()]).max().unwrap_or(0);
        for round in 1..rounds {
            for (place, one) in properties.iter().enumerate() {
                if round < one.values.len() {
                    found.push(padded(object(&all, Some((place, round))), fewest, 0));
                }
            }
            if round < others.values.len() {
                found.push(padded(full.clone(), at_least, round));
            }
        }
        found
    }

    fn properties(&mut self, schema: &Json<'static>) -> Vec<Property> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Json::as_array)
            .unwrap_or_default()
            .iter()
            .filter_map(Json::as_str)
            .collect();
        let named = schema.get("properties").and_then(Json::as_object);
        let named = named.unwrap_or_default();
        let mut properties: Vec<Property> = named
            .iter()
            .map(|(name, schema)| Property {
                name: name.clone(),
                values: self.inside(name, schema),
                required: required.contains(&&**name),
            })
            .collect();
        for name in required {
            if properties.iter().all(|one| one.name != name) {
                let anything = Json::Object(Vec::new());
                let schema = schema.get("additionalProperties").unwrap_or(&anything);
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
        let is_free = |name: &str| properties.iter().all(|one| one.name != name);
        let patterns = schema.get("patternProperties").and_then(Json::as_object);
        if let Some((pattern, schema)) = patterns.unwrap_or_default().first() {
            let matches = |name: &&str| {
                Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(name)) && is_free(name)
            };
            let names: Vec<Cow<'static, str>> = NAMES
                .into_iter()
                .filter(matches)
                .map(Cow::Borrowed)
                .collect();
            let Some(first) = names.first().cloned() else {
                self.skip(&format!(
                    "no name of a member is known that matches `{pattern}`"
                ));
                return Others::default();
            };
            let values = self.inside(&first, schema);
            return Others { names, values };
        }
        match schema.get("additionalProperties") {
            None | Some(Json::Bool(false)) => Others::default(),
            Some(schema) => {
                let numbered = (2..=LARGEST).map(|number| format!("key_{number}"));
                let names = ["key".to_owned()].into_iter().chain(numbered);
                Others {
                    names: names.filter(|name| is_free(name)).map(Cow::Owned).collect(),
                    values: self.inside("key", schema),
                }
            }
        }
    }

    /// Arrays: of each size that matters, and with each item in turn.
    pub(super) fn arrays(&mut self, schema: &Json<'static>) -> Vec<Json<'static>> {
        let prefix = schema.get("prefixItems").and_then(Json::as_array);
        let prefix: Vec<Vec<Json<'static>>> = prefix
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(place, schema)| self.inside(&place.to_string(), schema))
            .collect();
        let anything = Json::Object(Vec::new());
        let items = match schema.get("items") {
            None if prefix.is_empty() => self.inside("0", &anything),
            None => Vec::new(),
            Some(items) => self.inside(&prefix.len().to_string(), items),
        };
        let fewest = size(schema, "minItems").unwrap_or(0);
        let most = size(schema, "maxItems");
        if fewest > LARGEST {
            self.skip(&format!("an array of {fewest} items is not tried"));
            return Vec::new();
        }
        // The first items as their schemas have them, the others by turns, beginning with one of them.
        let array = |size: usize, first: usize| -> Option<Vec<Json<'static>>> {
            let item = |place: usize| match prefix.get(place) {
                Some(values) => values.first().cloned(),
                None => {
                    let turn = place - prefix.len() + first;
                    items.get(turn % items.len().max(1)).cloned()
                }
            };
            (0..size).map(item).collect()
        };
        let usual = prefix
            .len()
            .max(1)
            .clamp(fewest, most.unwrap_or(LARGEST).max(fewest));
        let sizes = [Some(usual), Some(0), Some(1), Some(2), Some(fewest), most];
        let fits = |size: &usize| {
            *size <= LARGEST && *size >= fewest && most.is_none_or(|most| *size <= most)
        };
        let mut found: Vec<Vec<Json<'static>>> = sizes
            .into_iter()
            .flatten()
            .filter(fits)
            .filter_map(|size| array(size, 0))
            .collect();
        for (place, values) in prefix.iter().enumerate() {
            for value in values.iter().skip(1) {
                if let Some(mut items) = array(usual, 0)
                    && let Some(item) = items.get_mut(place)
                {
                    *item = value.clone();
                    found.push(items);
                }
            }
        }
        let with_room = usual.max(prefix.len() + 1);
        let room = Some(with_room).filter(fits).unwrap_or(usual);
        found.extend((1..items.len()).filter_map(|first| array(room, first)));
        found.into_iter().map(Json::Array).collect()
    }
}

fn size(schema: &Json<'_>, keyword: &str) -> Option<usize> {
    match schema.get(keyword) {
        Some(Json::Number(number)) => whole(number)?.parse().ok(),
        _ => None,
    }
}
