//! Which values are made of which schema, and what is said to be left out.

mod types;

use proptest::prelude::*;

use super::*;
use crate::canonical::{self, Shape};
use crate::definition::random::schema;

fn parse(text: &str) -> Json<'_> {
    Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn text(value: &Json<'_>) -> String {
    let mut text = Vec::new();
    canonical::write(value, &Shape::Any, &mut text);
    String::from_utf8(text).unwrap()
}

/// What is made of a schema, as text, when nothing is left out.
fn made(schema: &str) -> Vec<String> {
    let samples = samples(&parse(schema));
    assert_eq!(samples.skipped, [] as [&str; 0], "{schema}");
    samples.valid.iter().map(text).collect()
}

#[track_caller]
fn check_made(schema: &str, expected: &[&str]) {
    assert_eq!(made(schema), expected, "{schema}");
}

#[track_caller]
fn check_skipped(schema: &str, valid: &[&str], skipped: &[&str]) {
    let samples = samples(&parse(schema));
    let found: Vec<String> = samples.valid.iter().map(text).collect();
    assert_eq!(found, valid, "{schema}");
    assert_eq!(samples.skipped, skipped, "{schema}");
}

#[test]
fn scalars_have_their_usual_values() {
    check_made(r#"{"type":"boolean"}"#, &["true", "false"]);
    check_made(r#"{"type":"null"}"#, &["null"]);
    check_made(r#"{"type":"string"}"#, &["\"text\"", "\"\""]);
    check_made(r#"{"type":"integer"}"#, &["1", "0", "-1"]);
    check_made(r#"{"type":["integer","null"]}"#, &["1", "0", "-1", "null"]);
    check_made(r#"{"type":"number"}"#, &["1.5", "1", "0", "-1.5"]);
    check_made(
        "{}",
        &[
            "\"text\"",
            "1",
            "true",
            "null",
            "[1,\"text\"]",
            "{\"key\":\"text\"}",
        ],
    );
}

#[test]
fn both_ends_of_a_range_are_made() {
    check_made(
        r#"{"type":"integer","minimum":0,"maximum":255}"#,
        &["1", "0", "255"],
    );
    check_made(
        r#"{"type":"integer","exclusiveMinimum":9,"exclusiveMaximum":12}"#,
        &["10", "11"],
    );
    check_made(
        r#"{"type":"integer","minimum":7,"maximum":99,"multipleOf":5}"#,
        &["10", "95"],
    );
    check_made(
        r#"{"type":"number","minimum":0.5,"exclusiveMaximum":0.75}"#,
        &["0.5", "0.625"],
    );
    check_made(
        r#"{"type":"string","minLength":2,"maxLength":6}"#,
        &["\"text\"", "\"te\"", "\"textte\""],
    );
    check_made(
        r#"{"type":"string","minLength":1,"maxLength":1}"#,
        &["\"t\""],
    );
}

#[test]
fn a_format_of_integers_is_a_range() {
    check_made(
        r#"{"type":"integer","format":"int8"}"#,
        &["1", "0", "-1", "-128", "127"],
    );
    check_made(
        r#"{"type":"integer","format":"uint128","minimum":0}"#,
        &["1", "0", "340282366920938463463374607431768211455"],
    );
    // No more than what every platform has.
    check_made(
        r#"{"type":"integer","format":"uint","minimum":3}"#,
        &["3", "4294967295"],
    );
}

#[test]
fn every_given_value_is_made() {
    check_made(
        r#"{"enum":["a",1,null,{"a":[]}]}"#,
        &["\"a\"", "1", "null", "{\"a\":[]}"],
    );
    check_made(r#"{"type":"string","const":"a"}"#, &["\"a\""]);
    check_made(
        r#"{"type":"string","default":"d","examples":["e","text"]}"#,
        &["\"e\"", "\"text\"", "\"d\"", "\"\""],
    );
    check_made(
        r#"{"type":"string","pattern":"^A-\\d+$","examples":["A-1","A-22"]}"#,
        &["\"A-1\"", "\"A-22\""],
    );
}

#[test]
fn optional_members_are_there_and_not() {
    check_made(
        r#"{"type":"object","properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}},"required":["b"]}"#,
        &[
            r#"{"a":1,"b":2,"c":3}"#,
            r#"{"b":2}"#,
            r#"{"a":1,"b":2}"#,
            r#"{"b":2,"c":3}"#,
        ],
    );
    check_made(r#"{"type":"object","properties":{}}"#, &["{}"]);
}

#[test]
fn every_value_of_a_member_has_its_turn() {
    check_made(
        r#"{"type":"object","properties":{"a":{"enum":[1,2,3]},"b":{"type":"boolean"}},"required":["a","b"]}"#,
        &[
            r#"{"a":1,"b":true}"#,
            r#"{"a":2,"b":true}"#,
            r#"{"a":1,"b":false}"#,
            r#"{"a":3,"b":true}"#,
        ],
    );
}

#[test]
fn the_number_of_members_is_kept() {
    check_made(
        r#"{"type":"object","properties":{"a":{"enum":[1,2]},"b":{"const":3}},"maxProperties":1}"#,
        &["{}", r#"{"a":1}"#, r#"{"b":3}"#, r#"{"a":2}"#],
    );
    check_made(
        r#"{"type":"object","additionalProperties":{"enum":[1,2]},"minProperties":2}"#,
        &[r#"{"key":1,"key_2":2}"#, r#"{"key":2,"key_2":1}"#],
    );
}

#[test]
fn maps_have_no_member_and_one() {
    check_made(
        r#"{"type":"object","additionalProperties":{"enum":[1,2]}}"#,
        &[r#"{"key":1}"#, "{}", r#"{"key":2}"#],
    );
    check_made(
        r#"{"type":"object","patternProperties":{"^-?\\d+$":{"const":1}},"additionalProperties":false}"#,
        &[r#"{"1":1}"#, "{}"],
    );
}

#[test]
fn arrays_have_every_size_that_matters() {
    check_made(
        r#"{"type":"array","items":{"const":1}}"#,
        &["[1]", "[]", "[1,1]"],
    );
    check_made(
        r#"{"type":"array","items":{"const":1},"minItems":2,"maxItems":4}"#,
        &["[1,1]", "[1,1,1,1]"],
    );
    check_made(
        r#"{"type":"array","items":{"enum":["a","b"]},"uniqueItems":true}"#,
        &["[\"a\"]", "[]", "[\"a\",\"b\"]", "[\"b\"]"],
    );
    check_made(
        r#"{"type":"array","prefixItems":[{"enum":[1,2]},{"enum":["a","b"]}],"minItems":2,"maxItems":2}"#,
        &["[1,\"a\"]", "[2,\"a\"]", "[1,\"b\"]"],
    );
    check_made(
        r#"{"type":"array","prefixItems":[{"const":1}],"items":{"enum":["a","b"]},"minItems":1}"#,
        &["[1]", "[1,\"a\"]", "[1,\"b\"]"],
    );
}

#[test]
fn every_branch_is_taken() {
    let branch = |kind: &str, extra: &str| {
        format!(
            r#"{{"type":"object","properties":{{"kind":{{"const":"{kind}"}},{extra}}},"required":["kind"]}}"#
        )
    };
    let union = format!(
        r#"{{"oneOf":[{},{}]}}"#,
        branch("x", r#""a":{"const":1}"#),
        branch("y", r#""b":{"const":2}"#)
    );
    check_made(
        &union,
        &[
            r#"{"a":1,"kind":"x"}"#,
            r#"{"kind":"x"}"#,
            r#"{"b":2,"kind":"y"}"#,
            r#"{"kind":"y"}"#,
        ],
    );
    check_made(
        r#"{"anyOf":[{"const":"a"},{"type":"null"},{"anyOf":[{"const":"b"}]}]}"#,
        &["\"a\"", "null", "\"b\""],
    );
}

#[test]
fn what_stands_beside_a_union_is_part_of_every_branch() {
    let schema = r#"{"type":"object","properties":{"id":{"type":["string","integer"]}},"required":["id"],
        "allOf":[{"properties":{"id":{"const":"i"}}},{"required":["z"],"properties":{"z":{"maximum":5,"minimum":0,"type":"number"}}}],
        "oneOf":[{"properties":{"z":{"type":"integer","minimum":5}}},{"properties":{"z":{"const":4}}}]}"#;
    check_made(schema, &[r#"{"id":"i","z":5}"#, r#"{"id":"i","z":4}"#]);
    check_made(
        r#"{"type":"number","minimum":1,"maxLength":3,"allOf":[{"type":["integer","string"],"minimum":0,"maximum":2},{"maximum":3}]}"#,
        &["1", "2"],
    );
}

#[test]
fn what_is_left_out_is_said() {
    let none: [&str; 0] = [];
    check_skipped(
        r#"{"type":"object","properties":{"a/b":{"type":"array","items":{"type":"string","pattern":"^A"}},"c":{"const":1}}}"#,
        &[r#"{"a/b":[],"c":1}"#, "{}", r#"{"a/b":[]}"#, r#"{"c":1}"#],
        &["/a~1b/0: texts that match `^A` are taken from `examples`, and there are none"],
    );
    check_skipped(
        r#"{"type":"object","properties":{"a":{"type":"string","format":"color"}},"required":["a"]}"#,
        &none,
        &["/a: no text is known that has the format `color`"],
    );
    check_skipped(
        r#"{"type":["string","boolean"],"pattern":"^A"}"#,
        &["true", "false"],
        &[": texts that match `^A` are taken from `examples`, and there are none"],
    );
    check_skipped(
        r#"{"type":"string","pattern":"("}"#,
        &none,
        &[&Check::new(&parse(r#"{"pattern":"("}"#))
            .map_err(|error| format!(": {error}"))
            .unwrap_err()],
    );
    check_skipped(
        r#"{"type":"integer","minimum":3,"maximum":2}"#,
        &none,
        &[": no value is known that the schema accepts"],
    );
    check_skipped(
        r#"{"type":"boolean","default":"yes"}"#,
        &["true", "false"],
        &[": a value in its `default` or `examples` does not fit its schema"],
    );
    check_skipped(
        r#"{"type":"string","not":{"minLength":5},"examples":["a"]}"#,
        &["\"a\""],
        &[": `not` is not understood here"],
    );
    check_skipped(
        r#"{"type":"array","items":{"const":1},"minItems":65}"#,
        &none,
        &[": an array of 65 items is not tried"],
    );
    check_skipped(
        r#"{"type":"object","patternProperties":{"^\\?$":{}},"additionalProperties":false}"#,
        &["{}"],
        &[": no name of a member is known that matches `^\\?$`"],
    );
}

#[test]
fn what_is_excluded_is_not_made() {
    check_made(r#"{"type":"integer","not":{"const":0}}"#, &["1", "-1"]);
}

#[test]
fn there_are_at_most_so_many() {
    let values: Vec<String> = (0..100).map(|value| value.to_string()).collect();
    let schema = format!(r#"{{"items":{{"enum":[{}]}}}}"#, values.join(","));
    let samples = samples(&parse(&schema));
    assert_eq!(samples.valid.len(), MOST);
    assert_eq!(
        samples.skipped,
        [
            "/0: only 64 of 100 values are kept",
            ": only 64 of 66 values are kept"
        ]
    );
    let flags: Vec<String> = (0..8)
        .map(|index| {
            format!(r#"{{"anyOf":[{{"required":["a{index}"]}},{{"required":["b{index}"]}}]}}"#)
        })
        .collect();
    let schema = format!(r#"{{"type":"object","allOf":[{}]}}"#, flags.join(","));
    let samples = super::samples(&parse(&schema));
    assert!(samples.valid.len() == MOST, "{}", samples.valid.len());
    assert!(
        samples
            .skipped
            .iter()
            .any(|said| said.contains("combinations of branches"))
    );
}

proptest! {
    #[test]
    fn what_is_made_is_accepted_and_made_once(schema in schema()) {
        let made = samples(&schema);
        let check = Check::new(&schema).unwrap();
        for (place, value) in made.valid.iter().enumerate() {
            prop_assert!(conforms(&schema, value), "{} of {}", text(value), text(&schema));
            if let Some(check) = &check {
                prop_assert_eq!(check.check(value), Ok(()), "{} of {}", text(value), text(&schema));
            }
            prop_assert!(!made.valid[..place].contains(value));
        }
        prop_assert!(made.valid.len() <= MOST);
        prop_assert!(!made.valid.is_empty() || !made.skipped.is_empty());
        prop_assert_eq!(&samples(&schema), &made);
    }
}
