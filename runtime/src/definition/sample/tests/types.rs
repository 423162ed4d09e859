//! Types read what their own schemas promise, and a type that does not is found.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroI8, NonZeroU32};
use std::time::Duration;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::text;
use crate::definition::normal::normal;
use crate::definition::sample::{Samples, samples};

fn samples_of<T: JsonSchema>() -> Samples {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    samples(&normal(schema.to_value(), &[]))
}

/// What a type refuses of what its schema promises.
fn refused<T: JsonSchema + DeserializeOwned>() -> Vec<String> {
    let samples = samples_of::<T>();
    let texts = samples.valid.iter().map(text);
    texts
        .filter(|text| serde_json::from_str::<T>(text).is_err())
        .collect()
}

#[track_caller]
fn check_kept<T: JsonSchema + DeserializeOwned>(at_least: usize) {
    let samples = samples_of::<T>();
    assert_eq!(samples.skipped, [] as [&str; 0]);
    assert!(samples.valid.len() >= at_least, "{:?}", samples.valid);
    for value in &samples.valid {
        let text = text(value);
        if let Err(error) = serde_json::from_str::<T>(&text) {
            panic!("{text}: {error}");
        }
    }
}

#[test]
fn types_of_the_standard_library_keep_their_promise() {
    check_kept::<u8>(3);
    check_kept::<i16>(5);
    check_kept::<u128>(2);
    check_kept::<NonZeroU32>(1);
    check_kept::<NonZeroI8>(4);
    check_kept::<f32>(4);
    check_kept::<char>(1);
    check_kept::<Option<String>>(3);
    check_kept::<Vec<Option<bool>>>(5);
    check_kept::<BTreeSet<u8>>(4);
    check_kept::<[i64; 3]>(1);
    check_kept::<(bool, f64, String)>(4);
    check_kept::<HashMap<String, Vec<u16>>>(4);
    check_kept::<BTreeMap<i32, bool>>(3);
    check_kept::<Result<u8, String>>(4);
    check_kept::<Duration>(3);
    check_kept::<(IpAddr, Ipv4Addr, Ipv6Addr)>(3);
    check_kept::<serde_json::Value>(6);
    check_kept::<std::path::PathBuf>(2);
}

#[test]
fn types_of_time_and_id_crates_keep_their_promise() {
    check_kept::<chrono::DateTime<chrono::Utc>>(2);
    check_kept::<chrono::DateTime<chrono::FixedOffset>>(2);
    check_kept::<chrono::NaiveDateTime>(2);
    check_kept::<chrono::NaiveDate>(2);
    check_kept::<chrono::NaiveTime>(2);
    check_kept::<jiff::Timestamp>(2);
    check_kept::<jiff::Zoned>(1);
    check_kept::<jiff::civil::DateTime>(2);
    check_kept::<jiff::civil::Date>(2);
    check_kept::<jiff::civil::Time>(2);
    check_kept::<jiff::SignedDuration>(2);
    check_kept::<jiff::Span>(2);
    check_kept::<uuid::Uuid>(2);
}

#[derive(JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is only read")]
struct Order {
    #[schemars(regex(pattern = "^A-\\d+$"), example = "A-1", example = "A-22")]
    id: String,
    #[schemars(range(min = 1, max = 99))]
    count: Option<u32>,
    #[serde(default)]
    status: Status,
    #[schemars(length(min = 1, max = 2), inner(email))]
    contacts: Vec<String>,
    discount: Option<Discount>,
    tags: BTreeMap<Status, Vec<Size>>,
}

#[derive(JsonSchema, Deserialize, Default, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
enum Status {
    #[default]
    New,
    InTransit,
}

#[derive(JsonSchema, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "it is only read")]
enum Discount {
    None,
    Flat { cents: u32 },
    Share(Share),
}

#[derive(JsonSchema, Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Share {
    percent: f64,
    reason: Option<String>,
}

#[derive(JsonSchema, Deserialize)]
#[expect(dead_code, reason = "it is only read")]
enum Size {
    Small,
    Custom(u8, u8),
    Boxed { height: u16, label: Option<char> },
}

#[derive(JsonSchema, Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Flattened {
    id: u8,
    #[serde(flatten)]
    discount: Discount,
    #[serde(flatten)]
    share: Option<Share>,
    #[serde(flatten)]
    rest: HashMap<String, serde_json::Value>,
}

#[derive(JsonSchema, Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is only read")]
enum Untagged {
    Id(u32),
    Name(String),
    Range { from: i64, to: Option<i64> },
    Pair(bool, bool),
}

#[derive(JsonSchema, Deserialize)]
#[serde(tag = "t", content = "c")]
#[expect(dead_code, reason = "it is only read")]
enum Adjacent {
    Unit,
    One(Vec<Untagged>),
    Other { a: i8 },
}

#[test]
fn derived_types_keep_their_promise() {
    check_kept::<Order>(10);
    check_kept::<Status>(2);
    check_kept::<Discount>(5);
    check_kept::<Size>(6);
    check_kept::<Flattened>(5);
    check_kept::<Untagged>(8);
    check_kept::<Adjacent>(8);
}

#[test]
fn every_part_of_a_type_is_tried() {
    let texts: Vec<String> = samples_of::<Order>().valid.iter().map(text).collect();
    for part in [
        r#""id":"A-22""#,
        r#""count":99"#,
        r#""status":"in_transit""#,
        r#""contacts":["name@example.com","#,
        r#""kind":"flat""#,
        r#""reason":"text""#,
        r#""in_transit":["#,
        r#""Custom":[1,255]"#,
        r#""Boxed":{"height":65535"#,
    ] {
        assert!(
            texts.iter().any(|text| text.contains(part)),
            "{part}: {texts:#?}"
        );
    }
    let minimal = r#"{"contacts":["name@example.com"],"id":"A-1","tags":"#;
    assert!(
        texts.iter().any(|text| text.starts_with(minimal)),
        "{texts:#?}"
    );
}

/// Reads less than its schema says.
#[derive(JsonSchema, Deserialize)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct Code;

impl TryFrom<String> for Code {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        match code.len() {
            1.. => Ok(Self),
            0 => Err("a code is not empty"),
        }
    }
}

#[derive(JsonSchema, Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Strict {
    #[schemars(with = "i8")]
    count: u8,
    code: Option<Code>,
}

#[test]
fn a_type_that_reads_less_than_it_promises_is_found() {
    assert_eq!(refused::<Code>(), ["\"\""]);
    assert_eq!(
        refused::<Strict>(),
        [
            r#"{"code":"","count":1}"#,
            r#"{"code":"text","count":-1}"#,
            r#"{"code":"text","count":-128}"#,
        ]
    );
    assert_eq!(refused::<Order>(), [] as [&str; 0]);
}
