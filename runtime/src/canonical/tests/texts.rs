//! Strings, names and layout: every spelling of the same text, and what is refused.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::check;
use crate::canonical::canonicalize;

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = canonicalize(text).expect_err(text).to_string();
    assert!(error.ends_with(expected), "for {text:?}: {error}");
}

/// The shortest text that a character can have in a string.
fn canonical_character(character: char) -> String {
    match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\t' => "\\t".to_owned(),
        '\n' => "\\n".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\r' => "\\r".to_owned(),
        control if control < ' ' => format!("\\u{:04x}", u32::from(control)),
        other => other.to_string(),
    }
}

#[test]
fn every_escape_of_four_digits() {
    for unit in 0..=u16::MAX {
        let Some(character) = char::from_u32(u32::from(unit)) else {
            // Half of a pair, alone, before a character, and before another of its half.
            for after in ["", "x", "\\n", &format!("\\u{:04x}", unit & 0xFC00)] {
                check_refused(
                    &format!("\"\\u{unit:04x}{after}\""),
                    " is half of a surrogate pair",
                );
            }
            continue;
        };
        let expected = format!("\"{}\"", canonical_character(character));
        check(&format!("\"\\u{unit:04x}\""), &expected);
        check(&format!("\"\\u{unit:04X}\""), &expected);
        if character >= ' ' && !matches!(character, '"' | '\\') {
            check(&format!("\"{character}\""), &expected);
        } else if character < ' ' {
            check_refused(
                &format!("\"{character}\""),
                " in a string must be written as an escape",
            );
        }
    }
}

#[test]
fn every_surrogate_pair() {
    for character in ('\u{10000}'..=char::MAX).step_by(7).chain([char::MAX]) {
        let mut units = [0; 2];
        character.encode_utf16(&mut units);
        let [high, low] = units;
        let expected = format!("\"{character}\"");
        check(&format!("\"\\u{high:04x}\\u{low:04X}\""), &expected);
        check(&expected, &expected);
        check_refused(
            &format!("\"\\u{low:04x}\\u{high:04x}\""),
            " is half of a surrogate pair",
        );
    }
}

#[test]
fn every_escape_of_one_letter() {
    for letter in '\0'..='\u{ff}' {
        let text = format!("\"\\{letter}\"");
        let meant = match letter {
            '"' | '\\' | '/' => Some(letter),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            _ => None,
        };
        match meant {
            Some(meant) => check(&text, &format!("\"{}\"", canonical_character(meant))),
            None => assert!(canonicalize(&text).is_err(), "{text:?}"),
        }
    }
}

#[test]
fn text_is_not_normalised() {
    // One é and another; a ligature and its letters; a letter in two widths; a line separator; no characters at all.
    for (one, other) in [
        ("\u{e9}", "e\u{301}"),
        ("\u{fb01}", "fi"),
        ("\u{212b}", "\u{c5}"),
        ("\u{ff21}", "A"),
        ("a", "A"),
        ("a", "a "),
        ("", "\u{200b}"),
        ("a", "a\u{0}"),
        ("\u{2028}", "\n"),
        ("\u{feff}a", "a"),
    ] {
        let form =
            |text: &str| canonicalize(&format!("{{\"a\":{}}}", serde_json::json!(text))).unwrap();
        assert_ne!(form(one), form(other), "{one:?} {other:?}");
    }
    check(
        "\"\u{fffe}\u{ffff}\u{feff}\u{2028}\u{7f}\u{80}\"",
        "\"\u{fffe}\u{ffff}\u{feff}\u{2028}\u{7f}\u{80}\"",
    );
}

#[test]
fn names_are_sorted_by_what_they_mean_in_utf_16() {
    // The same names, written plainly and as escapes: the order is theirs and not that of the text.
    let plain = "{\"\u{1d306}\":1,\"\u{fb33}\":2,\"\\u0000\":3,\"~\":4,\"\":5,\"\u{80}\":6,\"\\\"\":7,\"aa\":8,\"a\":9,\"\u{ffff}\":10,\"\u{10ffff}\":11,\"B\":12}";
    let escaped = r#"{"\ud834\udf06":1,"\uFB33":2,"\u0000":3,"\u007e":4,"":5,"\u0080":6,"\u0022":7,"\u0061a":8,"\u0061":9,"\uffff":10,"\udbff\udfff":11,"\u0042":12}"#;
    let expected = "{\"\":5,\"\\u0000\":3,\"\\\"\":7,\"B\":12,\"a\":9,\"aa\":8,\"~\":4,\"\u{80}\":6,\"\u{1d306}\":1,\"\u{10ffff}\":11,\"\u{fb33}\":2,\"\u{ffff}\":10}";
    check(plain, expected);
    check(escaped, expected);
    // At every depth, and without touching arrays.
    check(
        &format!("[{{\"z\":[2,1],\"x\":{plain}}}]"),
        &format!("[{{\"x\":{expected},\"z\":[2,1]}}]"),
    );
}

