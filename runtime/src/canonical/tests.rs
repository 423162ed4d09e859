//! Numbers, order and shapes of the canonical form, and that an implementation of RFC 8785 agrees.

mod numbers;
mod texts;

use proptest::prelude::*;

use super::*;
use crate::json::random::{json, spelled};

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(canonicalize(text).unwrap(), expected, "for {text}");
}

#[track_caller]
fn check_shaped(shape: &Shape, text: &str, expected: &str) {
    let mut out = Vec::new();
    write(&Json::parse(text).unwrap(), shape, &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        expected,
        "for {text} as {shape:?}"
    );
}

#[test]
fn integers_keep_their_digits() {
    let long = "7".repeat(400);
    for digits in [
        "0",
        "7",
        "-7",
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551617",
        &long,
    ] {
        check(digits, digits);
    }
    check("-0", "0");
}

#[test]
fn floats_are_written_as_ecmascript_does() {
    for (text, expected) in [
        ("1.0", "1"),
        ("-0.0", "0"),
        ("-0e5", "0"),
        ("1e2", "100"),
        ("1.50", "1.5"),
        ("1E-7", "1e-7"),
        ("0.000001", "0.000001"),
        ("1e21", "1e+21"),
        ("1e20", "100000000000000000000"),
        ("5e-324", "5e-324"),
        ("1e-400", "0"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("9007199254740993.0", "9007199254740992"),
        ("333333333.33333329", "333333333.3333333"),
    ] {
        check(text, expected);
    }
}

#[test]
fn out_of_range_is_an_error() {
    let error = canonicalize("{\"a\": 1e400}").unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 7: number out of range");
}

#[test]
fn a_float_by_declaration_is_a_float_however_it_is_spelled() {
    let large = "1".repeat(400);
    for (text, expected) in [
        ("1", "1"),
        ("1.0", "1"),
        ("-0", "0"),
        ("123456789012345", "123456789012345"),
        ("9007199254740993", "9007199254740992"),
        ("1000000000000000000000", "1e+21"),
        ("null", "null"),
        ("\"1.0\"", "\"1.0\""),
        ("[9007199254740993]", "[9007199254740993]"),
        (&large, &large),
    ] {
        check_shaped(&Shape::Float, text, expected);
    }
}

#[test]
fn shapes_reach_into_arrays_and_objects() {
    let shape = Shape::Object {
        members: vec![
            ("prices".into(), Shape::Array(Box::new(Shape::Float))),
            ("id".into(), Shape::Any),
        ],
        rest: Some(Box::new(Shape::Float)),
    };
    check_shaped(
        &shape,
        r#"{"prices": [9007199254740993, 1.0], "id": 9007199254740993, "other": 9007199254740993}"#,
        r#"{"id":9007199254740993,"other":9007199254740992,"prices":[9007199254740992,1]}"#,
    );
    let closed = Shape::Object {
        members: vec![("a".into(), Shape::Float)],
        rest: None,
    };
    check_shaped(
        &closed,
        r#"{"b": 9007199254740993, "a": 9007199254740993}"#,
        r#"{"a":9007199254740992,"b":9007199254740993}"#,
    );
    check_shaped(&closed, "[9007199254740993]", "[9007199254740993]");
}

#[test]
fn members_are_sorted_by_utf16() {
    check(
        "{\"\u{fb33}\":1,\"😂\":2,\"\u{e000}\":3,\"\u{d7ff}\":4,\"é\":5,\"z\":6,\"\":7,\"a\":8,\"\\r\":9}",
        "{\"\":7,\"\\r\":9,\"a\":8,\"z\":6,\"é\":5,\"\u{d7ff}\":4,\"😂\":2,\"\u{e000}\":3,\"\u{fb33}\":1}",
    );
}

#[test]
fn distinct_values_stay_distinct() {
    let texts = [
        "1",
        "\"1\"",
        "[1]",
        "{\"1\":1}",
        "null",
        "\"null\"",
        "false",
        "0",
        "\"\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{\"a\":null}",
        "1.5",
        "15",
        "9007199254740992",
        "9007199254740993",
        "\"\\u0000\"",
        "\"\\\\u0000\"",
    ];
    let forms: std::collections::HashSet<_> = texts
        .iter()
        .map(|text| canonicalize(text).unwrap())
        .collect();
    assert_eq!(forms.len(), texts.len());
}

proptest! {
    #[test]
    fn spelling_never_matters(value in json(), one: u64, other: u64) {
        let (one, other) = (spelled(&value, one), spelled(&value, other));
        assert_eq!(canonicalize(&one), canonicalize(&other), "{one}\n{other}");
    }

    #[test]
    fn an_implementation_of_rfc_8785_agrees(value in json(), spelling: u64) {
        let text = spelled(&value, spelling);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(canonicalize(&text).unwrap(), serde_json_canonicalizer::to_string(&read).unwrap());
    }

    #[test]
    fn a_canonical_form_is_its_own(value in json(), spelling: u64, digits in "-?[1-9][0-9]{15,40}") {
        let form = canonicalize(&format!("[{},{digits}]", spelled(&value, spelling))).unwrap();
        assert_eq!(canonicalize(&form).unwrap(), form);
    }

    #[test]
    fn integers_of_any_length_stay_apart(one in "[1-9][0-9]{0,40}", other in "-?[1-9][0-9]{0,40}") {
        assert_eq!(canonicalize(&one).unwrap(), one);
        assert_eq!(canonicalize(&one) == canonicalize(&other), one == other);
    }

    #[test]
    fn names_compare_as_utf16(a: String, b: String, shared: String, tail: Vec<char>) {
        for (a, b) in [(a.clone(), b), (shared.clone() + &a, shared.clone()), (format!("{shared}{a}"), shared + &tail.iter().collect::<String>())] {
            assert_eq!(utf16_order(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text: String, bytes: Vec<u8>) {
        drop(canonicalize(&text));
        drop(canonicalize(&String::from_utf8_lossy(&bytes)));
    }
}
