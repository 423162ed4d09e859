//! What is read, and what is refused and where.

use std::time::{Duration, Instant};

use super::*;

fn parse(text: &str) -> Json<'_> {
    Json::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = Json::parse(text).expect_err(text);
    assert_eq!(error.to_string(), expected, "for {text:?}");
}

#[test]
fn every_kind_of_value_is_read_as_written() {
    let text = r#" {"z": [null, true, false], "a": "A-1", "n": -0.50e+1, "o": {}, "l": []} "#;
    let value = parse(text);
    let members = value.as_object().unwrap();
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_ref()).collect();
    assert_eq!(names, ["z", "a", "n", "o", "l"]);
    let words = value.get("z").and_then(Json::as_array).unwrap();
    assert_eq!(words, [Json::Null, Json::Bool(true), Json::Bool(false)]);
    assert_eq!(value.get("a").and_then(Json::as_str), Some("A-1"));
    assert_eq!(value.get("n"), Some(&Json::Number("-0.50e+1".into())));
    assert_eq!(value.get("o"), Some(&Json::Object(Vec::new())));
    assert_eq!(value.get("absent"), None);
    assert_eq!(Json::Null.get("a"), None);
    assert_eq!(value.as_str(), None);
    assert_eq!(value.as_array(), None);
    assert_eq!(value.clone().into_owned(), value);
}

#[test]
fn numbers_keep_every_digit() {
    let long = "1234567890".repeat(50);
    for number in [
        "0",
        "-0",
        "9007199254740993",
        "18446744073709551616",
        "1.10",
        "1E5",
        "1e-400",
        &long,
    ] {
        assert_eq!(parse(number), Json::Number(number.into()));
    }
}

