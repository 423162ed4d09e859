//! What is a reference, which call is meant, and what is found in a result.

use proptest::prelude::*;

use super::*;
use crate::call::{Content, Part};
use crate::json::random::{json, spelled};

fn read(text: &str) -> Option<Result<Reference, String>> {
    Reference::read(&Json::parse(text).unwrap())
}

#[track_caller]
fn check(text: &str, call: Target, path: &str) {
    let path = path.into();
    assert_eq!(read(text), Some(Ok(Reference { call, path })), "{text}");
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    assert_eq!(read(text), Some(Err(expected.to_owned())), "{text}");
}

#[test]
fn a_reference_is_an_object_with_one_member() {
    let search = || Target::Tool("search".into());
    check(
        r#"{"_ref":{"call":1,"path":"/items/0/id"}}"#,
        Target::Position(1),
        "/items/0/id",
    );
    check(r#"{"$ref":{"call":"search"}}"#, search(), "");
    check(r#"{"_ref":{"path":"","call":"search"}}"#, search(), "");
    check(
        r#"{"_ref":{"path":null,"call":"7"}}"#,
        Target::Position(7),
        "",
    );
    check(
        r#"{"_ref":{"path":"/a~1b/~0","call":"7"}}"#,
        Target::Position(7),
        "/a~1b/~0",
    );
}

#[test]
fn everything_else_is_a_value() {
    for value in [
        "null",
        r#""{\"_ref\":{\"call\":1}}""#,
        r#"[{"_ref":{"call":1}}]"#,
        "{}",
        r#"{"_ref":{"call":1},"note":""}"#,
        r##"{"$ref":"#/$defs/order"}"##,
        r#"{"_Ref":{"call":1}}"#,
        r#"{"ref":{"call":1}}"#,
    ] {
        assert_eq!(read(value), None, "{value}");
    }
}

#[test]
fn what_is_meant_as_a_reference_and_is_none_is_told() {
    const CALL: &str = "`call` is the position of an earlier call in this message, from 1, or the name of its tool, got";
    for (call, got) in [
        ("0", "0"),
        ("-1", "-1"),
        ("1.5", "1.5"),
        ("\"0\"", "0"),
        ("\"\"", "\"\""),
        ("null", "null"),
        ("[1]", "an array"),
    ] {
        check_refused(
            &format!(r#"{{"_ref":{{"call":{call}}}}}"#),
            &format!("{CALL} {got}"),
        );
    }
    check_refused(
        r#"{"_ref":"call_1"}"#,
        "`_ref` holds an object such as `{\"call\": 1, \"path\": \"/id\"}`, got a string",
    );
    check_refused(
        r#"{"$ref":{"path":"/id"}}"#,
        "`$ref` needs `call`: the position of an earlier call in this message, from 1, or the name of its tool",
    );
    check_refused(
        r#"{"_ref":{"call":1,"pat":"/id"}}"#,
        "`_ref` has no member `pat`: did you mean `path`?",
    );
    check_refused(
        r#"{"_ref":{"call":1,"default":""}}"#,
        "`_ref` has no member `default`: it has `call` and `path`",
    );
    check_refused(
        r#"{"_ref":{"call":1,"path":0}}"#,
        "`path` is a JSON pointer such as `/items/0/id`, or absent for the whole result, got a number",
    );
    check_refused(
        r#"{"_ref":{"call":1,"path":"$.items[0]"}}"#,
        "`path` is a JSON pointer such as `/items/0/id`, or absent for the whole result, and begins with `/`: `$.items[0]` does not",
    );
    for path in ["/a~", "/~2", "/a~/b"] {
        check_refused(
            &format!(r#"{{"_ref":{{"call":1,"path":"{path}"}}}}"#),
            &format!(
                "in a `path`, `~` is written `~0` and a `/` inside of a name `~1`: `{path}` has another `~`"
            ),
        );
    }
}

#[test]
fn only_earlier_calls_are_meant() {
    let earlier = ["search", "lookup_order", "search"];
    let tool = |name: &str| Target::Tool(name.into());
    assert_eq!(Target::Position(3).among(&earlier), Ok(2));
    assert_eq!(tool("lookup_order").among(&earlier), Ok(1));
    assert_eq!(tool("search").all_among(&earlier), Ok(vec![0, 2]));
    for (target, message) in [
        (
            Target::Position(4),
            "call 4 does not come before it: those before it are the calls 1 to 3",
        ),
        (
            Target::Position(usize::MAX),
            "call 18446744073709551615 does not come before it: those before it are the calls 1 to 3",
        ),
        (
            tool("search"),
            "`search` was called more than once before it, as call 1 and 3: give the position",
        ),
        (
            tool("lookup_orders"),
            "`lookup_orders` was not called before it in this message: did you mean `lookup_order`?",
        ),
        (
            tool("refund"),
            "`refund` was not called before it in this message: those before it are the calls 1 to 3",
        ),
    ] {
        assert_eq!(target.among(&earlier), Err(message.to_owned()));
    }
    assert_eq!(
        Target::Position(1).among(&[]).unwrap_err(),
        "this is the first call of its message, and no other comes before it"
    );
}

#[track_caller]
fn check_found(text: &str, path: &str, expected: &str) {
    let found = resolve(&Content::json(text), path, usize::MAX);
    assert_eq!(found.as_deref(), Ok(expected), "{path:?}");
}

#[track_caller]
fn check_missing(text: &str, path: &str, expected: &str) {
    let found = resolve(&Content::json(text), path, usize::MAX);
    assert_eq!(found, Err(expected.to_owned()), "{path:?}");
}

#[test]
fn pointers_are_those_of_rfc_6901() {
    // Section 5.
    let document = r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#;
    check_found(document, "", document);
    for (path, expected) in [
        ("/foo", r#"["bar","baz"]"#),
        ("/foo/0", "\"bar\""),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
    ] {
        check_found(document, path, expected);
    }
    check_found(r#"{"~1":1,"/":2}"#, "/~01", "1");
}

#[test]
fn a_value_is_taken_over_as_it_is_written() {
    let result = "\n{ \"total\" : 12345678901234567890.10 ,\"name\":\"\\u00e9\\/\", \"items\":[ {\"id\" : 1e2 } ] }\t";
    check_found(result, "/total", "12345678901234567890.10");
    check_found(result, "/name", r#""\u00e9\/""#);
    check_found(result, "/items/0", r#"{"id" : 1e2 }"#);
    check_found(result, "/items/0/id", "1e2");
    check_found(result, "", result.trim());
}

#[test]
fn a_missing_path_says_what_is_there() {
    let result = r#"{"items":[{"id":1,"sku":"a"},2],"none":[],"one":[1],"empty":{},"id":"A"}"#;
    let all = "the whole has `items`, `none`, `one`, `empty` and `id`";
    check_missing(
        result,
        "/order",
        &format!("the result has no `/order`: {all}"),
    );
    check_missing(
        result,
        "/order/id",
        &format!("the result has no `/order/id`: {all}"),
    );
    check_missing(
        result,
        "/items/0/name",
        "the result has no `/items/0/name`: `/items/0` has `id` and `sku`",
    );
    for path in [
        "/items/2",
        "/items/-",
        "/items/00",
        "/items/+1",
        "/items/id",
        "/items/",
    ] {
        check_missing(
            result,
            path,
            &format!("the result has no `{path}`: `/items` is an array of 2 items, 0 to 1"),
        );
    }
    check_missing(
        result,
        "/none/0",
        "the result has no `/none/0`: `/none` is an empty array",
    );
    check_missing(
        result,
        "/one/1",
        "the result has no `/one/1`: `/one` is an array of 1 item, which is 0",
    );
    check_missing(
        result,
        "/empty/x",
        "the result has no `/empty/x`: `/empty` is an object without members",
    );
    check_missing(
        result,
        "/id/0",
        "the result has no `/id/0`: `/id` is a string",
    );
    check_missing("5", "/id", "the result has no `/id`: the whole is a number");
}

#[test]
fn messages_do_not_repeat_what_is_long() {
    let name = "n".repeat(1_000);
    let members: Vec<String> = (0..1_000)
        .map(|index| format!(r#""{index}{name}":1"#))
        .collect();
    let result = Content::json(format!("{{{}}}", members.join(",")));
    let error = resolve(&result, &format!("/{name}"), usize::MAX).unwrap_err();
    assert!(error.len() < 3_000 && error.contains("…"), "{error}");
}

#[test]
fn a_plain_text_is_a_string_and_has_no_parts() {
    let text = Content::plain("{\"id\": 1}");
    assert_eq!(resolve(&text, "", 100).as_deref(), Ok(r#""{\"id\": 1}""#));
    assert_eq!(
        resolve(&text, "/id", 100),
        Err("the result has no `/id`: it is a plain text, which is taken as a whole".to_owned())
    );
}

#[test]
fn files_and_several_parts_are_no_values() {
    let image = Part::image("image/png", b"\x89PNG\r\n\x1a\n").unwrap();
    assert_eq!(
        resolve(&Content::from(image.clone()), "", 100).unwrap_err(),
        "the result is a file, [image/png, 8 bytes], and a reference takes JSON or a text"
    );
    let both = Content::from_parts([Part::json("1"), image]);
    assert_eq!(
        resolve(&both, "", 100).unwrap_err(),
        "the result has 2 parts, and a reference takes one JSON value or one text"
    );
}

#[test]
fn a_value_is_bounded_in_size() {
    let error = Err("that part of the result has 7 bytes, and a reference stands for 6 at most: point at a smaller part".to_owned());
    let json = Content::json(r#"{"a":"12345","b":1}"#);
    assert_eq!(resolve(&json, "/a", 7).as_deref(), Ok("\"12345\""));
    assert_eq!(resolve(&json, "/a", 6), error);
    assert_eq!(
        resolve(&json, "/b", 1).as_deref(),
        Ok("1"),
        "the limit is on the part"
    );
    let plain = Content::plain("12345");
    assert_eq!(resolve(&plain, "", 7).as_deref(), Ok("\"12345\""));
    assert_eq!(resolve(&plain, "", 6), error);
    assert!(resolve(&Content::plain("1234567"), "", 6).is_err());
}

#[test]
fn what_a_tool_calls_json_must_be_one_value() {
    for text in [
        "",
        "{\"id\":1",
        "1,\"amount\":5",
        "1} {",
        r#"[{"a":1,"a":2}]"#,
    ] {
        for path in ["", "/id", "/0"] {
            let error = resolve(&Content::json(text), path, 100).unwrap_err();
            assert!(
                error.starts_with("the result cannot be read as JSON: "),
                "{error}"
            );
        }
    }
}

/// Paths to values of a document, and to nothing.
fn paths(value: &Json<'_>) -> Vec<String> {
    fn walk(value: &Json<'_>, here: &str, paths: &mut Vec<String>) {
        paths.push(here.to_owned());
        paths.extend(["", "0", "-", "01", "a", "~0"].map(|name| format!("{here}/{name}")));
        match value {
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{here}/{index}"), paths);
                }
            }
            Json::Object(members) => {
                for (name, value) in members {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    walk(value, &format!("{here}/{name}"), paths);
                }
            }
            _ => {}
        }
    }
    let mut paths = Vec::new();
    walk(value, "", &mut paths);
    paths
}

proptest! {
    #[test]
    fn serde_json_finds_the_same(value in json(), seed: u64, picks: [proptest::sample::Index; 24]) {
        let text = spelled(&value, seed);
        let oracle: serde_json::Value = serde_json::from_str(&text).unwrap();
        let result = Content::json(text);
        let paths = paths(&value);
        for path in picks.iter().map(|pick| pick.get(&paths)) {
            let found = resolve(&result, path, usize::MAX);
            match oracle.pointer(path) {
                Some(expected) => {
                    let found: serde_json::Value = serde_json::from_str(&found.unwrap()).unwrap();
                    prop_assert_eq!(&found, expected, "{}", path);
                }
                None => prop_assert!(found.is_err(), "{path}"),
            }
        }
    }
}
