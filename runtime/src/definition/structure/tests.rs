//! Which values have the structure of a schema, and which are one and the same.

use proptest::prelude::*;

use super::*;
use crate::json::random::{json, spelled};

fn parse(text: &str) -> Json<'_> {
    Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn check(schema: &str, fit: &[&str], unfit: &[&str]) {
    for (values, expected) in [(fit, true), (unfit, false)] {
        for value in values {
            assert_eq!(
                conforms(&parse(schema), &parse(value)),
                expected,
                "{value} of {schema}"
            );
        }
    }
}

#[test]
fn a_type_is_a_kind_of_value() {
    check(r#"{"type":"null"}"#, &["null"], &["0", "\"\"", "false"]);
    check(
        r#"{"type":"boolean"}"#,
        &["true", "false"],
        &["0", "\"true\""],
    );
    check(r#"{"type":"string"}"#, &["\"\""], &["0", "null"]);
    check(r#"{"type":"number"}"#, &["0", "0.5", "1e9"], &["\"0\""]);
    check(
        r#"{"type":"integer"}"#,
        &["0", "-7"],
        &["20.0", "2e1", "\"0\""],
    );
    check(
        r#"{"type":"array"}"#,
        &["[]", "[1,null]"],
        &["{}", "\"[]\""],
    );
    check(r#"{"type":"object"}"#, &["{}"], &["[]"]);
    check(
        r#"{"type":["integer","null"]}"#,
        &["1", "null"],
        &["1.5", "[]"],
    );
}

#[test]
fn limits_are_no_structure() {
    check(
        r#"{"type":"string","minLength":9,"pattern":"^$","format":"email"}"#,
        &["\"a\""],
        &[],
    );
    check(
        r#"{"minimum":9,"maxItems":0,"minProperties":1}"#,
        &["1", "[1]", "{}"],
        &[],
    );
}

#[test]
fn given_values_are_compared_as_they_are_read() {
    check(r#"{"const":"a"}"#, &["\"a\""], &["\"b\"", "null"]);
    check(
        r#"{"enum":["a",1,2.0,null]}"#,
        &["\"a\"", "1", "2", "2.0", "20e-1", "null"],
        &["1.0", "3", "\"1\""],
    );
    check(
        r#"{"const":{"a":1,"b":[2]}}"#,
        &[r#"{"b":[2],"a":1}"#],
        &[r#"{"a":1}"#, r#"{"a":1,"b":[3]}"#],
    );
}

#[test]
fn members_have_their_own_schemas() {
    let schema = r#"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a"]}"#;
    check(
        schema,
        &[
            r#"{"a":1}"#,
            r#"{"b":"x","a":1,"c":[]}"#,
            r#"{"a":1,"b":null}"#,
        ],
        &["{}", r#"{"a":"1"}"#, r#"{"a":1,"b":2}"#, r#"{"a":null}"#],
    );
    check(
        r#"{"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"integer"}}"#,
        &[r#"{"a":"x","b":1}"#, "7"],
        &[r#"{"b":"x"}"#],
    );
    check(
        r#"{"properties":{"a":{}},"additionalProperties":false}"#,
        &[r#"{"a":"x"}"#, "{}"],
        &[r#"{"b":"x"}"#],
    );
}

#[test]
fn members_of_a_map_with_numbers_for_keys_have_one_schema() {
    let text = r#""^\\d+$":{"type":"string"}"#;
    check(
        &format!(r#"{{"patternProperties":{{{text}}},"additionalProperties":false}}"#),
        &[r#"{"7":"x"}"#, "{}"],
        &[r#"{"7":8}"#],
    );
    // Which schema is meant takes the pattern, and the type says what is wrong.
    for schema in [
        format!(r#"{{"patternProperties":{{{text},"^a":{{}}}},"additionalProperties":false}}"#),
        format!(r#"{{"patternProperties":{{{text}}},"additionalProperties":{{"type":"null"}}}}"#),
    ] {
        check(&schema, &[r#"{"7":"x"}"#, r#"{"a":7}"#], &[]);
    }
}

#[test]
fn items_have_their_own_schemas() {
    check(
        r#"{"items":{"type":"integer"}}"#,
        &["[]", "[1,2]", "7"],
        &["[1,\"2\"]"],
    );
    check(
        r#"{"prefixItems":[{"type":"integer"},{"type":"string"}]}"#,
        &["[]", "[1]", "[1,\"a\",null]"],
        &["[\"a\"]", "[1,1]"],
    );
    check(
        r#"{"prefixItems":[{"type":"integer"}],"items":{"type":"string"}}"#,
        &["[1,\"a\"]"],
        &["[1,1]"],
    );
}

#[test]
fn a_tuple_has_so_many_items() {
    let tuple = r#"{"prefixItems":[{"type":"integer"},{}],"minItems":2,"maxItems":2}"#;
    check(tuple, &["[1,null]", "7"], &["[]", "[1]", "[1,2,3]"]);
    // These are limits, which a longer list can be told.
    check(
        r#"{"items":{"type":"integer"},"minItems":2,"maxItems":2}"#,
        &["[1]", "[1,2,3]"],
        &[],
    );
    check(
        r#"{"prefixItems":[{}],"minItems":1,"maxItems":2}"#,
        &["[]", "[1,2,3]"],
        &[],
    );
}

#[test]
fn unions_need_one_branch_and_intersections_all() {
    for keyword in ["anyOf", "oneOf"] {
        let schema = format!(
            r#"{{"{keyword}":[{{"type":"integer"}},{{"const":"a"}},{{"type":"number"}}]}}"#
        );
        check(&schema, &["1", "1.5", "\"a\""], &["\"b\"", "null"]);
    }
    check(
        r#"{"allOf":[{"properties":{"a":{"type":"integer"}}},{"required":["a"]}]}"#,
        &[r#"{"a":1}"#],
        &["{}", r#"{"a":"1"}"#],
    );
}

#[test]
fn what_is_excluded_by_its_value_is_told_and_nothing_else() {
    check(r#"{"type":"integer","not":{"const":0}}"#, &["1"], &["0"]);
    check(
        r#"{"not":{"minLength":5}}"#,
        &["\"abc\"", "\"abcdef\""],
        &[],
    );
    check(r#"{"not":{}}"#, &["1"], &[]);
}

#[test]
fn true_and_false_are_schemas() {
    check("true", &["1", "null"], &[]);
    check("{}", &["1", "null"], &[]);
    check("false", &[], &["1", "null"]);
}

#[test]
fn the_kinds_of_a_schema_are_those_of_its_branches() {
    let kinds = |schema: &str| Kinds::allowed(&parse(schema));
    let scalar = Kinds::STRING.or(Kinds::INTEGER);
    for (schema, expected) in [
        ("{}", Kinds::ALL),
        ("false", Kinds::NONE),
        (r#"{"type":["string","integer"]}"#, scalar),
        (r#"{"anyOf":[{"type":"string"},{"const":1}]}"#, scalar),
        (
            r#"{"oneOf":[{"enum":["a"]},{"oneOf":[{"type":"integer"}]}]}"#,
            scalar,
        ),
        (
            r#"{"type":"object","oneOf":[{"required":["a"]}]}"#,
            Kinds::OBJECT,
        ),
        (
            r#"{"allOf":[{"type":["string","null"]},{"type":["null","array"]}]}"#,
            Kinds::NULL,
        ),
        (r#"{"const":1.5}"#, Kinds::NUMBER),
    ] {
        assert_eq!(kinds(schema), expected, "{schema}");
    }
}

proptest! {
    #[test]
    fn every_spelling_of_a_value_is_the_same(value in json(), other in json(), spelling: u64) {
        let text = spelled(&value, spelling);
        prop_assert!(same(&value, &parse(&text)), "{}", text);
        prop_assert_eq!(same(&value, &other), same(&other, &value));
        let canonical = |value: &Json<'_>| {
            let mut text = Vec::new();
            crate::canonical::write(value, &crate::canonical::Shape::Any, &mut text);
            text
        };
        prop_assert_eq!(same(&value, &other), canonical(&value) == canonical(&other));
    }
}
