//! What an argument may be, as data: random values of it, and what a value means.

use std::collections::BTreeMap;

use proptest::prelude::*;

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Bool,
    /// An integer within these bounds.
    Integer(i128, i128),
    /// A number that the declaration knows to be a float.
    Float,
    /// A float where the declaration does not tell: in a union.
    HiddenFloat,
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    List(&'static Kind),
    /// Members of any name.
    Map(&'static Kind),
    /// These members; the ones that need not be there have `false`.
    Struct(&'static [(&'static str, Kind, bool)]),
    /// An object with a `kind` that says what its other members are.
    Union(&'static [(&'static str, Kind)]),
    /// Any JSON.
    Any,
}

/// An argument of a tool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) presence: Presence,
}

/// Whether an argument has to be there, and what it means if it is not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Presence {
    Required,
    Optional,
    /// It has a default, which is this JSON.
    Default(&'static str),
    /// It is not in the key.
    Excluded,
}

/// What an argument's value means, whatever its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float { value: f64, is_declared: bool },
    Text(String),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

impl Value {
    /// The value for comparison: two values are one if these are.
    pub(super) fn meaning(&self) -> String {
        match self {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => format!("{value}"),
            // Zero has one sign, and an integer that is meant as a float is one.
            Value::Float { value, .. } if *value == 0.0 => "0".to_owned(),
            Value::Float { value, .. } if value.fract() == 0.0 && value.abs() < 9e15 => {
                format!("{value:.0}")
            }
            Value::Float { value, .. } => format!("float {:x}", value.to_bits()),
            Value::Text(text) => format!("{text:?}"),
            Value::List(items) => {
                format!("{:?}", items.iter().map(Value::meaning).collect::<Vec<_>>())
            }
            Value::Object(members) => format!(
                "object {:?}",
                members
                    .iter()
                    .map(|(name, value)| (name, value.meaning()))
                    .collect::<Vec<_>>()
            ),
        }
    }
}

/// Any value of a kind.
pub(super) fn value(kind: Kind) -> BoxedStrategy<Value> {
    let float = |is_declared| move |value| Value::Float { value, is_declared };
    match kind {
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Integer(least, most) => integer(least, most).prop_map(Value::Integer).boxed(),
        Kind::Float => number().prop_map(float(true)).boxed(),
        Kind::HiddenFloat => number().prop_map(float(false)).boxed(),
        Kind::Text => text().prop_map(Value::Text).boxed(),
        Kind::OneOf(texts) => prop::sample::select(texts)
            .prop_map(|text| Value::Text(text.to_owned()))
            .boxed(),
        Kind::List(element) => prop::collection::vec(value(*element), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Kind::Map(element) => prop::collection::btree_map(text(), value(*element), 0..4)
            .prop_map(Value::Object)
            .boxed(),
        Kind::Struct(members) => object(members),
        Kind::Union(variants) => prop::sample::select(variants)
            .prop_flat_map(|(name, kind)| {
                value(kind).prop_map(move |mut value| {
                    if let Value::Object(members) = &mut value {
                        members.insert("kind".to_owned(), Value::Text(name.to_owned()));
                    }
                    value
                })
            })
            .boxed(),
        Kind::Any => json(),
    }
}

fn object(members: &'static [(&'static str, Kind, bool)]) -> BoxedStrategy<Value> {
    let empty = Just(BTreeMap::new()).boxed();
    let members = members
        .iter()
        .fold(empty, |all, (name, kind, is_required)| {
            let member = if *is_required {
                value(*kind).prop_map(Some).boxed()
            } else {
                prop::option::of(value(*kind)).boxed()
            };
            let with = |(mut all, member): (BTreeMap<String, Value>, Option<Value>)| {
                all.extend(member.map(|member| ((*name).to_owned(), member)));
                all
            };
            (all, member).prop_map(with).boxed()
        });
    members.prop_map(Value::Object).boxed()
}

/// Integers near zero, near what a float can hold, and near the bounds.
fn integer(least: i128, most: i128) -> impl Strategy<Value = i128> {
    let near = |middle: i128| {
        let middle = middle.clamp(least, most);
        (middle.saturating_sub(3).max(least))..=(middle.saturating_add(3).min(most))
    };
    prop_oneof![
        4 => near(0),
        1 => near(1 << 53),
        1 => near(-(1 << 53)),
        1 => near(least),
        1 => near(most),
        2 => least..=most,
    ]
}

/// Floats that people write, and any.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-8..8_i32).prop_map(f64::from),
        (-10_000..10_000_i32).prop_map(|cents| f64::from(cents) / 100.0),
        (0..4_u64).prop_map(|more| f64::from_bits(0x4340_0000_0000_0000 + more)),
        any::<f64>().prop_filter("JSON has no infinity and no NaN", |float| float.is_finite()),
        Just(-0.0),
    ]
}

/// Few short texts, so that they meet, and such with what is hard about texts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab]{0,2}",
        "[a:/,\\[\\]{}\"\\\\\u{0}\n\u{1f}\u{7f}é\u{fb33}\u{ffff}😂]{0,6}",
        prop::sample::select(
            &[
                "null", "0", "1", "1.0", "true", "{}", "[]", "en", "\u{e9}", "e\u{301}"
            ][..]
        )
        .prop_map(str::to_owned),
    ]
}

/// Any JSON, without members that are null and of integers that every reader has.
fn json() -> BoxedStrategy<Value> {
    let hidden = |value| Value::Float {
        value,
        is_declared: false,
    };
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        integer(i128::from(i64::MIN), i128::from(u64::MAX)).prop_map(Value::Integer),
        (-10_000..10_000_i32)
            .prop_map(|cents| f64::from(cents) / 100.0)
            .prop_map(hidden),
        text().prop_map(Value::Text),
        Just(Value::Null),
    ];
    let tree = leaf.prop_recursive(3, 12, 4, |element| {
        prop_oneof![
            prop::collection::vec(element.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(text(), element, 0..4).prop_map(Value::Object),
        ]
    });
    // An argument that is null was left out.
    tree.prop_filter("null is no value", |value| *value != Value::Null)
        .boxed()
}