#[test]
fn a_member_given_twice_is_refused_however_it_is_spelled() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"a":null}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"{"\n":1,"\u000A":1}"#,
        r#"{"/":1,"\/":1}"#,
        r#"{"😂":1,"\ud83d\uDE02":1}"#,
        r#"{"":1,"":2}"#,
        r#"[{"x":{"a":1,"a":1}}]"#,
    ] {
        check_refused(text, " is given twice");
    }
    let many: Vec<_> = (0..100).map(|index| format!("\"{index}\":0")).collect();
    check_refused(
        &format!("{{{},\"\\u0031\\u0037\":0}}", many.join(",")),
        "the member `17` is given twice",
    );
    // Names that only look alike are two.
    check(
        "{\"\u{e9}\":1,\"e\u{301}\":2}",
        "{\"e\u{301}\":2,\"\u{e9}\":1}",
    );
    check(r#"{"a":{"a":{"a":1}}}"#, r#"{"a":{"a":{"a":1}}}"#);
}

#[test]
fn only_the_white_space_of_json_is_none() {
    for space in ["", " ", "\t", "\n", "\r", "\r\n \t\n"] {
        let text = format!(
            "{space}{{{space}\"b\"{space}:{space}[{space}1{space},{space}{{{space}}}{space},{space}[{space}]{space}]{space},{space}\"a\"{space}:{space}\"x\"{space}}}{space}"
        );
        check(&text, r#"{"a":"x","b":[1,{},[]]}"#);
    }
    // Inside of a string it is text.
    check("\" \u{a0} \"", "\" \u{a0} \"");
    for other in [
        "\u{b}", "\u{c}", "\u{a0}", "\u{85}", "\u{2028}", "\u{3000}", "\u{feff}", "\0", "//\n",
        "/**/", "#\n",
    ] {
        for text in [
            format!("{other}[1]"),
            format!("[{other}1]"),
            format!("[1{other}]"),
            format!("[1]{other}"),
        ] {
            assert!(canonicalize(&text).is_err(), "{text:?}");
        }
    }
    check_refused("\u{feff}{}", ": the text begins with a byte order mark");
}

#[test]
fn nothing_may_come_after_the_value() {
    for text in [
        "{}{}",
        "{} {}",
        "[1],",
        "1 2",
        "null null",
        "\"a\"\"b\"",
        "{}\u{0}",
        "{}x",
        "[]]",
        "{}}",
        "1\n1",
        "true false",
    ] {
        check_refused(text, ": there is more text after the value");
    }
    for text in [
        "",
        " ",
        "[",
        "{",
        "\"",
        "{\"a\"",
        "{\"a\":",
        "[1,",
        "tru",
        "nul",
        "-",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{,}",
        "'a'",
        "{a:1}",
        "undefined",
    ] {
        assert!(canonicalize(text).is_err(), "{text:?}");
    }
}

#[test]
fn nesting_is_read_to_a_depth_of_128() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| format!("{}0{}", open.repeat(depth), close.repeat(depth));
        check(&nested(128), &nested(128));
        check_refused(&nested(129), ": nested more than 128 deep");
    }
    let both = |levels: usize| format!("{}[]{}", "[{\"a\":".repeat(levels), "}]".repeat(levels));
    check(&both(63), &both(63));
    check_refused(&format!("[[{}]]", both(63)), ": nested more than 128 deep");
}

proptest! {
    /// Any text, with every character written in any way that there is.
    #[test]
    fn a_text_is_one_however_its_characters_are_spelled(characters: Vec<(char, u8)>) {
        let mut text = String::from("\"");
        let mut expected = text.clone();
        for (character, way) in characters {
            expected.push_str(&canonical_character(character));
            let must_be_escaped = character < ' ' || matches!(character, '"' | '\\');
            match way % 4 {
                0 => for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04x}").unwrap();
                },
                1 => for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04X}").unwrap();
                },
                2 if character == '/' => text.push_str("\\/"),
                _ if must_be_escaped => text.push_str(&canonical_character(character)),
                _ => text.push(character),
            }
        }
        text.push('"');
        expected.push('"');
        check(&text, &expected);
        check(&format!("{{{text}:{text}}}"), &format!("{{{expected}:{expected}}}"));
    }

    #[test]
    fn names_come_out_sorted_as_utf_16(names: std::collections::HashSet<String>) {
        let members: Vec<_> = names.iter().map(|name| format!("{}:0", serde_json::json!(name))).collect();
        let form = canonicalize(&format!("{{{}}}", members.join(","))).unwrap();
        let mut sorted: Vec<_> = names.iter().collect();
        sorted.sort_by_key(|name| name.encode_utf16().collect::<Vec<_>>());
        let sorted = sorted.into_iter().map(|name| name.chars().map(canonical_character).collect::<String>());
        let expected: Vec<_> = sorted.map(|name| format!("\"{name}\":0")).collect();
        assert_eq!(form, format!("{{{}}}", expected.join(",")));
    }
}
