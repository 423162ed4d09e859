//! Which values are made of which schema, and what is said to be left out.

mod limits;
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
    check_made(r#"{"type":"number","exclusiveMinimum":5.5}"#, &["6.5"]);
    check_made(r#"{"type":"number","exclusiveMaximum":-5.5}"#, &["-6.5"]);
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
fn members_beside_named_ones_have_other_names() {
    check_made(
        r#"{"type":"object","properties":{"key":{"const":1}},"required":["key"],"additionalProperties":{"const":2}}"#,
        &[r#"{"key":1,"key_2":2}"#, r#"{"key":1}"#],
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
        r#"{"type":"array","prefixItems":[{"const":1}],"items":{"enum":["a","b","c"]},"minItems":1}"#,
        &["[1]", "[1,\"a\"]", "[1,\"b\"]", "[1,\"c\"]"],
    );
}

#[test]
fn items_without_a_schema_are_anything_but_there_are_none_after_others() {
    let made = made(r#"{"type":"array"}"#);
    assert_eq!(made[..3], ["[\"text\"]", "[]", "[\"text\",1]"]);
    check_made(
        r#"{"type":"array","prefixItems":[{"const":1}]}"#,
        &["[1]", "[]"],
    );
}

#[test]
fn formats_have_texts() {
    for format in [
        "date-time",
        "date",
        "time",
        "duration",
        "uuid",
        "uri",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
    ] {
        let made = made(&format!(r#"{{"type":"string","format":"{format}"}}"#));
        assert!(!made.is_empty(), "{format}");
    }
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
            r#"{"b":2,"kind":"y"}"#,
            r#"{"kind":"x"}"#,
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
        r#"{"type":"integer","minimum":20,"allOf":[{"minimum":10},{"maximum":40},{"maximum":30}]}"#,
        &["20", "30"],
    );
}

#[test]
fn examples_of_a_branch_are_made_as_well() {
    check_made(
        r#"{"examples":["a"],"anyOf":[{"type":"string","pattern":"^.$","examples":["b","a"]}]}"#,
        &["\"a\"", "\"b\""],
    );
}

#[test]
fn the_types_of_two_schemas_are_those_that_both_have() {
    for (one, other, expected) in [
        (
            r#""number""#,
            r#"["integer","string"]"#,
            &["1", "0", "-1"][..],
        ),
        (r#"["string","integer"]"#, r#""number""#, &["1", "0", "-1"]),
        (r#"["boolean","null"]"#, r#"["null","string"]"#, &["null"]),
    ] {
        let schema = format!(r#"{{"type":{one},"allOf":[{{"type":{other}}}]}}"#);
        check_made(&schema, expected);
    }
}

#[test]
fn what_is_excluded_is_not_made() {
    check_made(r#"{"type":"integer","not":{"const":0}}"#, &["1", "-1"]);
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
