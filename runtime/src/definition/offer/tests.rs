//! The form of what is offered, for each form of an argument's own schema.

use super::*;
use crate::definition::text;

const CONST: &str = r#"{"additionalProperties":false,"description":"Or the result of an earlier call of this message. `call`: its position, from 1, or its tool's name. `path`: JSON pointer into the result, such as `/items/0/id`; absent for the whole result.","properties":{"_ref":{"additionalProperties":false,"properties":{"call":{"type":["integer","string"]},"path":{"type":"string"}},"required":["call"],"type":"object"}},"required":["_ref"],"type":"object"}"#;

#[track_caller]
fn check(own: &'static str, giver: Option<&str>, expected: &str) {
    let giver: Option<&'static str> = giver.map(|_| "lookup_user");
    let offered = text(&or_reference(constant(own), giver));
    assert_eq!(offered, expected.replace("REF", CONST));
    Json::parse(&offered).unwrap();
}

#[test]
fn a_reference_is_one_more_form_of_the_value() {
    check(
        r#"{"type":"string","pattern":"^A","description":"The id.","default":"A","examples":["A-1"]}"#,
        None,
        r#"{"anyOf":[{"pattern":"^A","type":"string"},REF],"default":"A","description":"The id.","examples":["A-1"]}"#,
    );
    check("{}", None, r#"{"anyOf":[{},REF]}"#);
}

#[test]
fn a_union_has_one_form_more() {
    check(
        r#"{"description":"Either.","anyOf":[{"type":"string"},{"type":"integer"}]}"#,
        None,
        r#"{"anyOf":[{"type":"string"},{"type":"integer"},REF],"description":"Either."}"#,
    );
    // What holds of every branch must not hold of a reference.
    check(
        r#"{"type":"object","anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
        None,
        r#"{"anyOf":[{"anyOf":[{"required":["a"]},{"required":["b"]}],"type":"object"},REF]}"#,
    );
}

#[test]
fn the_giver_is_named_in_the_description() {
    const LEFT_OUT: &str =
        "Left out: the result of `lookup_user`, called earlier in the same message.";
    for (own, expected) in [
        ("The user.", "The user. "),
        ("The user", "The user. "),
        ("Whose?", "Whose? "),
        ("One of\\n- a\\n- b", "One of\\n- a\\n- b\\n\\n"),
    ] {
        let own: &'static str = format!(r#"{{"type":"object","description":"{own}"}}"#).leak();
        let expected = format!(
            r#"{{"anyOf":[{{"type":"object"}},REF],"description":"{expected}{LEFT_OUT}"}}"#
        );
        check(own, Some("lookup_user"), &expected);
    }
    let expected = format!(r#"{{"anyOf":[{{"type":"object"}},REF],"description":"{LEFT_OUT}"}}"#);
    check(r#"{"type":"object"}"#, Some("lookup_user"), &expected);
}

#[test]
fn values_that_could_be_references_are_found() {
    let clash = |schema: &'static str| clash(&constant(schema));
    assert_eq!(clash(r#"{"properties":{"id":{},"_ref":{}}}"#), Some("_ref"));
    assert_eq!(
        clash(r#"{"anyOf":[{"type":"string"},{"oneOf":[{"properties":{"$ref":{}}}]}]}"#),
        Some("$ref")
    );
    assert_eq!(
        clash(r#"{"allOf":[{"properties":{"$ref":{}}}]}"#),
        Some("$ref")
    );
    // Further inside it is not the whole value.
    assert_eq!(
        clash(r#"{"properties":{"inner":{"properties":{"_ref":{}}}}}"#),
        None
    );
    assert_eq!(clash(r#"{"items":{"properties":{"_ref":{}}}}"#), None);
}
