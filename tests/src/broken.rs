//! What only the types of a tool know, and the registry finds. These tools are broken on purpose, so they are not in a
//! program that takes every tool that is linked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use toolwright::{Registry, RegistryError, registry, tool};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// The words to look for.
    words: Vec<String>,
    /// Correlates log lines.
    request_id: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Person {
    name: String,
}

/// Not a struct.
#[tool]
async fn arg_map(#[arg(flatten)] all: BTreeMap<String, String>) -> usize {
    all.len()
}

/// A list has no range.
#[tool]
async fn arg_odd(
    /// Not a number.
    #[arg(range = 1..)]
    order: Person,
) -> usize {
    order.name.len()
}

/// The example is none.
#[tool]
async fn arg_example(
    /// A number.
    #[arg(example = "seven")]
    number: u8,
) -> u8 {
    number
}

/// The default is out of bounds.
#[tool]
async fn arg_default(
    /// A number.
    #[arg(range = 1..=5, default = 7)]
    number: u8,
) -> u8 {
    number
}

/// The names are of no field.
#[tool(ttl = "5m", cache_key_exclude = "request")]
async fn arg_names(#[arg(flatten)] search: Search) -> usize {
    search.words.len() + search.request_id.map_or(0, |id| id.len())
}

#[test]
fn what_only_the_types_know_is_found_when_the_registry_is_made() {
    #[track_caller]
    fn check(registry: Result<Registry, RegistryError>, expected: &str) {
        let text = registry.unwrap_err().to_string();
        assert!(text.ends_with(expected), "{text}");
    }
    check(
        registry![arg_map],
        "`all` is all arguments at once, so its type must be a struct with named fields: a map, an enum or a list has none",
    );
    check(
        registry![arg_default],
        "the default of the argument `number` is out of its own bounds: expected at most 5, got 7",
    );
    check(
        registry![arg_odd],
        "`range` is for numbers, and the schema of the argument `order` is of none",
    );
    check(
        registry![arg_example],
        "an example of the argument `number` is not a value of its type: expected an integer of at least 0, got string \"seven\"",
    );
    check(
        registry![arg_names],
        "`request` in its `cache_key_exclude` is no argument: did you mean `request_id`?",
    );
}

/// Reads less than its schema promises.
#[derive(JsonSchema)]
struct Even(#[allow(dead_code, reason = "only its schema and its reading matter")] u8);

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        if number % 2 == 0 {
            Ok(Even(number))
        } else {
            Err(serde::de::Error::custom("not even"))
        }
    }
}

/// Takes even numbers and does not say so.
#[tool]
async fn arg_even(
    /// A number.
    number: Even,
) -> u8 {
    number.0
}

/// Takes what no sample is known of.
#[tool]
async fn arg_pattern(
    /// A code.
    #[arg(pattern = "^[A-Z]{3}$")]
    code: String,
) -> String {
    code
}

#[test]
fn a_type_that_keeps_less_than_its_schema_promises_is_found() {
    let error = registry![arg_even].unwrap().verify().unwrap_err();
    let text = error.to_string();
    assert!(
        text.ends_with(
            "promises more than it keeps: the schema of `number` allows 1, and its type refuses it (not even)"
        ),
        "{text}"
    );
}

#[test]
fn what_cannot_be_sampled_is_not_called_checked() {
    let verified = registry![arg_pattern].unwrap().verify().unwrap();
    assert_eq!(verified.values, 0);
    assert_eq!(verified.skipped.len(), 1);
    assert!(
        verified.skipped[0].starts_with("arg_pattern/code"),
        "{verified:?}"
    );
}

/// Searches, without words about its fields.
#[derive(Deserialize, JsonSchema)]
struct Undescribed {
    /// The words.
    words: String,
    limit: u8,
}

/// Search.
#[tool(ttl = "5m")]
async fn lint_search(#[arg(flatten)] search: Undescribed) -> String {
    format!("{} {}", search.words, search.limit)
}

/// Write.
#[tool(writes = "order/{id}", after("lint_serach", "nowhere", "lint_search"))]
async fn lint_write(
    /// The order.
    id: u64,
) -> u64 {
    id
}

#[test]
fn what_is_probably_not_meant_is_pointed_out_with_the_way_out() {
    let lints = registry![lint_write, lint_search].unwrap().lints();
    let texts: Vec<String> = lints.iter().map(ToString::to_string).collect();
    let expected = [
        "`lint_search` at ",
        "is cached and declares no `reads`, so that no write invalidates its results, not even one of `lint_write`",
        "`lint_search` at ",
        "has no description of its argument `limit`: write a doc comment above the field",
        "`lint_write` at ",
        "runs after `lint_serach`, which is no tool here, so that nothing is ordered: did you mean `lint_search`?",
        "`lint_write` at ",
        "runs after `nowhere`, which is no tool here, so that nothing is ordered: register that tool, or remove `after`",
    ];
    assert_eq!(texts.len(), 4, "{texts:#?}");
    for (text, words) in texts.iter().zip(expected.chunks(2)) {
        assert!(words.iter().all(|it| text.contains(it)), "{text}");
    }
    // Without a write there is nothing to be invalidated by.
    let lints = registry![lint_search].unwrap().lints();
    assert_eq!(lints.len(), 1, "{lints:?}");
}
