//! Ids: those that are made of bodies, those that are given, and what is refused.

use super::*;

fn derived(bodies: &[&str]) -> Vec<String> {
    let mut batch = anthropic();
    for body in bodies {
        batch.push(body).unwrap();
    }
    batch.custom_ids().map(str::to_owned).collect()
}

#[track_caller]
fn check_refused(mut batch: ModelBatch, custom_id: &str, expected: &str) {
    let before = batch.len();
    let error = batch.push_with_id(custom_id, "{}").unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert_eq!(
        (error.custom_id(), error.position()),
        (Some(custom_id), before)
    );
    assert_eq!(batch.len(), before);
}

#[test]
fn an_id_made_of_a_body_is_the_same_for_all_time() {
    let body = r#"{"model":"claude-haiku-4-5","max_tokens":1.0,"messages":[]}"#;
    assert_eq!(derived(&[body]), ["d40fd1afb57f22f251b917b6e4669380-1"]);
}

#[test]
fn the_spelling_of_a_body_does_not_change_its_id() {
    let ids = derived(&[r#"{"a": 1.0, "b": "é"}"#]);
    assert_eq!(derived(&["{\"b\":\"\\u00e9\",\n\"a\":1}"]), ids);
    assert_ne!(derived(&[r#"{"a": 1.5, "b": "é"}"#]), ids);
}

#[test]
fn equal_bodies_are_counted_and_others_do_not_matter() {
    let alone = derived(&[r#"{"a":1}"#, r#"{"a": 1}"#]);
    let (first, second) = (&alone[0], &alone[1]);
    assert_eq!(first.strip_suffix("-1"), second.strip_suffix("-2"));
    let among_others = derived(&[r#"{"b":1}"#, r#"{"a":1}"#, r#"{"c":1}"#, r#"{"a":1}"#]);
    assert_eq!([&among_others[1], &among_others[3]], [first, second]);
}

#[test]
fn a_request_that_is_refused_counts_for_nothing() {
    let limits = Api::Anthropic.limits().bytes(80);
    let mut batch = ModelBatch::with_limits(Api::Anthropic, limits);
    let first = batch.push("{}").unwrap().to_owned();
    let mut again = ModelBatch::with_limits(Api::Anthropic, limits);
    again
        .push(r#"{"system": "This is far too long."}"#)
        .unwrap_err();
    assert_eq!(again.push("{}").unwrap(), first);
    // The same body at another place, after it was refused as the second with its id.
    let mut given = anthropic();
    given.push_with_id(first.as_str(), "{}").unwrap();
    let error = given.push("{}").unwrap_err();
    assert_eq!(*error.kind(), ModelBatchErrorKind::DuplicateId { first: 0 });
    assert_eq!(given.push("{}").unwrap_err(), error);
}

#[test]
fn anthropic_takes_one_form_of_ids() {
    let form = "the custom_id must be one to 64 ASCII letters, digits, `_` and `-`";
    for taken in ["a", "A-1_z", &"x".repeat(64)] {
        anthropic().push_with_id(taken, "{}").unwrap();
    }
    for refused in ["", "order:1", "a.b", "é", "a b"] {
        check_refused(
            anthropic(),
            refused,
            &format!("requests[0] (`{refused}`): {form}"),
        );
    }
    let long = "x".repeat(65);
    check_refused(
        anthropic(),
        &long,
        &format!("requests[0] (`{long}`): {form}"),
    );
}

#[test]
fn openai_takes_every_id_but_the_empty_one() {
    let expected = "requests[0] (``): the custom_id must be at least one character";
    check_refused(chat(), "", expected);
    let mut batch = chat();
    batch.push_with_id("order:1 \"é\"\u{2028}\n", "{}").unwrap();
    assert_eq!(
        written(&batch.files()[0]),
        concat!(
            r#"{"custom_id":"order:1 \"é\"\u2028\n","method":"POST","url":"/v1/chat/completions","body":{}}"#,
            "\n"
        )
    );
}

#[test]
fn two_equal_ids_are_an_error_that_names_both_positions() {
    let mut batch = anthropic();
    batch.push_with_id("a", "{}").unwrap();
    batch.push_with_id("b", "{}").unwrap();
    check_refused(
        batch.clone(),
        "a",
        "requests[2] (`a`): requests[0] has the same custom_id",
    );
    check_refused(
        batch,
        "b",
        "requests[2] (`b`): requests[1] has the same custom_id",
    );
}

#[test]
fn what_is_kept_keeps_its_ids_and_what_is_added_gets_new_ones() {
    let mut batch = anthropic();
    for body in ["{}", r#"{"a":1}"#, "{}"] {
        batch.push(body).unwrap();
    }
    let ids: Vec<String> = batch.custom_ids().map(str::to_owned).collect();
    batch.retain(|custom_id| custom_id != ids[0]);
    assert_eq!(batch.custom_ids().collect::<Vec<_>>(), ids[1..]);
    assert_eq!(
        (batch.body(&ids[0]), batch.body(&ids[2])),
        (None, Some("{}"))
    );
    assert_eq!(split(&batch), [[&ids[1], &ids[2]]]);
    let third = batch.push("{}").unwrap().to_owned();
    assert!(!ids.contains(&third));
    let error = batch.push_with_id(ids[2].as_str(), "{}").unwrap_err();
    assert_eq!(*error.kind(), ModelBatchErrorKind::DuplicateId { first: 1 });
}
