//! Values without parts: texts, numbers, and what an unknown type may be.

use std::borrow::Cow;

use super::size;
use crate::definition::number::{compare, whole};
use crate::definition::range::range_of;
use crate::definition::structure::Kinds;
use crate::json::Json;

/// The longest text that is made to see whether a type takes one as long as its schema says.
const LONGEST: usize = 4096;

/// The kinds of value to make; of a schema that names no type those that its keywords are about.
pub(super) fn kinds(schema: &Json<'_>) -> Kinds {
    let declared = Kinds::declared(schema);
    if declared != Kinds::ALL {
        return declared;
    }
    let has = |keywords: &[&str]| keywords.iter().any(|keyword| schema.get(keyword).is_some());
    if has(&["properties", "required", "additionalProperties"]) {
        Kinds::OBJECT
    } else if has(&["items", "prefixItems"]) {
        Kinds::ARRAY
    } else if has(&["pattern", "format", "minLength", "maxLength"]) {
        Kinds::STRING
    } else {
        Kinds::ALL
    }
}

/// Values for a schema that accepts all of them.
pub(super) fn anything() -> Vec<Json<'static>> {
    vec![
        text("text"),
        number("1"),
        Json::Bool(true),
        Json::Null,
        Json::Array(vec![number("1"), text("text")]),
        Json::Object(vec![("key".into(), text("text"))]),
    ]
}

