//! JSON arguments as models spell them: one meaning, many texts.

use std::fmt::Write as _;

use serde_json::Value;

use crate::shop::generator::Rng;

/// How a model sets its JSON.
#[derive(Debug, Clone, Copy)]
enum Layout {
    /// `{"a":1,"b":2}`
    Compact,
    /// `{"a": 1, "b": 2}`
    Spaced,
    /// One member a line.
    Lines,
}

/// Spells an object of the `given` members and, or not, of the `spare` ones, which change nothing.
pub(super) fn spell(rng: &mut Rng, given: &[(&str, Value)], spare: &[(&str, Value)]) -> String {
    let mut members: Vec<_> = given.iter().collect();
    members.extend(spare.iter().filter(|_| rng.chance(40)));
    if rng.chance(30) {
        rng.shuffle(&mut members);
    }
    let layout = *rng.pick(&[Layout::Compact, Layout::Spaced, Layout::Lines]);
    let (open, colon, comma, close) = match layout {
        Layout::Compact => ("{", ":", ",", "}"),
        Layout::Spaced => ("{", ": ", ", ", "}"),
        Layout::Lines => ("{\n  ", ": ", ",\n  ", "\n}"),
    };
    if members.is_empty() {
        return "{}".to_owned();
    }
    // Some models write non-ASCII text as it is, some escape it.
    let escape = rng.chance(50);
    let mut text = String::from(open);
    for (position, (name, value)) in members.into_iter().enumerate() {
        if position > 0 {
            text.push_str(comma);
        }
        let value = scalar(value, rng);
        let value = if escape { ascii(&value) } else { value };
        let _ = write!(text, "\"{name}\"{colon}{value}");
    }
    text.push_str(close);
    text
}

/// A scalar; a float without a fraction is written as `60` or `60.0`.
fn scalar(value: &Value, rng: &mut Rng) -> String {
    let text = value.to_string();
    match text.strip_suffix(".0") {
        Some(whole) if value.is_f64() && rng.chance(50) => whole.to_owned(),
        _ => text,
    }
}

fn ascii(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => escaped.push(char::from(byte)),
            _ => {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn one_meaning_has_many_spellings() {
        let given = [("query", json!("crème")), ("max_price", json!(60.0))];
        let mut rng = Rng::new(1);
        let texts: BTreeSet<String> = (0..200).map(|_| spell(&mut rng, &given, &[])).collect();
        assert!(texts.len() > 10, "only {} spellings", texts.len());
        for text in texts {
            let read: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read["query"], "crème", "{text}");
            assert_eq!(read["max_price"].as_f64(), Some(60.0), "{text}");
            assert_eq!(read.as_object().unwrap().len(), 2, "{text}");
        }
    }

    #[test]
    fn spare_members_come_and_go() {
        let given = [("id", json!("A-1"))];
        let spare = [("limit", json!(10))];
        let mut rng = Rng::new(1);
        let texts: Vec<String> = (0..100).map(|_| spell(&mut rng, &given, &spare)).collect();
        let with = texts.iter().filter(|text| text.contains("limit")).count();
        assert!((20..60).contains(&with), "{with} of 100");
    }
}
