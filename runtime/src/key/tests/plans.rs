//! The canonical arguments of declarations: one text for one question, by what the declaration says of each argument.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::canonical::Shape;
use crate::json::random::{json, spelled};
use crate::json::{Json, members};
use crate::key::{KeyArgument, KeyPlan};

/// An argument of a random declaration.
#[derive(Debug, Clone)]
struct Declared {
    name: String,
    in_key: bool,
    optional: bool,
    default: Option<Json<'static>>,
    shape: Shape,
}

/// The canonical arguments of a call.
fn canonical(declared: &[Declared], text: &str) -> String {
    let in_key = declared.iter().enumerate().filter(|(_, it)| it.in_key);
    let plan = KeyPlan::new(in_key.map(|(index, declared)| KeyArgument {
        index,
        name: &declared.name,
        optional: declared.optional,
        default: declared.default.as_ref(),
        shape: declared.shape.clone(),
    }));
    let sent = members(text).unwrap();
    let value = |index: usize| {
        let name = &declared[index].name;
        let member = sent.iter().find(|member| *member.name == **name)?;
        Some(&member.value)
    };
    let mut out = Vec::new();
    plan.write(value, &mut out);
    String::from_utf8(out).unwrap()
}

fn declared(name: &str) -> Declared {
    Declared {
        name: name.to_owned(),
        in_key: true,
        optional: true,
        default: None,
        shape: Shape::Any,
    }
}

fn order() -> Vec<Declared> {
    vec![
        Declared {
            optional: false,
            ..declared("order_id")
        },
        Declared {
            default: Some(Json::Number("10".into())),
            ..declared("limit")
        },
        Declared {
            shape: Shape::Float,
            ..declared("weight")
        },
        Declared {
            in_key: false,
            ..declared("request_id")
        },
        declared("note"),
    ]
}

