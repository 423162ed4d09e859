//! The same question has one key, and any change of what it asks has another.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use toolwright::CacheStatus;

use super::kind::{Argument, Presence, Value, value};
use super::spelling::{self, Dice};
use super::tools::{self, TOOLS};
use super::{Asked, Question};

/// What a call asks, spelled in several ways, and another value for one of its arguments.
#[derive(Debug, Clone)]
struct Case {
    values: Vec<Option<Value>>,
    spellings: Vec<u64>,
    changed: Option<(usize, Option<Value>)>,
}

/// A value for an argument, or none where it may be left out.
fn presence(argument: Argument) -> BoxedStrategy<Option<Value>> {
    match argument.presence {
        Presence::Required => value(argument.kind).prop_map(Some).boxed(),
        _ => prop::option::of(value(argument.kind)).boxed(),
    }
}

fn cases(declared: &'static [Argument]) -> impl Strategy<Value = Case> {
    let all: Vec<_> = declared
        .iter()
        .map(|argument| presence(*argument))
        .collect();
    let changed: Vec<_> = declared
        .iter()
        .enumerate()
        .map(|(index, argument)| (Just(index), presence(*argument)).boxed())
        .collect();
    let changed = if changed.is_empty() {
        Just(None).boxed()
    } else {
        prop::sample::select(changed)
            .prop_flat_map(|change| change)
            .prop_map(Some)
            .boxed()
    };
    let case = |(values, spellings, changed)| Case {
        values,
        spellings,
        changed,
    };
    (all, prop::collection::vec(any::<u64>(), 2..5), changed).prop_map(case)
}

/// What the values mean together: what is not in the key is not in here, and what is a default is nothing.
fn meaning(declared: &[Argument], values: &[Option<Value>]) -> String {
    let mut all = Vec::new();
    for (argument, value) in declared.iter().zip(values) {
        let Some(value) = value else { continue };
        let is_default = match argument.presence {
            Presence::Excluded => continue,
            Presence::Default(default) => means(default, value),
            Presence::Required | Presence::Optional => false,
        };
        if !is_default {
            all.push(format!("{}: {}", argument.name, value.meaning()));
        }
    }
    all.join("; ")
}

/// Whether a value is what this JSON says, for the few defaults that there are.
fn means(default: &str, value: &Value) -> bool {
    let default: serde_json::Value = serde_json::from_str(default).unwrap();
    match value {
        Value::Bool(value) => default.as_bool() == Some(*value),
        Value::Integer(value) => default.as_i64().map(i128::from) == Some(*value),
        Value::Float { value, .. } => default.as_f64() == Some(*value),
        Value::Text(text) => default.as_str() == Some(text),
        Value::List(items) => items.is_empty() && default.as_array().is_some_and(Vec::is_empty),
        Value::Null | Value::Object(_) => panic!("no tool has such a default"),
    }
}

#[test]
fn a_question_is_one_however_it_is_spelled_and_no_other() {
    let asked = Asked::of(tools::all());
    for (tool, declared) in TOOLS {
        let mut runner = TestRunner::new(Config {
            failure_persistence: None,
            ..Config::default()
        });
        let result = runner.run(&cases(declared), |case| {
            let ask = |values: &[Option<Value>], seed| {
                let question = Question {
                    tool,
                    tenant: None,
                    meaning: meaning(declared, values),
                };
                let arguments = spelling::arguments(declared, values, &mut Dice::new(seed));
                asked.ask(&question, None, &arguments)
            };
            let mut statuses = case.spellings.iter().map(|seed| ask(&case.values, *seed));
            statuses.next();
            assert!(statuses.all(|status| status == CacheStatus::Hit));
            if let Some((index, value)) = case.changed {
                let mut values = case.values.clone();
                values[index] = value;
                ask(&values, case.spellings[0]);
                ask(&values, case.spellings[1]);
                ask(&case.values, case.spellings[0]);
            }
            Ok(())
        });
        result.unwrap_or_else(|failure| panic!("{tool}: {failure}"));
    }
    let answers = asked.answers.borrow();
    for (tool, declared) in TOOLS {
        let different = answers
            .keys()
            .filter(|question| question.tool == *tool)
            .count();
        assert!(
            different > 100 || declared.is_empty(),
            "only {different} questions of {tool}"
        );
    }
}

