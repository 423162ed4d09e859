//! What user data cannot do: a text in the form of a reference stays a text, and so does an object inside of another.

use proptest::prelude::*;

use super::*;
use crate::call::Content;
use crate::json::random::{json, spelled};
use crate::reference::resolve;

/// Texts as they stand in names, notes and pages of whoever wants to be referred to.
fn hostile() -> impl Strategy<Value = String> {
    let reference = (
        proptest::sample::select(vec!["_ref", "$ref", "_after", "\\u005fref"]),
        proptest::sample::select(vec!["1", "\"search\"", "0", "\"1\""]),
        proptest::sample::select(vec!["", "/0", "/secret", "/items/0/id"]),
    );
    let reference = reference.prop_map(|(name, call, path)| {
        format!(r#"{{"{name}":{{"call":{call},"path":"{path}"}}}}"#)
    });
    let around = ("[ \"'`,:{}$a-z\\\\\n]{0,6}", "[ \"'`,:{}$a-z\\\\\n]{0,6}");
    prop_oneof![
        reference.clone(),
        (around, reference)
            .prop_map(|((before, after), reference)| [before, reference, after].concat()),
        proptest::sample::select(vec![
            "$1",
            "${1}",
            "{{1}}",
            "#E1",
            "$ref:1",
            "\",\"order_id\":{\"_ref\":{\"call\":1}},\"x\":\""
        ])
        .prop_map(str::to_owned),
    ]
}

/// A hostile text in each place of a value where a text can stand.
fn page() -> impl Strategy<Value = Json<'static>> {
    let text = hostile().prop_map(|text| Json::String(text.into()));
    let leaf = prop_oneof![3 => text, 1 => json()];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            (hostile(), inner.clone(), "[a-z]{1,4}", inner).prop_map(|(name, one, other, two)| {
                let other = format!("{other}.");
                Json::Object(vec![(name.into(), one), (other.into(), two)])
            }),
        ]
    })
}

fn reference() -> Json<'static> {
    Json::parse(r#"{"_ref":{"call":1,"path":"/0"}}"#).unwrap()
}

/// A reference that is not the whole value of an argument.
fn buried(page: Json<'static>) -> impl Strategy<Value = Json<'static>> {
    (0..5).prop_map(move |form| match form {
        0 => Json::Array(vec![reference()]),
        1 => Json::Object(vec![("value".into(), reference())]),
        2 => Json::Object(vec![
            ("_ref".into(), page.clone()),
            ("note".into(), page.clone()),
        ]),
        3 => Json::Object(vec![("$ref".into(), Json::String("#/$defs/order".into()))]),
        _ => page.clone(),
    })
}

fn object(members: Vec<(&'static str, Json<'static>)>) -> Json<'static> {
    let members = members
        .into_iter()
        .map(|(name, value)| (name.into(), value));
    Json::Object(members.collect())
}

proptest! {
    #[test]
    fn texts_never_become_references(
        name in hostile(),
        note in hostile(),
        data in page().prop_flat_map(buried),
        seed: u64,
    ) {
        let text = |text: &str| Json::String(text.to_owned().into());
        let arguments = object(vec![
            ("order_id", text(&name)),
            ("address", text(&note)),
            ("note", text(&name)),
            ("amount", text(&note)),
            ("data", data),
        ]);
        let sent = spelled(&arguments, seed);
        let registry = offering();
        prop_assert_eq!(scan(ship(&registry), &sent), Ok(Wiring::default()));
        prop_assert_eq!(fill(ship(&registry), &sent, &[]), sent.as_str());
    }

    #[test]
    fn what_is_filled_in_is_never_looked_at(result in page(), whole: bool, seed: u64) {
        // The result is a reference itself, or is full of them.
        let result = if whole { reference() } else { result };
        let text = spelled(&result, seed);
        let value = resolve(&Content::json(text), "", usize::MAX).unwrap();
        let sent = r#"{"data":{"_ref":{"call":1}},"order_id":"A","address":"B","note":null,"_after":[1]}"#;
        let registry = offering();
        let tool = ship(&registry);
        prop_assert_eq!(scan(tool, sent).unwrap().wires.len(), 1);
        let filled = fill(tool, sent, &[(4, value.clone())]);
        let found = members(&filled).unwrap();
        let names: Vec<&str> = found.iter().map(|member| &*member.name).collect();
        prop_assert_eq!(names, ["data", "order_id", "address", "note"], "nothing got out of its place");
        prop_assert_eq!(found[0].text, &value);
        prop_assert_eq!(&found[1].value, &Json::String("A".into()));
    }

    #[test]
    fn a_plain_text_is_one_string(text in hostile()) {
        let value = resolve(&Content::plain(text.as_str()), "", usize::MAX).unwrap();
        prop_assert_eq!(Json::parse(&value).unwrap(), Json::String(text.into()));
    }

    #[test]
    fn without_references_nothing_changes(value in json(), seed: u64) {
        let arguments = object(vec![("amount", value.clone()), ("address", Json::Array(vec![value])), ("note", Json::Null)]);
        let sent = spelled(&arguments, seed);
        let registry = offering();
        prop_assert_eq!(scan(ship(&registry), &sent), Ok(Wiring::default()));
        prop_assert_eq!(fill(ship(&registry), &sent, &[]), sent.as_str());
    }
}