#[test]
fn plain_text_is_borrowed_and_escapes_are_resolved() {
    assert!(matches!(
        parse(r#""plain é 😂""#),
        Json::String(Cow::Borrowed("plain é 😂"))
    ));
    let escapes = parse(r#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE02 end""#);
    assert_eq!(escapes.as_str(), Some("\"\\/\u{8}\u{c}\n\r\tAé€😂 end"));
}

#[test]
fn kinds_have_their_article() {
    let kinds = ["null", "false", "1", "\"\"", "[]", "{}"].map(|text| parse(text).kind_name());
    let expected = [
        "null",
        "a boolean",
        "a number",
        "a string",
        "an array",
        "an object",
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, expected) in [
        ("", "line 1, column 1: the text is empty"),
        (" \n\t", "line 1, column 1: the text is empty"),
        (
            "\u{feff}{}",
            "line 1, column 1: the text begins with a byte order mark",
        ),
        (
            "{\"order_id\" 5}",
            "line 1, column 13: expected `:` after the member name `order_id`",
        ),
        (
            "{\"a\": 1,\n \"é\": \"x\" \"b\"}",
            "line 2, column 11: expected `,` or `}` after the member `é`",
        ),
        (
            "{'a': 1}",
            "line 1, column 2: expected a member name in double quotes, found `'`",
        ),
        (
            "{a: 1}",
            "line 1, column 2: expected a member name in double quotes, found `a`",
        ),
        (
            "{,}",
            "line 1, column 2: expected a member name in double quotes, found `,`",
        ),
        (
            "{\"a\": 1,}",
            "line 1, column 8: the last comma has nothing after it",
        ),
        (
            "[1, ]",
            "line 1, column 3: the last comma has nothing after it",
        ),
        ("[1 2]", "line 1, column 4: expected `,` or `]`, found `2`"),
        ("[,]", "line 1, column 2: expected a value, found `,`"),
        ("[1}", "line 1, column 3: expected `,` or `]`, found `}`"),
        ("{\"a\": }", "line 1, column 7: expected a value, found `}`"),
        ("// no\n{}", "line 1, column 1: expected a value, found `/`"),
        ("NaN", "line 1, column 1: expected a value, found `N`"),
        (
            "\u{7}",
            "line 1, column 1: expected a value, found `\\u{7}`",
        ),
        ("[nul]", "line 1, column 2: expected `null`"),
        ("True", "line 1, column 1: expected a value, found `T`"),
        (
            "{} {}",
            "line 1, column 4: there is more text after the value",
        ),
        (
            "nullx",
            "line 1, column 5: there is more text after the value",
        ),
    ] {
        check_refused(text, expected);
    }
}

#[test]
fn malformed_strings_are_told_with_their_place() {
    for (text, expected) in [
        ("\"abc", "line 1, column 5: the text ends inside a string"),
        ("\"abc\\", "line 1, column 6: the text ends inside a string"),
        ("\"\\u12", "line 1, column 6: the text ends inside a string"),
        (
            "\"a\tb\"",
            "line 1, column 3: the control character U+0009 in a string must be written as an escape",
        ),
        ("\"\\x41\"", "line 1, column 3: `\\x` is not an escape"),
        ("\"\\é\"", "line 1, column 3: `\\é` is not an escape"),
        (
            "\"\\u12g4\"",
            "line 1, column 4: expected four hexadecimal digits after `\\u`",
        ),
        (
            "\"\\u+123\"",
            "line 1, column 4: expected four hexadecimal digits after `\\u`",
        ),
        (
            "\"\\ud83d\"",
            "line 1, column 4: `\\ud83d` is half of a surrogate pair",
        ),
        (
            "\"\\ude02\"",
            "line 1, column 4: `\\ude02` is half of a surrogate pair",
        ),
        (
            "\"\\ud83d\\u0041\"",
            "line 1, column 4: `\\ud83d` is half of a surrogate pair",
        ),
        (
            "\"\\ud83d\\n\"",
            "line 1, column 4: `\\ud83d` is half of a surrogate pair",
        ),
    ] {
        check_refused(text, expected);
    }
}

#[test]
fn malformed_numbers_are_told_with_their_place() {
    let huge = format!("{}.0", "9".repeat(400));
    for (text, expected) in [
        ("01", "line 1, column 1: a number has no leading zeros"),
        ("-01", "line 1, column 2: a number has no leading zeros"),
        ("[1.]", "line 1, column 4: expected a digit"),
        ("[1.e1]", "line 1, column 4: expected a digit"),
        ("[-]", "line 1, column 3: expected a digit"),
        ("[1e+]", "line 1, column 5: expected a digit"),
        ("1e", "line 1, column 3: the text ends inside a number"),
        ("-", "line 1, column 2: the text ends inside a number"),
        ("+1", "line 1, column 1: expected a value, found `+`"),
        (".5", "line 1, column 1: expected a value, found `.`"),
        ("[0x1]", "line 1, column 3: expected `,` or `]`, found `x`"),
        ("[1e400]", "line 1, column 2: number out of range"),
        ("-1e309", "line 1, column 1: number out of range"),
        (&huge, "line 1, column 1: number out of range"),
    ] {
        check_refused(text, expected);
    }
}

#[test]
fn a_text_that_ends_early_says_inside_what() {
    for (text, what) in [
        ("{", "an object"),
        ("{\"a\"", "an object"),
        ("{\"a\":", "an object"),
        ("{\"a\":1", "an object"),
        ("{\"a\":1,", "an object"),
        ("[", "an array"),
        ("[1", "an array"),
        ("[1, ", "an array"),
        ("[{\"a\": \"", "a string"),
    ] {
        let error = Json::parse(text).expect_err(text);
        assert_eq!(error.position(), text.len(), "for {text:?}");
        let ending = format!(": the text ends inside {what}");
        assert!(
            error.to_string().ends_with(&ending),
            "for {text:?}: {error}"
        );
    }
}

#[test]
fn a_duplicate_member_is_refused_at_its_second_name() {
    check_refused(
        r#"{"a": 1, "b": 2, "a": 3}"#,
        "line 1, column 18: the member `a` is given twice",
    );
    check_refused(
        r#"[{"x": {"a": 1, "\u0061": 1}}]"#,
        "line 1, column 17: the member `a` is given twice",
    );
    assert_eq!(
        parse(r#"[{"a": 1}, {"a": {"a": 1}}]"#)
            .as_array()
            .map(<[_]>::len),
        Some(2)
    );
}

#[test]
fn a_duplicate_is_found_among_many_members() {
    for count in [2_usize, 15, 16, 17, 18, 40, 500] {
        for (first, second) in [(0, count - 1), (count / 2, count - 1), (0, 1)] {
            let name = |index: usize| if index == second { first } else { index };
            let members: Vec<_> = (0..count)
                .map(|index| format!("\"m{}\":{index}", name(index)))
                .collect();
            let text = format!("{{{}}}", members.join(","));
            if first == second {
                continue;
            }
            let error = Json::parse(&text).expect_err(&text);
            let place = 1 + members[..second]
                .iter()
                .map(|member| member.len() + 1)
                .sum::<usize>();
            assert_eq!(error.position(), place, "{count} members: {error}");
            assert!(
                error
                    .to_string()
                    .ends_with(&format!("`m{first}` is given twice"))
            );
        }
    }
}

#[test]
fn of_several_duplicates_the_first_is_told() {
    let members: Vec<_> = (0..30).map(|index| format!("\"m{index:02}\":1")).collect();
    let text = format!("{{{},\"m29\":2,\"m01\":2}}", members.join(","));
    let error = Json::parse(&text).expect_err(&text);
    assert!(
        error.to_string().ends_with("`m29` is given twice"),
        "{error}"
    );
}

#[test]
fn a_name_in_a_message_stays_on_one_line_and_short() {
    let text = format!("{{\"a\\n\\\"{}\" 1}}", "x".repeat(1000));
    let message = Json::parse(&text).expect_err("no colon").to_string();
    assert!(message.contains("`a\\n\"xxx"), "{message}");
    assert!(message.ends_with("x…`") && message.len() < 200, "{message}");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize, open: &str, close: &str| {
        format!("{}1{}", open.repeat(depth), close.repeat(depth))
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[ {\"a\" : ", "} ]")] {
        let level = 128 / (open.matches(['[', '{']).count());
        assert!(Json::parse(&nested(level, open, close)).is_ok());
        let error = Json::parse(&nested(level + 1, open, close)).expect_err("one too deep");
        assert!(
            error.to_string().ends_with(": nested more than 128 deep"),
            "{error}"
        );
    }
    // What only opens is refused as soon, however long it is.
    assert_eq!(
        Json::parse(&"[".repeat(1_000_000))
            .expect_err("too deep")
            .position(),
        128
    );
    // Closed levels do not count.
    assert!(Json::parse(&format!("[{}[]]", "[],".repeat(1000))).is_ok());
}

#[test]
fn members_have_their_exact_text() {
    let text =
        "\n{ \"id\" : 9007199254740993 ,\"o\\u0064\": [ 1, {\"a\" :2 } ]\t, \"s\": \"\\u0041\" }\n";
    let found = members(text).unwrap();
    let seen: Vec<_> = found
        .iter()
        .map(|member| (member.name.as_ref(), member.text))
        .collect();
    assert_eq!(
        seen,
        [
            ("id", "9007199254740993"),
            ("od", "[ 1, {\"a\" :2 } ]"),
            ("s", "\"\\u0041\"")
        ]
    );
    assert_eq!(members(" {} ").unwrap(), []);
}

#[test]
fn members_are_those_of_an_object() {
    for (text, expected) in [
        ("[]", "line 1, column 1: expected an object, found an array"),
        (
            "  \"a\"",
            "line 1, column 3: expected an object, found a string",
        ),
        ("null", "line 1, column 1: expected an object, found null"),
        ("", "line 1, column 1: the text is empty"),
        (
            "{} x",
            "line 1, column 4: there is more text after the value",
        ),
        ("[1", "line 1, column 3: the text ends inside an array"),
        (
            "{\"a\":1,\"a\":2}",
            "line 1, column 8: the member `a` is given twice",
        ),
    ] {
        assert_eq!(
            members(text).expect_err(text).to_string(),
            expected,
            "for {text:?}"
        );
    }
}

#[test]
fn written_strings_have_the_fewest_escapes() {
    let mut out = Vec::new();
    write_string(
        "\"\\/\u{8}\t\n\u{c}\r\u{0}\u{1f}\u{7f}<é😂\u{2028}",
        &mut out,
    );
    let expected = "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}<é😂\u{2028}\"";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

/// Quadratic work on any of these would take minutes.
#[test]
fn a_megabyte_takes_linear_time() {
    let members: Vec<_> = (0..60_000_u32)
        .rev()
        .map(|index| format!("\"member {index}\":1"))
        .collect();
    let duplicate = format!("{{{},{}}}", members.join(","), members[0]);
    let texts = [
        format!("{{{}}}", members.join(",")),
        format!("[{}1]", "12345,".repeat(200_000)),
        format!("\"{}\"", "\\n\\u00e9x".repeat(120_000)),
        format!("\"{}\"", "x".repeat(1_200_000)),
        "9".repeat(1_200_000),
        format!("0.{}", "9".repeat(1_200_000)),
        format!("[{}0]", "[[[[{\"a\":[]}]]]],".repeat(70_000)),
        " ".repeat(1_200_000) + "1",
        "\n".repeat(1_200_000) + "x",
    ];
    let started = Instant::now();
    for text in &texts {
        assert!(text.len() > 1_000_000);
        assert_eq!(Json::parse(text).is_ok(), !text.ends_with('x'));
    }
    assert!(Json::parse(&duplicate).is_err());
    assert!(started.elapsed() < Duration::from_secs(20));
}
