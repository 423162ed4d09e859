//! What changed between the committed definitions and the present ones, by tool and JSON path.

use crate::json::Json;

/// How much of a value a line shows.
const SHOWN: usize = 120;

/// A line for each place where the two dumps differ.
pub(super) fn compare(committed: &str, present: &str) -> Vec<String> {
    if committed == present {
        return Vec::new();
    }
    let (before, after) = match (Json::parse(committed), Json::parse(present)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(error), _) => return vec![format!("the committed file is not JSON: {error}")],
        (_, Err(error)) => return vec![format!("the dump is not JSON: {error}")],
    };
    let mut lines = Vec::new();
    let (old, new) = (tools(&before), tools(&after));
    for (name, _) in &old {
        if !new.iter().any(|(other, _)| other == name) {
            lines.push(format!("the tool `{name}` is gone"));
        }
    }
    for (name, definition) in &new {
        match old.iter().find(|(other, _)| other == name) {
            None => lines.push(format!("the tool `{name}` is new")),
            Some((_, before)) => values(
                &format!("the tool `{name}` drifted at "),
                "",
                before,
                definition,
                &mut lines,
            ),
        }
    }
    if lines.is_empty() {
        lines.push("the file has the same tools in another layout".to_owned());
    }
    lines
}

/// The definitions of a dump, by the tools' names.
fn tools<'j>(dump: &'j Json<'j>) -> Vec<(&'j str, &'j Json<'j>)> {
    let tools = dump
        .get("tools")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let named = tools.iter().filter_map(|tool| {
        let definition = tool.get("definition")?;
        let name = definition
            .get("name")
            .or_else(|| definition.get("function")?.get("name"))?;
        Some((name.as_str()?, definition))
    });
    named.collect()
}

fn values(subject: &str, path: &str, before: &Json<'_>, after: &Json<'_>, lines: &mut Vec<String>) {
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => {
            let count = lines.len();
            for (name, value) in new {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                match before.get(name) {
                    None => lines.push(format!("{subject}{path}: added {}", show(value))),
                    Some(before) => values(subject, &path, before, value, lines),
                }
            }
            for (name, value) in old.iter().filter(|(name, _)| after.get(name).is_none()) {
                lines.push(format!("{subject}{path}/{name}: removed {}", show(value)));
            }
            let same_order = old
                .iter()
                .map(|(name, _)| name)
                .eq(new.iter().map(|(name, _)| name));
            if lines.len() == count && !same_order {
                lines.push(format!(
                    "{subject}{path}: the same members in another order"
                ));
            }
        }
        (Json::Array(old), Json::Array(new)) if old.len() == new.len() => {
            for (index, (before, after)) in old.iter().zip(new).enumerate() {
                values(subject, &format!("{path}/{index}"), before, after, lines);
            }
        }
        (before, after) if before == after => {}
        (before, after) => {
            let (before, after) = show_both(before, after);
            lines.push(format!("{subject}{path}: was {before}, is {after}"));
        }
    }
}

fn show(value: &Json<'_>) -> String {
    cut(&text(value), 0)
}

/// Both values, from a little before the first place where they differ.
fn show_both(before: &Json<'_>, after: &Json<'_>) -> (String, String) {
    let (before, after) = (text(before), text(after));
    let same = before
        .chars()
        .zip(after.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let start = same.saturating_sub(SHOWN / 3);
    (cut(&before, start), cut(&after, start))
}

fn text(value: &Json<'_>) -> String {
    let mut out = Vec::new();
    crate::canonical::write(value, &crate::canonical::Shape::Any, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// So much of a text as a line shows, from this character on.
fn cut(text: &str, start: usize) -> String {
    let shown: String = text.chars().skip(start).take(SHOWN).collect();
    let (before, after) = (start > 0, text.chars().count() > start + SHOWN);
    format!(
        "{}{shown}{}",
        if before { "…" } else { "" },
        if after { "…" } else { "" }
    )
}

#[cfg(test)]
mod tests {
    use super::compare;

    fn dump(tools: &str) -> String {
        format!(r#"{{"provider":"anthropic","fingerprint":"0","tools":[{tools}]}}"#)
    }

    fn check(before: &str, after: &str, lines: &[&str]) {
        assert_eq!(compare(&dump(before), &dump(after)), lines);
    }

    const ORDER: &str = r#"{"definition":{"name":"order","description":"Look up.","input_schema":{"properties":{"a":{},"b":{}},"required":["a"]}}}"#;

    #[test]
    fn the_same_has_no_drift() {
        check(ORDER, ORDER, &[]);
    }

    #[test]
    fn each_place_is_named() {
        check(
            ORDER,
            &ORDER.replace("Look up.", "Find."),
            &["the tool `order` drifted at /description: was \"Look up.\", is \"Find.\""],
        );
        check(
            ORDER,
            &ORDER.replace(r#""a":{},"b":{}"#, r#""b":{},"a":{}"#),
            &[
                "the tool `order` drifted at /input_schema/properties: the same members in another order",
            ],
        );
        check(
            ORDER,
            &ORDER
                .replace(r#""b":{}"#, r#""c/d":{"type":"string"}"#)
                .replace(r#"["a"]"#, r#"["a","c"]"#),
            &[
                "the tool `order` drifted at /input_schema/properties/c~1d: added {\"type\":\"string\"}",
                "the tool `order` drifted at /input_schema/properties/b: removed {}",
                "the tool `order` drifted at /input_schema/required: was [\"a\"], is [\"a\",\"c\"]",
            ],
        );
    }

    #[test]
    fn a_long_value_is_shown_where_it_differs() {
        let long = |end: &str| ORDER.replace("Look up.", &format!("{}{end}", "word ".repeat(100)));
        let lines = compare(&dump(&long("old")), &dump(&long("new")));
        let words = "word ".repeat(8);
        assert_eq!(
            lines,
            [format!(
                "the tool `order` drifted at /description: was …{words}old\", is …{words}new\""
            )]
        );
    }

    #[test]
    fn tools_come_and_go() {
        let other = r#"{"definition":{"type":"function","function":{"name":"refund"}}}"#;
        check(
            ORDER,
            &format!("{ORDER},{other}"),
            &["the tool `refund` is new"],
        );
        check(
            &format!("{ORDER},{other}"),
            other,
            &["the tool `order` is gone"],
        );
    }

    #[test]
    fn a_broken_file_is_said_to_be_broken() {
        let lines = compare("{", &dump(ORDER));
        assert!(
            lines.len() == 1
                && lines[0].starts_with("the committed file is not JSON: line 1, column 2"),
            "{lines:?}"
        );
        let lines = compare(
            &dump(ORDER).replace(",\"tools\"", ",\n\"tools\""),
            &dump(ORDER),
        );
        assert_eq!(lines, ["the file has the same tools in another layout"]);
    }
}