/// Each pair is one question.
const ONE: &[(&str, &str, &str)] = &[
    ("key_none", "", "{}"),
    ("key_none", "null", " { } "),
    (
        "key_texts",
        r#"{"text":"a","flag":true}"#,
        r#"{"flag":true,"text":"\u0061"}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true}"#,
        r#"{"flag":true,"text":"a","limit":10,"on":true,"language":"en","labels":[]}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true}"#,
        r#"{"flag":true,"text":"a","limit":null,"note":null,"type":null,"trace":null}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true,"trace":"1","span":1}"#,
        r#"{"flag":true,"text":"a","trace":"2"}"#,
    ),
    ("key_floats", r#"{"double":1}"#, r#"{"double":1.0}"#),
    (
        "key_floats",
        r#"{"double":1}"#,
        r#"{"double":10E-1,"with_default":1.50}"#,
    ),
    ("key_floats", r#"{"double":0}"#, r#"{"double":-0.0}"#),
    (
        "key_floats",
        r#"{"double":9007199254740993}"#,
        r#"{"double":9007199254740992.0}"#,
    ),
    (
        "key_floats",
        r#"{"double":1,"point":{"x":1,"label":"a","id":1}}"#,
        r#"{"double":1,"point":{"id":1,"label":"a","x":1.0}}"#,
    ),
    (
        "key_floats",
        r#"{"double":1,"named":{"a":100,"b":2}}"#,
        r#"{"double":1,"named":{"b":2.0,"\u0061":1e2}}"#,
    ),
    (
        "key_any",
        r#"{"value":{"a":1,"b":[1.0]}}"#,
        r#"{"value":{"b":[1],"a":1.0}}"#,
    ),
    (
        "key_flat",
        r#"{"words":["a"]}"#,
        r#"{"limit":10,"kind":null,"words":["a"],"request_id":"r"}"#,
    ),
];

/// Each pair is two questions.
const TWO: &[(&str, &str, &str)] = &[
    ("key_integers", r#"{"i8":1}"#, r#"{"i8":-1}"#),
    (
        "key_integers",
        r#"{"i8":1,"u64":9007199254740992}"#,
        r#"{"i8":1,"u64":9007199254740993}"#,
    ),
    (
        "key_integers",
        r#"{"i8":1,"u64":18446744073709551615}"#,
        r#"{"i8":1,"u64":18446744073709551614}"#,
    ),
    ("key_integers", r#"{"i8":1,"i16":1}"#, r#"{"i8":1,"i32":1}"#),
    ("key_integers", r#"{"i8":1}"#, r#"{"i8":1,"i16":0}"#),
    (
        "key_floats",
        r#"{"double":1}"#,
        r#"{"double":1.0000000000000002}"#,
    ),
    (
        "key_floats",
        r#"{"double":1,"many":[1,2]}"#,
        r#"{"double":1,"many":[2,1]}"#,
    ),
    ("key_floats", r#"{"double":1,"many":[]}"#, r#"{"double":1}"#),
    (
        "key_texts",
        r#"{"text":"a","flag":true}"#,
        r#"{"text":"a","flag":false}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true}"#,
        r#"{"text":"A","flag":true}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true}"#,
        r#"{"text":"a ","flag":true}"#,
    ),
    (
        "key_texts",
        "{\"text\":\"\u{e9}\",\"flag\":true}",
        "{\"text\":\"e\u{301}\",\"flag\":true}",
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true}"#,
        r#"{"text":"a","flag":true,"note":""}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true,"note":"b"}"#,
        r#"{"text":"a","flag":true,"type":"b"}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true,"list":["a","b"]}"#,
        r#"{"text":"a","flag":true,"list":["a,b"]}"#,
    ),
    (
        "key_texts",
        r#"{"text":"a","flag":true,"limit":11}"#,
        r#"{"text":"a","flag":true}"#,
    ),
    ("key_any", r#"{"value":1}"#, r#"{"value":"1"}"#),
    ("key_any", r#"{"value":[]}"#, r#"{"value":{}}"#),
    ("key_any", r#"{"value":{"a":null}}"#, r#"{"value":{}}"#),
    (
        "key_any",
        r#"{"value":9007199254740992}"#,
        r#"{"value":9007199254740993}"#,
    ),
];

#[test]
fn pairs_that_are_one_question_and_pairs_that_are_two() {
    let registry = tools::all();
    let is_one = |tool: &str, one: &str, other: &str| {
        let asked = Asked::of(registry.clone());
        let session = asked.harness.session().start();
        let ask = |text: &str| {
            let outcome = asked.runtime.block_on(crate::one(&session, tool, text));
            assert!(!outcome.is_error(), "{tool} {text}: {}", outcome.text());
            outcome.cache()
        };
        assert_eq!(ask(one), CacheStatus::Miss);
        ask(other) == CacheStatus::Hit
    };
    for (tool, one, other) in ONE {
        assert!(
            is_one(tool, one, other),
            "{tool}: {one} and {other} are one question"
        );
    }
    for (tool, one, other) in TWO {
        assert!(
            !is_one(tool, one, other),
            "{tool}: {one} and {other} are two questions"
        );
    }
}
