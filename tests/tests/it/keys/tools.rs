//! Tools with arguments of every kind, and the same arguments as data.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Deserialize;
use toolwright::{Registry, registry, tool};

use super::kind::{Argument, Kind, Presence};
use crate::Runs;

/// Count this run.
#[tool(ttl = "1h", reads = "nothing")]
async fn key_integers(
    #[state] runs: &Runs,
    /// One of its type.
    i8: i8,
    /// One of its type.
    i16: Option<i16>,
    /// One of its type.
    i32: Option<i32>,
    /// One of its type.
    i64: Option<i64>,
    /// One of its type.
    u8: Option<u8>,
    /// One of its type.
    u16: Option<u16>,
    /// One of its type.
    u32: Option<u32>,
    /// One of its type.
    u64: Option<u64>,
    /// One of its type.
    usize: Option<usize>,
    /// One of its type.
    #[arg(default = -7)]
    with_default: i64,
) -> usize {
    let _ = (i8, i16, i32, i64, u8, u16, u32, u64, usize, with_default);
    runs.add()
}

/// Count this run.
#[tool(ttl = "1h", reads = "nothing")]
async fn key_floats(
    #[state] runs: &Runs,
    /// A number.
    double: f64,
    /// A number or nothing.
    optional: Option<f64>,
    /// A number that is often 1.5.
    #[arg(default = 1.5)]
    with_default: f64,
    /// A number that is often 2.
    #[arg(default = 2.0)]
    whole_default: f64,
    /// Numbers.
    many: Option<Vec<f64>>,
    /// Rows of numbers.
    matrix: Option<Vec<Vec<f64>>>,
    /// Numbers by name.
    named: Option<HashMap<String, f64>>,
    /// A number in a structure.
    point: Option<Point>,
    /// Structures by name.
    points: Option<BTreeMap<String, Vec<Point>>>,
) -> usize {
    let _ = (double, optional, with_default, whole_default);
    let _ = (many, matrix, named, point, points);
    runs.add()
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its shape matters")]
struct Point {
    x: f64,
    y: Option<f64>,
    label: String,
    id: u64,
}

/// Count this run.
#[tool(ttl = "1h", cache_key_exclude = "trace, span", reads = "nothing")]
async fn key_texts(
    #[state] runs: &Runs,
    /// Any text.
    text: &str,
    /// A switch.
    flag: bool,
    /// A switch that is mostly on.
    #[arg(default = true)]
    on: bool,
    /// Any text.
    note: Option<String>,
    /// Any texts.
    list: Option<Vec<String>>,
    /// A language.
    #[arg(default = "en")]
    language: String,
    /// Texts, of which there are mostly none.
    #[arg(default)]
    labels: Vec<String>,
    /// How many.
    #[arg(default = 10)]
    limit: u32,
    /// Which kind.
    #[arg(rename = "type")]
    product_type: Option<String>,
    /// Correlates log lines.
    trace: Option<String>,
    /// Correlates log lines.
    #[arg(default)]
    span: u64,
) -> usize {
    let _ = (
        text,
        flag,
        on,
        note,
        list,
        language,
        labels,
        limit,
        product_type,
        trace,
        span,
    );
    runs.add()
}

/// Count this run.
#[tool(ttl = "1h", reads = "nothing")]
async fn key_structures(
    #[state] runs: &Runs,
    /// An order.
    order: Order,
    /// How.
    mode: Option<Mode>,
    /// Counts by name.
    counts: Option<BTreeMap<String, u64>>,
    /// A form.
    form: Option<Form>,
) -> usize {
    let _ = (order, mode, counts, form);
    runs.add()
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its shape matters")]
struct Order {
    id: u64,
    lines: Vec<Line>,
    address: Option<Address>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its shape matters")]
struct Line {
    sku: String,
    price: f64,
    count: u32,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its shape matters")]
struct Address {
    city: String,
    zip: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Fast,
    Slow,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "only its shape matters")]
enum Form {
    Circle { radius: f64 },
    Named { name: String },
}

/// Count this run.
#[tool(ttl = "1h", cache_key_exclude = "request_id", reads = "nothing")]
async fn key_flat(#[state] runs: &Runs, #[arg(flatten)] search: Search) -> usize {
    drop(search);
    runs.add()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape matters")]
struct Search {
    /// The words to look for.
    words: Vec<String>,
    /// How many at most.
    #[serde(default = "ten")]
    limit: u32,
    /// Only these.
    kind: Option<String>,
    /// Up to this price.
    price: Option<f64>,
    /// Correlates log lines.
    request_id: Option<String>,
}

fn ten() -> u32 {
    10
}

/// Count this run.
#[tool(ttl = "1h", reads = "nothing")]
async fn key_any(
    #[state] runs: &Runs,
    /// Anything.
    value: serde_json::Value,
) -> usize {
    drop(value);
    runs.add()
}

/// Count this run.
#[tool(ttl = "1h", reads = "nothing")]
async fn key_none(#[state] runs: &Runs) -> usize {
    runs.add()
}

/// All of them.
pub(super) fn all() -> Registry {
    let all = registry![
        key_integers,
        key_floats,
        key_texts,
        key_structures,
        key_flat,
        key_any,
        key_none
    ];
    all.unwrap()
}

const fn argument(name: &'static str, kind: Kind, presence: Presence) -> Argument {
    Argument {
        name,
        kind,
        presence,
    }
}

const fn required(name: &'static str, kind: Kind) -> Argument {
    argument(name, kind, Presence::Required)
}

const fn optional(name: &'static str, kind: Kind) -> Argument {
    argument(name, kind, Presence::Optional)
}

const fn default(name: &'static str, kind: Kind, json: &'static str) -> Argument {
    argument(name, kind, Presence::Default(json))
}

const fn excluded(name: &'static str, kind: Kind) -> Argument {
    argument(name, kind, Presence::Excluded)
}

/// An integer of as many bits.
const fn signed(bits: u32) -> Kind {
    Kind::Integer(-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
}

/// An integer of as many bits that is not negative.
const fn unsigned(bits: u32) -> Kind {
    Kind::Integer(0, (1 << bits) - 1)
}

const POINT: Kind = Kind::Struct(&[
    ("x", Kind::Float, true),
    ("y", Kind::Float, false),
    ("label", Kind::Text, true),
    ("id", unsigned(64), true),
]);

const LINE: Kind = Kind::Struct(&[
    ("sku", Kind::Text, true),
    ("price", Kind::Float, true),
    ("count", unsigned(32), true),
]);

const ADDRESS: Kind = Kind::Struct(&[("city", Kind::Text, true), ("zip", Kind::Text, false)]);

const ORDER: Kind = Kind::Struct(&[
    ("id", unsigned(64), true),
    ("lines", Kind::List(&LINE), true),
    ("address", ADDRESS, false),
]);

const FORM: Kind = Kind::Union(&[
    (
        "circle",
        Kind::Struct(&[("radius", Kind::HiddenFloat, true)]),
    ),
    ("named", Kind::Struct(&[("name", Kind::Text, true)])),
]);

/// Each tool with its arguments.
pub(super) const TOOLS: &[(&str, &[Argument])] = &[
    (
        "key_integers",
        &[
            required("i8", signed(8)),
            optional("i16", signed(16)),
            optional("i32", signed(32)),
            optional("i64", signed(64)),
            optional("u8", unsigned(8)),
            optional("u16", unsigned(16)),
            optional("u32", unsigned(32)),
            optional("u64", unsigned(64)),
            optional("usize", unsigned(64)),
            default("with_default", signed(64), "-7"),
        ],
    ),
    (
        "key_floats",
        &[
            required("double", Kind::Float),
            optional("optional", Kind::Float),
            default("with_default", Kind::Float, "15e-1"),
            default("whole_default", Kind::Float, "2"),
            optional("many", Kind::List(&Kind::Float)),
            optional("matrix", Kind::List(&Kind::List(&Kind::Float))),
            optional("named", Kind::Map(&Kind::Float)),
            optional("point", POINT),
            optional("points", Kind::Map(&Kind::List(&POINT))),
        ],
    ),
    (
        "key_texts",
        &[
            required("text", Kind::Text),
            required("flag", Kind::Bool),
            default("on", Kind::Bool, "true"),
            optional("note", Kind::Text),
            optional("list", Kind::List(&Kind::Text)),
            default("language", Kind::Text, r#""\u0065n""#),
            default("labels", Kind::List(&Kind::Text), "[ ]"),
            default("limit", unsigned(32), "10"),
            optional("type", Kind::Text),
            excluded("trace", Kind::Text),
            excluded("span", unsigned(64)),
        ],
    ),
    (
        "key_structures",
        &[
            required("order", ORDER),
            optional("mode", Kind::OneOf(&["fast", "slow"])),
            optional("counts", Kind::Map(&unsigned(64))),
            optional("form", FORM),
        ],
    ),
    (
        "key_flat",
        &[
            required("words", Kind::List(&Kind::Text)),
            default("limit", unsigned(32), "10"),
            optional("kind", Kind::Text),
            optional("price", Kind::Float),
            excluded("request_id", Kind::Text),
        ],
    ),
    ("key_any", &[required("value", Kind::Any)]),
    ("key_none", &[]),
];
