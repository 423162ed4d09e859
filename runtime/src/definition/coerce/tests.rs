//! What is changed, what is left alone, and what holds for every schema and value.

use proptest::prelude::*;

use super::*;
use crate::canonical::{self, Shape};
use crate::definition::number::is_integer;
use crate::definition::random::schema;
use crate::definition::sample::samples;
use crate::json::random::json;

fn parse(text: &str) -> Json<'_> {
    Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn text(value: &Json<'_>) -> String {
    let mut text = Vec::new();
    canonical::write(value, &Shape::Any, &mut text);
    String::from_utf8(text).unwrap()
}

#[track_caller]
fn check_changed(schema: &str, value: &str, expected: &str, times: usize) {
    let schema = parse(schema);
    let mut found = parse(value);
    assert_eq!(coerce(&schema, &mut found), times, "{value}");
    assert_eq!(found, parse(expected), "{value}");
    // What owns its text is changed alike.
    let mut owned = parse(value).into_owned();
    assert_eq!(coerce(&schema, &mut owned), times, "{value}, owned");
    assert_eq!(owned, parse(expected), "{value}, owned");
}

#[track_caller]
fn check_left_alone(schema: &str, values: &[&str]) {
    for value in values {
        check_changed(schema, value, value, 0);
    }
}

const INTEGER: &str = r#"{"type":"integer"}"#;
const NUMBER: &str = r#"{"type":"number"}"#;
const BOOLEAN: &str = r#"{"type":"boolean"}"#;

