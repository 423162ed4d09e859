//! What each constraint refuses, and in which words.

mod formats;
mod types;

use super::*;

fn parse(text: &str) -> Json<'_> {
    Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn compiled(schema: &str) -> Check {
    let check = Check::new(&parse(schema)).unwrap_or_else(|error| panic!("{schema}: {error}"));
    check.unwrap_or_else(|| panic!("nothing to check in {schema}"))
}

#[track_caller]
fn check_passes(schema: &str, values: &[&str]) {
    let check = compiled(schema);
    for value in values {
        assert_eq!(check.check(&parse(value)), Ok(()), "{value} of {schema}");
    }
}

#[track_caller]
fn check_refused(schema: &str, value: &str, pointer: &str, message: &str) {
    let violation = compiled(schema)
        .check(&parse(value))
        .expect_err("a violation");
    assert_eq!(
        (&*violation.pointer, &*violation.message),
        (pointer, message),
        "{value} of {schema}"
    );
}

#[test]
fn numbers_have_a_range() {
    let schema = r#"{"type":"integer","minimum":1,"maximum":100}"#;
    check_passes(schema, &["1", "100", "50", "null", "\"x\"", "[0]"]);
    check_refused(schema, "250", "", "expected at most 100, got 250");
    check_refused(schema, "0", "", "expected at least 1, got 0");
    check_refused(schema, "-1e2", "", "expected at least 1, got -1e2");

    let schema = r#"{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":0.5}"#;
    check_passes(schema, &["0.25", "1e-300"]);
    check_refused(schema, "0", "", "expected more than 0, got 0");
    check_refused(schema, "-0.0", "", "expected more than 0, got -0.0");
    check_refused(schema, "0.5", "", "expected less than 0.5, got 0.5");
}

#[test]
fn long_integers_are_compared_by_their_digits() {
    let schema = r#"{"maximum":9007199254740992}"#;
    check_passes(schema, &["9007199254740992", "-123456789012345678901"]);
    check_refused(
        schema,
        "9007199254740993",
        "",
        "expected at most 9007199254740992, got 9007199254740993",
    );
    let many = "9".repeat(1000);
    let shown = format!("expected at most 9007199254740992, got {}…", "9".repeat(64));
    check_refused(schema, &many, "", &shown);
}

#[test]
fn numbers_are_multiples() {
    let schema = r#"{"type":"number","multipleOf":0.05}"#;
    check_passes(schema, &["0", "19.95", "-3", "1e3"]);
    check_refused(
        schema,
        "19.99",
        "",
        "expected a multiple of 0.05, got 19.99",
    );
}

#[test]
fn texts_have_a_length_in_characters() {
    let schema = r#"{"type":"string","minLength":3,"maxLength":5}"#;
    check_passes(schema, &["\"abc\"", "\"äöü😂é\"", "12"]);
    check_refused(
        schema,
        "\"😂\"",
        "",
        "expected at least 3 characters, got 1",
    );
    check_refused(
        schema,
        "\"abcdef\"",
        "",
        "expected at most 5 characters, got 6",
    );
    check_refused(
        r#"{"minLength":1}"#,
        "\"\"",
        "",
        "expected at least 1 character, got 0",
    );
}