#[test]
fn one_question_has_one_form() {
    let canonical = |text| canonical(&order(), text);
    let form = canonical(r#"{"order_id":"A-1","weight":2}"#);
    assert_eq!(form, r#"{"order_id":"A-1","weight":2}"#);
    for same in [
        r#"{ "weight" : 2.0, "order_id" : "\u0041-1" }"#,
        r#"{"order_id":"A-1","weight":2e0,"limit":10}"#,
        r#"{"order_id":"A-1","weight":2,"limit":null,"note":null}"#,
        r#"{"order_id":"A-1","weight":2,"request_id":"r-7"}"#,
    ] {
        assert_eq!(canonical(same), form, "{same}");
    }
    for other in [
        r#"{"order_id":"A-2","weight":2}"#,
        r#"{"order_id":"A-1"}"#,
        r#"{"order_id":"A-1","weight":2,"limit":11}"#,
        r#"{"order_id":"A-1","weight":2,"note":""}"#,
        r#"{"order_id":null,"weight":2}"#,
    ] {
        assert_ne!(canonical(other), form, "{other}");
    }
}

#[test]
fn neighbours_beyond_two_to_the_53_differ_unless_they_are_floats() {
    let canonical = |text| canonical(&order(), text);
    assert_ne!(
        canonical(r#"{"order_id":9007199254740993}"#),
        canonical(r#"{"order_id":9007199254740992}"#)
    );
    assert_eq!(
        canonical(r#"{"weight":9007199254740993}"#),
        canonical(r#"{"weight":9007199254740992}"#)
    );
}

/// What a call asks by such a declaration, worked out without a canonical form.
fn meaning(declared: &[Declared], values: &[Option<Json<'_>>]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (declared, value) in declared.iter().zip(values) {
        let Some(value) = value.as_ref().filter(|_| declared.in_key) else {
            continue;
        };
        let meant = meant(value, &declared.shape);
        let default = declared.default.as_ref();
        let is_default = default.is_some_and(|it| self::meant(it, &declared.shape) == meant);
        if is_default || (declared.optional && *value == Json::Null) {
            continue;
        }
        all.insert(declared.name.clone(), meant);
    }
    all
}

fn meant(value: &Json<'_>, shape: &Shape) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number_meant(number, shape),
        Json::String(text) => format!("{text:?}"),
        Json::Array(items) => {
            let element = match shape {
                Shape::Array(element) => element,
                _ => &Shape::Any,
            };
            let items: Vec<_> = items.iter().map(|item| meant(item, element)).collect();
            format!("array {items:?}")
        }
        Json::Object(members) => {
            let shape_of = |name: &str| match shape {
                Shape::Object { members, rest } => {
                    let named = members.iter().find(|(member, _)| member == name);
                    named.map(|(_, shape)| shape).or(rest.as_deref())
                }
                _ => None,
            };
            let member = |(name, value): &(std::borrow::Cow<'_, str>, Json<'_>)| {
                let shape = shape_of(name).unwrap_or(&Shape::Any);
                (name.to_string(), meant(value, shape))
            };
            let members: BTreeMap<_, _> = members.iter().map(member).collect();
            format!("object {members:?}")
        }
    }
}

/// An integer is its digits, unless it is known to be a float, and a float is its bits. Within ±2^53 they are one.
fn number_meant(number: &str, shape: &Shape) -> String {
    let float: f64 = number.parse().unwrap();
    if *shape != Shape::Float && !number.contains(['.', 'e', 'E']) {
        let digits = if number == "-0" { "0" } else { number };
        return digits.to_owned();
    }
    if float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0 {
        return format!("{:.0}", float + 0.0);
    }
    format!("float {:x}", float.to_bits())
}

fn shapes() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![Just(Shape::Any), Just(Shape::Float)];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let members = prop::collection::btree_map("[a-e]{0,2}", inner.clone(), 0..3);
        prop_oneof![
            inner
                .clone()
                .prop_map(|shape| Shape::Array(Box::new(shape))),
            (members, prop::option::of(inner)).prop_map(|(members, rest)| Shape::Object {
                members: members.into_iter().collect(),
                rest: rest.map(Box::new),
            }),
        ]
    })
}

/// Random declarations, each with two sets of values that are the same in most arguments.
fn calls() -> impl Strategy<Value = (Vec<Declared>, [Vec<Option<Json<'static>>>; 2])> {
    let value = || prop_oneof![Just(Json::Null), json(), json()];
    let argument = (
        (any::<bool>(), any::<bool>(), 0..4_u8),
        prop::option::of(value()),
        shapes(),
        prop::option::of(value()),
        prop::option::of(value()),
    );
    prop::collection::btree_map("[a-z_]{1,3}|é|\u{fb33}|😂", argument, 0..6).prop_map(|arguments| {
        let mut declared = Vec::new();
        let mut values = [Vec::new(), Vec::new()];
        for (name, ((in_key, optional, change), default, shape, one, other)) in arguments {
            // Sometimes the default itself is sent; often both calls send the same.
            let one = if change == 0 { default.clone() } else { one };
            let other = if change == 1 { other } else { one.clone() };
            declared.push(Declared {
                name,
                in_key,
                optional,
                default,
                shape,
            });
            values[0].push(one);
            values[1].push(other);
        }
        (declared, values)
    })
}

fn text(declared: &[Declared], values: &[Option<Json<'static>>], seed: u64) -> String {
    let members = declared.iter().zip(values);
    let members = members
        .filter_map(|(declared, value)| Some((declared.name.clone().into(), value.clone()?)));
    spelled(&Json::Object(members.collect()), seed)
}

proptest! {
    #[test]
    fn two_calls_have_one_form_if_they_ask_the_same((declared, [one, other]) in calls(), seed: u64, again: u64) {
        let form = canonical(&declared, &text(&declared, &one, seed));
        assert_eq!(canonical(&declared, &text(&declared, &one, again)), form);
        let is_one = meaning(&declared, &one) == meaning(&declared, &other);
        assert_eq!(canonical(&declared, &text(&declared, &other, again)) == form, is_one);
        // And it is JSON: an object with sorted members.
        let read = Json::parse(&form).unwrap();
        assert!(read.as_object().is_some());
    }
}