#[test]
fn texts_become_the_integer_that_they_are() {
    check_changed(INTEGER, "\"20\"", "20", 1);
    check_changed(INTEGER, "\" -7\\n\"", "-7", 1);
    check_changed(
        INTEGER,
        "\"123456789012345678901234567890\"",
        "123456789012345678901234567890",
        1,
    );
    check_changed(r#"{"type":["integer","null"]}"#, "\"20\"", "20", 1);
    check_left_alone(
        INTEGER,
        &[
            "\"20.0\"",
            "\"2e1\"",
            "\"+5\"",
            "\"007\"",
            "\"1_000\"",
            "\"1,000\"",
            "\"0x10\"",
            "\"twenty\"",
            "\"\"",
            "\" \"",
            "\"1 2\"",
            "\"\\\"5\\\"\"",
            "null",
            "true",
            "[1]",
        ],
    );
}

#[test]
fn whole_numbers_become_integers() {
    check_changed(INTEGER, "20.0", "20", 1);
    check_changed(INTEGER, "2e1", "20", 1);
    check_changed(INTEGER, "-0.0", "0", 1);
    check_changed(INTEGER, "9007199254740993.0", "9007199254740993", 1);
    check_changed(r#"{"enum":[1,20]}"#, "20.0", "20", 1);
    check_left_alone(INTEGER, &["20.5", "1e-3", "20"]);
    check_left_alone(NUMBER, &["20.0", "2e1"]);
    check_left_alone(r#"{"enum":[1.0,20.0]}"#, &["20.0", "20"]);
}

#[test]
fn texts_become_the_number_that_they_are() {
    check_changed(NUMBER, "\"1.50\"", "1.50", 1);
    check_changed(NUMBER, "\"2e1\"", "2e1", 1);
    check_changed(NUMBER, "\"3\"", "3", 1);
    check_left_alone(
        NUMBER,
        &[
            "\"1e400\"",
            "\"NaN\"",
            "\".5\"",
            "\"1.\"",
            "\"5%\"",
            "\"true\"",
        ],
    );
}

#[test]
fn texts_become_the_boolean_that_they_name() {
    check_changed(BOOLEAN, "\"true\"", "true", 1);
    check_changed(BOOLEAN, "\"False\"", "false", 1);
    check_changed(BOOLEAN, "\" TRUE \"", "true", 1);
    check_left_alone(
        BOOLEAN,
        &["\"yes\"", "\"1\"", "1", "0", "\"\"", "\"null\"", "null"],
    );
}

#[test]
fn texts_become_the_array_or_object_that_they_are() {
    let schema = r#"{"type":"array","items":{"type":"integer"}}"#;
    check_changed(schema, r#""[1, 2]""#, "[1, 2]", 1);
    check_changed(schema, r#""[\"1\", 2.0]""#, "[1, 2]", 3);
    check_left_alone(schema, &["\"[1,\"", "\"1,2\"", "\"1\"", "\"{}\"", "5"]);

    let schema = r#"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}}}"#;
    check_changed(
        schema,
        r#""{\"a\": \"1\", \"b\": \"1\"}""#,
        r#"{"a": 1, "b": "1"}"#,
        2,
    );
    check_changed(schema, r#""{\"a\": null}""#, r#"{"a": null}"#, 1);
    // A member that is given twice has no one meaning.
    check_left_alone(
        schema,
        &[r#""{\"a\": 1, \"a\": 2}""#, "\"[]\"", r#""\"{}\"""#],
    );
}

#[test]
fn nothing_becomes_null() {
    check_left_alone(
        r#"{"type":["integer","null"]}"#,
        &["\"null\"", "\"\"", "\"None\""],
    );
    check_left_alone(r#"{"type":"null"}"#, &["\"null\""]);
}

#[test]
fn a_place_that_allows_texts_is_left_alone() {
    for schema in [
        r#"{"type":"string"}"#,
        r#"{"type":["string","integer"]}"#,
        r#"{"type":["array","string"],"items":{"type":"integer"}}"#,
        r#"{"enum":[1,"a"]}"#,
        r#"{"anyOf":[{"type":"integer"},{"type":"string","maxLength":1}]}"#,
        r#"{"anyOf":[{"type":"integer"},{"enum":["a"]}]}"#,
        r#"{"description":"anything"}"#,
        "true",
        r#"{"properties":{"a":{"type":"integer"}}}"#,
    ] {
        check_left_alone(schema, &["\"20\"", "\"[1]\"", "\"true\"", "\"{}\"", "20.0"]);
    }
    // Its inside is another place.
    check_changed(
        r#"{"type":["array","string"],"items":{"type":"integer"}}"#,
        r#"["1"]"#,
        "[1]",
        1,
    );
    check_changed(
        r#"{"anyOf":[{"type":"array","items":{"type":"integer"}},{"type":"string"}]}"#,
        r#"["1"]"#,
        "[1]",
        1,
    );
}

#[test]
fn values_inside_others_are_changed() {
    check_changed(
        r#"{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"boolean"}}"#,
        r#"{"a":"1","b":"true","c":"no"}"#,
        r#"{"a":1,"b":true,"c":"no"}"#,
        2,
    );
    check_changed(
        r#"{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":{"type":"boolean"}}"#,
        r#"["1","2","true"]"#,
        r#"[1,"2",true]"#,
        2,
    );
    check_changed(
        r#"{"type":"object","patternProperties":{"^\\d+$":{"type":"integer"}},"additionalProperties":false}"#,
        r#"{"7":"1"}"#,
        r#"{"7":1}"#,
        1,
    );
    check_changed(
        r#"{"type":"object","allOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"b":{"type":"integer"}}}]}"#,
        r#"{"a":"1","b":"2"}"#,
        r#"{"a":1,"b":2}"#,
        2,
    );
    check_changed(
        r#"{"type":"array","items":{"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}}},{"type":"null"}]}}"#,
        r#"["{\"a\":\"1\"}",null,{"a":2.0}]"#,
        r#"[{"a":1},null,{"a":2}]"#,
        3,
    );
}

#[test]
fn a_union_is_changed_for_the_one_branch_that_can_take_it() {
    let schema = r#"{"oneOf":[
        {"type":"object","properties":{"kind":{"const":"flat"},"cents":{"type":"integer"}},"required":["kind","cents"]},
        {"type":"object","properties":{"kind":{"const":"share"},"percent":{"type":"number"}},"required":["kind","percent"]},
        {"type":"null"}
    ]}"#;
    check_changed(
        schema,
        r#"{"kind":"flat","cents":"5"}"#,
        r#"{"kind":"flat","cents":5}"#,
        1,
    );
    check_changed(
        schema,
        r#""{\"kind\":\"share\",\"percent\":\"5\"}""#,
        r#"{"kind":"share","percent":5}"#,
        2,
    );
    check_left_alone(
        schema,
        &[
            // These fit a branch as they are.
            r#"{"kind":"share","percent":5.0}"#,
            "null",
            // These fit none, changed or not.
            r#"{"kind":"none","cents":"5"}"#,
            r#"{"kind":"flat","percent":"5"}"#,
            r#"{"kind":"flat","cents":"five"}"#,
        ],
    );
    check_changed(
        r#"{"anyOf":[{"type":"integer"},{"type":"boolean"}]}"#,
        "\"5\"",
        "5",
        1,
    );
    check_changed(
        r#"{"anyOf":[{"type":"integer"},{"type":"boolean"}]}"#,
        "\"true\"",
        "true",
        1,
    );
    // Two branches can take it.
    check_left_alone(
        r#"{"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}}},{"type":"object","properties":{"a":{"type":"boolean"}}}]}"#,
        &[r#""{}""#],
    );
}

#[test]
fn a_change_can_leave_one_branch_of_two() {
    check_changed(
        r#"{"type":"object",
            "anyOf":[
                {"properties":{"a":{"type":"integer"},"b":{"type":"integer"}}},
                {"properties":{"a":{"type":"string"},"b":{"type":"integer"}}}
            ],
            "oneOf":[{"properties":{"a":{"type":"integer"}}}]}"#,
        r#"{"a":"1","b":"2"}"#,
        r#"{"a":1,"b":2}"#,
        2,
    );
}

/// Writes parts of a value as strings, where its schema allows no string: what a model does.
fn stringified(schema: &Json<'_>, value: &Json<'_>, dice: &mut u64) -> Json<'static> {
    let mut roll = |of: u64| {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        *dice % of
    };
    let as_text = roll(2) == 0 && !Kinds::allowed(schema).has(Kinds::STRING);
    let branches = ["anyOf", "oneOf"].map(|keyword| schemas(schema, keyword));
    let mut branches = branches.into_iter().flatten();
    let schema = branches
        .find(|branch| conforms(branch, value))
        .unwrap_or(schema);
    let written = match value {
        Json::Array(items) => {
            let items = items.iter().enumerate();
            Json::Array(
                items
                    .map(|(place, value)| match item(schema, place) {
                        Some(schema) => stringified(schema, value, dice),
                        None => value.clone().into_owned(),
                    })
                    .collect(),
            )
        }
        Json::Object(members) => Json::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let value = match member(schema, name) {
                        Some(schema) => stringified(schema, value, dice),
                        None => value.clone().into_owned(),
                    };
                    (name.clone().into_owned().into(), value)
                })
                .collect(),
        ),
        other => other.clone().into_owned(),
    };
    match &written {
        Json::Null | Json::String(_) => written,
        _ if as_text => Json::String(text(&written).into()),
        _ => written,
    }
}

/// Whether a schema has a union in which two branches can take one value.
fn is_ambiguous(schema: &Json<'_>) -> bool {
    let inner: Vec<&Json<'_>> = match schema {
        Json::Object(members) => members.iter().map(|(_, value)| value).collect(),
        Json::Array(items) => items.iter().collect(),
        _ => return false,
    };
    let others = schemas(schema, "anyOf")
        .iter()
        .filter(|branch| Kinds::allowed(branch) != Kinds::NULL);
    others.count() > 1 || inner.into_iter().any(is_ambiguous)
}

proptest! {
    #[test]
    fn what_conforms_is_never_changed(schema in schema(), value in json()) {
        let made = samples(&schema).valid;
        for value in made.into_iter().chain([value]).filter(|value| conforms(&schema, value)) {
            let mut changed = value.clone();
            prop_assert_eq!(coerce(&schema, &mut changed), 0, "{} of {}", text(&value), text(&schema));
            prop_assert_eq!(changed, value);
        }
    }

    #[test]
    fn once_is_enough(schema in schema(), value in json(), dice: u64) {
        let made = samples(&schema).valid;
        let written = made.iter().map(|value| stringified(&schema, value, &mut (dice | 1)));
        for mut value in written.chain([value, Json::String(text(&Json::Array(made.clone())).into())]) {
            let before = value.clone();
            let times = coerce(&schema, &mut value);
            prop_assert_eq!(times == 0, value == before);
            let once = value.clone();
            prop_assert_eq!(coerce(&schema, &mut value), 0, "{} of {}", text(&once), text(&schema));
            prop_assert_eq!(value, once);
        }
    }

    #[test]
    fn what_was_written_as_text_conforms_again(schema in schema(), dice: u64) {
        prop_assume!(!is_ambiguous(&schema));
        for value in samples(&schema).valid {
            let mut written = stringified(&schema, &value, &mut (dice | 1));
            let before = text(&written);
            coerce(&schema, &mut written);
            prop_assert_eq!(text(&written), text(&value), "{} of {}", before, text(&schema));
            prop_assert!(conforms(&schema, &written));
        }
    }

    #[test]
    fn integers_keep_their_digits(digits in "-?[1-9][0-9]{0,40}", zeros in 0_usize..4) {
        for written in [format!("\"{digits}\""), format!("{digits}.{}", "0".repeat(zeros + 1))] {
            let mut value = parse(&written);
            prop_assert_eq!(coerce(&parse(INTEGER), &mut value), 1);
            prop_assert!(is_integer(&digits));
            prop_assert_eq!(value, Json::Number(digits.clone().into()));
        }
    }
}