#[test]
fn texts_match_a_pattern_anywhere() {
    let schema = r#"{"type":"string","pattern":"^A-\\d+$"}"#;
    check_passes(schema, &["\"A-12\""]);
    check_refused(
        schema,
        "\"B7\"",
        "",
        r#"expected text that matches `^A-\d+$`, got "B7""#,
    );
    // A digit is one of ten, as in ECMAScript, and a line break is no end.
    for value in ["\"A-١\"", "\"A-1\\n\""] {
        assert!(compiled(schema).check(&parse(value)).is_err(), "{value}");
    }
    check_passes(r#"{"pattern":"b+"}"#, &["\"abbc\""]);
    check_passes(r#"{"pattern":"^\\/[a-z\\-]+\\.$"}"#, &["\"/a-z.\""]);
    let long = format!("\"{}\"", "é".repeat(1000));
    let shown = format!(
        r#"expected text that matches `b+`, got "{}…""#,
        "é".repeat(64)
    );
    check_refused(r#"{"pattern":"b+"}"#, &long, "", &shown);
}

#[test]
fn a_pattern_that_is_none_is_told() {
    for schema in [
        r#"{"type":"string","pattern":"a("}"#,
        r#"{"items":{"anyOf":[{"pattern":"a("},{"type":"array"}]}}"#,
        r#"{"patternProperties":{"a(":{}}}"#,
    ] {
        let error = Check::new(&parse(schema)).expect_err(schema);
        assert!(
            error.starts_with("the pattern `a(` cannot be checked: "),
            "{error}"
        );
    }
    let error = Check::new(&parse(r#"{"pattern":"a(?=b)"}"#)).expect_err("look-around");
    assert!(error.contains("look-around"), "{error}");
}

#[test]
fn a_constraint_that_is_none_is_told() {
    for (schema, expected) in [
        (
            r#"{"minimum":"1"}"#,
            "`minimum` must be a number, and is a string",
        ),
        (
            r#"{"pattern":1}"#,
            "`pattern` must be a string, and is a number",
        ),
        (
            r#"{"maxLength":1.5}"#,
            "`maxLength` must be a whole number, and is 1.5",
        ),
        (
            r#"{"minItems":-1}"#,
            "`minItems` must be a whole number, and is -1",
        ),
        (
            r#"{"multipleOf":0}"#,
            "`multipleOf` must be more than 0, and is 0",
        ),
    ] {
        assert_eq!(Check::new(&parse(schema)).unwrap_err(), expected);
    }
    check_passes(r#"{"maxLength":2.0}"#, &["\"ab\""]);
}

#[test]
fn arrays_have_a_number_of_items() {
    let schema = r#"{"type":"array","minItems":1,"maxItems":2}"#;
    check_passes(schema, &["[1]", "[1,1]", "{}"]);
    check_refused(schema, "[]", "", "expected at least 1 item, got 0");
    check_refused(schema, "[1,2,3]", "", "expected at most 2 items, got 3");
}

#[test]
fn items_differ_where_they_must() {
    let schema = r#"{"type":"array","uniqueItems":true}"#;
    let many: Vec<String> = (0..100).map(|item| item.to_string()).collect();
    check_passes(
        schema,
        &[
            "[]",
            "[1,\"1\",true,null,\"true\"]",
            "[[1,2],[2,1],{\"a\":1},{\"a\":2}]",
            &format!("[{}]", many.join(",")),
        ],
    );
    let twice = |item: &str| format!("expected items that all differ, got {item} twice");
    check_refused(schema, "[\"a\",\"b\",\"a\",\"b\"]", "/2", &twice("\"a\""));
    check_refused(schema, "[1,2,1.0]", "/2", &twice("1"));
    check_refused(
        schema,
        "[{\"a\":1,\"b\":[2]},{\"b\":[2.0],\"a\":1}]",
        "/1",
        &twice("{\"a\":1,\"b\":[2]}"),
    );
    let text = format!("[{},7]", many.join(","));
    check_refused(schema, &text, "/100", &twice("7"));
}

#[test]
fn objects_have_a_number_of_members() {
    let schema = r#"{"type":"object","minProperties":1,"maxProperties":2}"#;
    check_passes(schema, &["{\"a\":1}", "[]"]);
    check_refused(schema, "{}", "", "expected at least 1 member, got 0");
    check_refused(
        schema,
        "{\"a\":1,\"b\":1,\"c\":1}",
        "",
        "expected at most 2 members, got 3",
    );
}

#[test]
fn a_violation_says_where_it_is() {
    let small = r#"{"maximum":9}"#;
    let message = "expected at most 9, got 10";
    for (schema, value, pointer) in [
        (
            format!(r#"{{"properties":{{"a":{small}}}}}"#),
            r#"{"b":10,"a":10}"#,
            "/a",
        ),
        (
            format!(r#"{{"properties":{{"a/b~c":{small}}}}}"#),
            r#"{"a/b~c":10}"#,
            "/a~1b~0c",
        ),
        (format!(r#"{{"items":{small}}}"#), "[1,10,11]", "/1"),
        (
            format!(r#"{{"prefixItems":[{{}},{small}]}}"#),
            "[10,10,10]",
            "/1",
        ),
        (
            format!(r#"{{"prefixItems":[{{}}],"items":{small}}}"#),
            "[10,1,10]",
            "/2",
        ),
        (
            format!(r#"{{"properties":{{"a":{{}}}},"additionalProperties":{small}}}"#),
            r#"{"a":10,"b":1,"c":10}"#,
            "/c",
        ),
        (
            format!(
                r#"{{"patternProperties":{{"^\\d+$":{small}}},"additionalProperties":{{"maximum":10}}}}"#
            ),
            r#"{"a":10,"7":10}"#,
            "/7",
        ),
        (format!(r#"{{"allOf":[{{}},{small}]}}"#), "10", ""),
        (
            format!(r#"{{"items":{{"properties":{{"a":{{"items":{small}}}}}}}}}"#),
            r#"[{"a":[]},{"a":[1,10]}]"#,
            "/1/a/1",
        ),
    ] {
        check_refused(&schema, value, pointer, message);
    }
}

#[test]
fn the_first_violation_of_the_text_is_told() {
    let schema = r#"{"properties":{"a":{"maximum":9},"b":{"maximum":9}},"minProperties":1}"#;
    check_refused(
        schema,
        r#"{"b":11,"a":10}"#,
        "/b",
        "expected at most 9, got 11",
    );
}

#[test]
fn a_union_is_met_by_a_branch_that_has_the_structure() {
    let schema = r#"{"oneOf":[
        {"type":"object","properties":{"kind":{"const":"flat"},"amount":{"type":"integer","maximum":9}},"required":["kind","amount"]},
        {"type":"object","properties":{"kind":{"const":"share"},"amount":{"type":"integer","maximum":100}},"required":["kind","amount"]}
    ]}"#;
    check_passes(
        schema,
        &[
            r#"{"kind":"flat","amount":9}"#,
            r#"{"kind":"share","amount":100}"#,
            // No branch has this structure: that is for the type to say.
            r#"{"kind":"none","amount":1000}"#,
            r#"{"kind":"flat","amount":"1000"}"#,
            r#"{"kind":"flat"}"#,
        ],
    );
    check_refused(
        schema,
        r#"{"kind":"flat","amount":10}"#,
        "/amount",
        "expected at most 9, got 10",
    );
    check_refused(
        schema,
        r#"{"amount":101,"kind":"share"}"#,
        "/amount",
        "expected at most 100, got 101",
    );
}

#[test]
fn any_branch_that_passes_is_enough() {
    let schema = r#"{"anyOf":[{"type":"integer","maximum":9},{"type":"integer","minimum":100},{"type":"string"}]}"#;
    check_passes(schema, &["9", "100", "\"x\"", "true"]);
    check_refused(schema, "50", "", "expected at most 9, got 50");
    // A branch without constraints is met by what has its structure.
    check_passes(
        r#"{"anyOf":[{"type":"integer","maximum":9},{"type":"number"}]}"#,
        &["50"],
    );
    let nested = r#"{"items":{"anyOf":[{"oneOf":[{"type":"integer","maximum":9},{"type":"boolean"}]},{"type":"string","maxLength":1}]}}"#;
    check_passes(nested, &["[1,\"a\",true]"]);
    check_refused(nested, "[1,10]", "/1", "expected at most 9, got 10");
    check_refused(
        nested,
        "[\"ab\"]",
        "/0",
        "expected at most 1 character, got 2",
    );
}

#[test]
fn tuples_of_a_union_are_told_apart_by_their_size() {
    let schema = r#"{"anyOf":[
        {"type":"array","prefixItems":[{"type":"integer"},{"type":"integer"}],"minItems":2,"maxItems":2},
        {"type":"array","prefixItems":[{"type":"integer"},{"type":"integer"},{"type":"integer","maximum":9}],"minItems":3,"maxItems":3}
    ]}"#;
    check_passes(schema, &["[10,10]", "[10,10,9]", "[10]"]);
    check_refused(schema, "[10,10,10]", "/2", "expected at most 9, got 10");
}

#[test]
fn null_beside_one_type_changes_nothing() {
    for schema in [
        r#"{"items":{"type":["integer","null"],"maximum":9}}"#,
        r#"{"items":{"anyOf":[{"type":"integer","maximum":9},{"type":"null"}]}}"#,
    ] {
        check_passes(schema, &["[null,9]"]);
        check_refused(schema, "[null,10]", "/1", "expected at most 9, got 10");
    }
}
