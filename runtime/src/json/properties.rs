//! What holds for every text: `serde_json` agrees on which are JSON, and what was spelled is read back.

use std::collections::HashSet;

use proptest::prelude::*;

use super::error::Problem;
use super::random::{json, spelled};
use super::*;

fn parse(text: &str) -> Json<'_> {
    Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Whether a text is JSON by `serde_json`, which reads duplicates and stops at another depth.
fn serde_accepts(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

#[track_caller]
fn check_agreement(text: &str) {
    match Json::parse(text) {
        Ok(value) => {
            assert!(serde_accepts(text), "only we accept {text:?}");
            assert_eq!(value.clone().into_owned(), value);
        }
        Err(error) => {
            assert!(
                text.is_char_boundary(error.position()),
                "{error} in {text:?}"
            );
            // `serde_json` lets a duplicate pass, and goes on to what comes after it.
            let duplicate = matches!(error.problem(), Problem::DuplicateMember(_));
            assert!(duplicate || !serde_accepts(text), "{error} in {text:?}");
        }
    }
}

/// Replaces, inserts or removes characters, mostly such as mean something in JSON.
fn mutated(text: &str, edits: &[(usize, u8, char)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for &(place, kind, character) in edits {
        let place = place % (characters.len() + 1);
        match (kind % 3, characters.get(place)) {
            (0, Some(_)) => characters[place] = character,
            (1, Some(_)) => drop(characters.remove(place)),
            _ => characters.insert(place, character),
        }
    }
    characters.into_iter().collect()
}

fn edits() -> impl Strategy<Value = Vec<(usize, u8, char)>> {
    let telling: Vec<char> = "{}[]\",:\\ \n\t0123456789-+.eEutrfalsn/'\u{0}é😂\u{feff}"
        .chars()
        .collect();
    let character = prop_oneof![8 => proptest::sample::select(telling), 1 => any::<char>()];
    proptest::collection::vec((any::<usize>(), any::<u8>(), character), 0..4)
}

proptest! {
    #[test]
    fn serde_json_agrees_on_mutated_texts(value in json(), spelling: u64, edits in edits()) {
        check_agreement(&mutated(&spelled(&value, spelling), &edits));
    }

    #[test]
    fn serde_json_agrees_on_any_text(text: String, bytes: Vec<u8>, tokens in "[\\[\\]{}\":, \\\\u0-9dDcCeE.+a-]{0,24}") {
        check_agreement(&text);
        check_agreement(&String::from_utf8_lossy(&bytes));
        check_agreement(&tokens);
    }

    #[test]
    fn what_is_spelled_is_read_back(value in json(), spelling: u64) {
        // Numbers are compared in canonical form elsewhere; strings, names and structure here.
        let text = spelled(&value, spelling);
        let read = parse(&text);
        assert_eq!(strings(&read), strings(&value), "{text}");
    }

    #[test]
    fn members_are_the_values_of_the_tree(value in json(), spelling: u64) {
        let text = spelled(&Json::Object(vec![("b".into(), value.clone()), ("a\n".into(), value)]), spelling);
        let found = members(&text).unwrap();
        for member in &found {
            assert_eq!(parse(member.text), member.value);
        }
        let tree: Vec<_> = found.into_iter().map(|member| (member.name, member.value)).collect();
        assert_eq!(Json::Object(tree), parse(&text));
    }

    #[test]
    fn written_strings_are_read_back(text: String) {
        let mut out = Vec::new();
        write_string(&text, &mut out);
        let written = String::from_utf8(out).unwrap();
        assert_eq!(parse(&written).as_str(), Some(text.as_str()));
    }

    #[test]
    fn plain_runs_end_at_the_first_special_byte(bytes: Vec<u8>, special in 0..32_u8, plain in 0..24_usize) {
        let first = |bytes: &[u8]| bytes.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
        assert_eq!(string::plain_len(&bytes), first(&bytes).unwrap_or(bytes.len()));
        let run = [vec![b'x'; plain], vec![special], bytes].concat();
        assert_eq!(string::plain_len(&run), plain);
    }
}

/// Every string and member name of a value, without order.
fn strings(value: &Json<'_>) -> HashSet<String> {
    let mut found = HashSet::new();
    match value {
        Json::String(text) => drop(found.insert(text.to_string())),
        Json::Array(items) => items.iter().for_each(|item| found.extend(strings(item))),
        Json::Object(members) => {
            for (name, value) in members {
                found.insert(format!("{name}:"));
                found.extend(strings(value));
            }
        }
        _ => {}
    }
    found
}
