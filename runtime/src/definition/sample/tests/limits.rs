//! What is left out, and that it is said.

use super::{check_skipped, made, parse, text};
use crate::definition::check::Check;
use crate::definition::sample::{MOST, samples};

#[test]
fn large_arrays_and_texts_are_made_up_to_a_size() {
    let items = |keyword: &str, size: usize| {
        format!(r#"{{"type":"array","items":{{"const":1}},"{keyword}":{size}}}"#)
    };
    let sizes = |schema: &str| {
        let made = made(schema).into_iter();
        made.map(|array| array.len() / 2).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&items("minItems", 64)), [64]);
    assert_eq!(sizes(&items("maxItems", 64)), [1, 1, 2, 64]);
    assert_eq!(sizes(&items("maxItems", 65)), [1, 1, 2]);
    let longest = |keyword: &str, size: usize| {
        let schema = format!(r#"{{"type":"string","{keyword}":{size}}}"#);
        made(&schema).iter().map(String::len).max()
    };
    assert_eq!(longest("minLength", 4096), Some(4096 + 2));
    assert_eq!(longest("maxLength", 4096), Some(4096 + 2));
    assert_eq!(longest("maxLength", 4097), Some(4 + 2));
    check_skipped(
        r#"{"type":"string","minLength":4097}"#,
        &[],
        &[": a text of 4097 characters is not tried"],
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
fn there_are_at_most_so_many() {
    let of_values = |count: usize| {
        let values: Vec<String> = (0..count).map(|value| value.to_string()).collect();
        format!(r#"{{"enum":[{}]}}"#, values.join(","))
    };
    assert_eq!(made(&of_values(MOST)).len(), MOST);
    let samples = samples(&parse(&format!(r#"{{"items":{}}}"#, of_values(100))));
    assert_eq!(samples.valid.len(), MOST);
    assert_eq!(
        samples.skipped,
        [
            "/0: only 64 of its values are kept",
            ": only 64 of its values are kept"
        ]
    );
}

#[test]
fn no_branch_is_left_out_for_the_values_of_another() {
    let many: Vec<String> = (0..MOST).map(|value| value.to_string()).collect();
    let schema = format!(
        r#"{{"anyOf":[{{"enum":[{}]}},{{"type":"boolean"}}]}}"#,
        many.join(",")
    );
    let samples = samples(&parse(&schema));
    let first: Vec<String> = samples.valid.iter().take(5).map(text).collect();
    assert_eq!(first, ["0", "true", "1", "false", "2"]);
    assert_eq!(samples.skipped, [": only 64 of its values are kept"]);
}

#[test]
fn there_are_at_most_so_many_combinations_of_branches() {
    let of_unions = |count: usize| {
        let unions: Vec<String> = (0..count)
            .map(|index| {
                format!(r#"{{"anyOf":[{{"required":["a{index}"]}},{{"required":["b{index}"]}}]}}"#)
            })
            .collect();
        let schema = format!(r#"{{"type":"object","allOf":[{}]}}"#, unions.join(","));
        samples(&parse(&schema)).skipped
    };
    let lost = ": only 64 combinations of branches are tried".to_owned();
    assert!(!of_unions(6).contains(&lost));
    assert!(of_unions(7).contains(&lost));
    assert!(of_unions(20).contains(&lost));
}