fn text(text: impl Into<Cow<'static, str>>) -> Json<'static> {
    Json::String(text.into())
}

fn number(number: impl Into<Cow<'static, str>>) -> Json<'static> {
    Json::Number(number.into())
}

/// Texts of a format, or of each length.
///
/// # Errors
///
/// Why none can be made.
pub(super) fn texts(schema: &Json<'_>) -> Result<Vec<Json<'static>>, String> {
    if let Some(pattern) = schema.get("pattern").and_then(Json::as_str) {
        return Err(format!(
            "texts that match `{pattern}` are taken from `examples`, and there are none"
        ));
    }
    if let Some(format) = schema.get("format").and_then(Json::as_str) {
        let known = of_format(format)
            .ok_or_else(|| format!("no text is known that has the format `{format}`"))?;
        return Ok(known.iter().map(|known| text(*known)).collect());
    }
    let (shortest, longest) = (
        size(schema, "minLength").unwrap_or(0),
        size(schema, "maxLength"),
    );
    if shortest > LONGEST {
        return Err(format!("a text of {shortest} characters is not tried"));
    }
    let usual = "text";
    let length = usual
        .len()
        .clamp(shortest, longest.unwrap_or(LONGEST).max(shortest));
    let lengths = [
        Some(length),
        Some(shortest),
        longest.filter(|longest| *longest <= LONGEST),
    ];
    let of_length = |length: usize| usual.chars().cycle().take(length).collect::<String>();
    Ok(lengths
        .into_iter()
        .flatten()
        .map(|length| text(of_length(length)))
        .collect())
}

/// Texts of a format that every type with this format in its schema reads: those of chrono, jiff, uuid, url and std.
fn of_format(format: &str) -> Option<&'static [&'static str]> {
    Some(match format {
        "date-time" => &["2024-02-29T12:30:00Z", "2024-02-29T23:59:59.123456+05:30"],
        "partial-date-time" => &["2024-02-29T12:30:00", "2024-02-29T23:59:59.123456"],
        "zoned-date-time" => &["2024-02-29T12:30:00+01:00[+01:00]"],
        "date" => &["2024-02-29", "1969-12-31"],
        "time" => &["12:30:00Z", "23:59:59.123456+05:30"],
        "partial-time" => &["12:30:00", "23:59:59.123456"],
        "duration" => &["PT1H30M", "PT0S"],
        "uuid" => &[
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "00000000-0000-0000-0000-000000000000",
        ],
        "uri" | "iri" => &["https://example.com/a?b=c#d", "http://127.0.0.1:8080/"],
        "email" => &["name@example.com", "first.last+tag@mail.example.org"],
        "hostname" => &["example.com"],
        "ipv4" => &["127.0.0.1"],
        "ipv6" => &["::1", "2001:db8::8a2e:370:7334"],
        "ip" => &["127.0.0.1", "::1"],
        _ => return None,
    })
}

/// Integers: the usual ones, and the ends of the range.
pub(super) fn integers(schema: &Json<'_>) -> Vec<Json<'static>> {
    let range = schema
        .get("format")
        .and_then(Json::as_str)
        // The size of these two is the platform's, at least this.
        .map(|format| match format {
            "int" => "int32",
            "uint" => "uint32",
            other => other,
        })
        .and_then(range_of);
    let given = |keyword: &str| schema.get(keyword).and_then(digits);
    let next = |keyword: &str, step: i128| {
        let bound = given(keyword)?.parse::<i128>().ok()?;
        Some(bound.checked_add(step)?.to_string())
    };
    let lowest = [
        given("minimum"),
        next("exclusiveMinimum", 1),
        range.map(|(lowest, _)| lowest.to_owned()),
    ];
    let highest = [
        given("maximum"),
        next("exclusiveMaximum", -1),
        range.map(|(_, highest)| highest.to_owned()),
    ];
    let by_size = |one: &String, other: &String| compare(one, other);
    let lowest = lowest.into_iter().flatten().max_by(by_size);
    let highest = highest.into_iter().flatten().min_by(by_size);
    let step = given("multipleOf");
    let multiples = multiples(step.as_deref(), lowest.as_deref(), highest.as_deref());
    let usual = ["1", "0", "-1"].map(str::to_owned);
    let ends = lowest.iter().chain(&highest).cloned();
    let candidates = usual.into_iter().chain(ends).chain(multiples);
    let is_within = |integer: &String| {
        lowest
            .as_ref()
            .is_none_or(|lowest| compare(integer, lowest).is_ge())
            && highest
                .as_ref()
                .is_none_or(|highest| compare(integer, highest).is_le())
    };
    candidates.filter(is_within).map(number).collect()
}

/// A step itself, and its multiples that are closest to the ends of the range.
fn multiples(step: Option<&str>, lowest: Option<&str>, highest: Option<&str>) -> Vec<String> {
    let integer = |text: Option<&str>| text?.parse::<i128>().ok();
    let Some(step) = integer(step).filter(|step| *step > 0) else {
        return Vec::new();
    };
    let up = integer(lowest).and_then(|lowest| {
        let missing = (step - lowest.rem_euclid(step)) % step;
        lowest.checked_add(missing)
    });
    let down = integer(highest).and_then(|highest| highest.checked_sub(highest.rem_euclid(step)));
    let found = [Some(step), up, down].into_iter().flatten();
    found.map(|multiple| multiple.to_string()).collect()
}

/// Numbers: the usual ones, the ends of the range and what is between and next to them.
pub(super) fn numbers(schema: &Json<'_>) -> Vec<Json<'static>> {
    let bound = |keyword: &str| match schema.get(keyword) {
        Some(Json::Number(bound)) => Some(bound.to_string()),
        _ => None,
    };
    let keywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
    let bounds: Vec<String> = keywords.into_iter().filter_map(bound).collect();
    let mut candidates: Vec<String> = ["1.5", "1", "0", "-1.5"].map(str::to_owned).to_vec();
    candidates.extend(bounds.iter().cloned());
    let ends: Vec<f64> = bounds
        .iter()
        .filter_map(|bound| bound.parse().ok())
        .collect();
    if let [one, other] = *ends {
        candidates.push(f64::midpoint(one, other).to_string());
    }
    candidates.extend(
        ends.iter()
            .flat_map(|end| [end + 1.0, end - 1.0])
            .map(|near| near.to_string()),
    );
    candidates.extend(bound("multipleOf"));
    candidates.into_iter().map(number).collect()
}

/// The digits of a number that is an integer.
fn digits(number: &Json<'_>) -> Option<String> {
    match number {
        Json::Number(number) => Some(whole(number)?.into_owned()),
        _ => None,
    }
}
