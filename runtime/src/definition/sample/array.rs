//! Arrays: of each size that matters, and with each item in turn.

use super::{LARGEST, Sampler, size};
use crate::json::Json;

/// The values for each item; the first is the usual one.
struct Items {
    /// Those of the first items, each on its own.
    prefix: Vec<Vec<Json<'static>>>,
    /// Those of every item after them.
    rest: Vec<Json<'static>>,
}

impl Items {
    /// An array of this size. Its first items have their usual values; the others have theirs by turns, beginning with
    /// this one. None where there is no value for an item.
    fn array(&self, size: usize, turn: usize) -> Option<Vec<Json<'static>>> {
        let item = |place: usize| {
            if let Some(values) = self.prefix.get(place) {
                return values.first();
            }
            let turn = turn + place - self.prefix.len();
            self.rest.get(turn % self.rest.len().max(1))
        };
        (0..size).map(|place| item(place).cloned()).collect()
    }
}

impl Sampler {
    /// The arrays that a schema without unions is about.
    pub(super) fn arrays(&mut self, schema: &Json<'static>) -> Vec<Json<'static>> {
        let fewest = size(schema, "minItems").unwrap_or(0);
        let most = size(schema, "maxItems");
        if fewest > LARGEST {
            self.skip(&format!("an array of {fewest} items is not tried"));
            return Vec::new();
        }
        let items = self.items(schema);
        let fits = |size: &usize| {
            (fewest..=LARGEST).contains(size) && most.is_none_or(|most| *size <= most)
        };
        let usual = items.prefix.len().max(1);
        let usual = usual.clamp(fewest, most.unwrap_or(LARGEST).max(fewest));
        let sizes = [Some(usual), Some(0), Some(1), Some(2), Some(fewest), most];
        let sizes = sizes.into_iter().flatten().filter(fits);
        let mut found: Vec<_> = sizes.filter_map(|size| items.array(size, 0)).collect();
        for (place, values) in items.prefix.iter().enumerate() {
            for value in values.iter().skip(1) {
                if let Some(mut array) = items.array(usual, 0)
                    && let Some(item) = array.get_mut(place)
                {
                    *item = value.clone();
                    found.push(array);
                }
            }
        }
        let with_rest = Some(usual.max(items.prefix.len() + 1)).filter(fits);
        let turns = 1..items.rest.len();
        found.extend(turns.filter_map(|turn| items.array(with_rest.unwrap_or(usual), turn)));
        found.into_iter().map(Json::Array).collect()
    }

    fn items(&mut self, schema: &Json<'static>) -> Items {
        let prefix = schema.get("prefixItems").and_then(Json::as_array);
        let prefix = prefix.unwrap_or_default().iter().enumerate();
        let prefix: Vec<_> = prefix
            .map(|(place, schema)| self.inside(&place.to_string(), schema))
            .collect();
        let rest = match schema.get("items") {
            Some(items) => self.inside(&prefix.len().to_string(), items),
            None if prefix.is_empty() => self.inside("0", &Json::Bool(true)),
            None => Vec::new(),
        };
        Items { prefix, rest }
    }
}
