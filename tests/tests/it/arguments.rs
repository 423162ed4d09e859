//! Arguments: borrowed, bounded, with examples, filled by other tools, and all of them in one struct.

use std::num::NonZeroU8;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toolwright::{
    CacheStatus, ErrorKind, Harness, Outcome, Provider, Registry, Tool as _, ToolCall, registry,
    tool,
};

async fn ask(registry: &Registry, tool: &str, arguments: &str) -> Outcome {
    let harness = Harness::builder(registry.clone()).build().unwrap();
    let session = harness.session().start();
    let outcomes = session
        .dispatch([ToolCall::new("1", tool, arguments)])
        .await;
    outcomes.into_outcomes().pop().unwrap()
}

fn property(registry: &Registry, tool: &str, name: &str) -> serde_json::Value {
    let definition = registry.iter().find(|it| it.name() == tool).unwrap();
    let schema: serde_json::Value = serde_json::from_str(definition.input_schema()).unwrap();
    schema["properties"][name].clone()
}

/// Count words that a text has.
#[tool]
async fn arg_borrowed(
    /// The text.
    text: &str,
    /// The words to count.
    words: &[String],
    /// Who asks.
    by: &Person,
) -> usize {
    let count = |word: &String| text.matches(word.as_str()).count();
    words.iter().map(count).sum::<usize>() + by.name.len()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
}

#[tokio::test]
async fn arguments_can_be_borrowed() {
    let registry = registry![arg_borrowed].unwrap();
    let arguments = r#"{"text":"a \"b\" a","words":["a","b"],"by":{"name":"me"}}"#;
    assert_eq!(ask(&registry, "arg_borrowed", arguments).await.text(), "5");
    assert_eq!(
        property(&registry, "arg_borrowed", "text")["type"],
        "string"
    );
    assert_eq!(
        property(&registry, "arg_borrowed", "words")["type"],
        "array"
    );
}

/// Send a message.
#[tool]
async fn arg_bounded(
    /// How urgent, from 1.
    #[arg(range = 1..=5, default = 3, example = 2)]
    priority: u8,
    /// How sure.
    #[arg(range(0.0..1.0))]
    confidence: Option<f64>,
    /// What to say.
    #[arg(length = 1..=10)]
    text: String,
    /// Labels.
    #[arg(length(max = 2))]
    labels: Option<Vec<String>>,
    /// The order.
    #[arg(pattern = r"^[A-Z]-\d+$", example("A-1234", "B-7"))]
    order_id: Option<String>,
    /// To whom.
    #[arg(email)]
    to: Option<String>,
    /// What to do after.
    #[arg(url)]
    callback: Option<String>,
    /// In what language.
    #[arg(default = "en", length = 2)]
    language: String,
    /// Never 0, and at most 9.
    #[arg(range = ..=9)]
    digit: Option<NonZeroU8>,
) -> String {
    format!(
        "{priority} {confidence:?} {text} {labels:?} {order_id:?} {to:?} {callback:?} {language} {digit:?}"
    )
}

#[test]
fn bounds_and_examples_are_in_the_schema() {
    let registry = registry![arg_bounded].unwrap();
    let property = |name| property(&registry, "arg_bounded", name);
    let priority = property("priority");
    assert_eq!(
        (&priority["minimum"], &priority["maximum"]),
        (&1.into(), &5.into())
    );
    assert_eq!(priority["examples"], serde_json::json!([2]));
    assert_eq!(priority["default"], 3);
    let confidence = property("confidence");
    assert_eq!(confidence["minimum"].as_f64(), Some(0.0));
    assert_eq!(confidence["exclusiveMaximum"].as_f64(), Some(1.0));
    assert_eq!(property("text")["minLength"], 1);
    assert_eq!(property("text")["maxLength"], 10);
    assert_eq!(property("labels")["maxItems"], 2);
    assert_eq!(property("order_id")["pattern"], r"^[A-Z]-\d+$");
    assert_eq!(
        property("order_id")["examples"],
        serde_json::json!(["A-1234", "B-7"])
    );
    assert_eq!(property("to")["format"], "email");
    assert_eq!(property("callback")["format"], "uri");
    assert_eq!(property("language")["default"], "en");
    assert_eq!(
        (
            &property("language")["minLength"],
            &property("language")["maxLength"]
        ),
        (&2.into(), &2.into())
    );
    // The narrower of the type's own bound and the argument's.
    assert_eq!(
        (&property("digit")["minimum"], &property("digit")["maximum"]),
        (&1.into(), &9.into())
    );
    for provider in Provider::ALL {
        let text = registry.definitions(provider);
        assert!(text.contains(r#""pattern":"^[A-Z]-\\d+$""#), "{text}");
    }
}

/// Look up a person.
#[tool]
async fn arg_person() -> Result<Person, String> {
    Ok(Person {
        name: "Ann".to_owned(),
    })
}

/// Greet a person.
#[tool]
async fn arg_greet(
    /// Whom.
    #[arg(from = arg_person)]
    who: Person,
    /// With whom.
    #[arg(from = "arg_person")]
    and: Option<Person>,
) -> String {
    format!("hello {} and {:?}", who.name, and)
}

#[test]
fn an_argument_knows_the_tool_that_can_give_it() {
    let given: Vec<_> = arg_greet::SPEC
        .arguments()
        .iter()
        .map(|it| it.given_by())
        .collect();
    assert_eq!(given, [Some("arg_person"), Some("arg_person")]);
    assert_eq!(arg_borrowed::SPEC.arguments()[0].given_by(), None);
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// The words to look for.
    words: Vec<String>,
    /// How many at most.
    #[serde(default = "ten")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Only these.
    kind: Option<String>,
    /// Correlates log lines.
    request_id: Option<String>,
}

fn ten() -> u32 {
    10
}

/// Search the catalogue.
#[tool(ttl = "5m", cache_key_exclude = "request_id", reads = "product/{kind}")]
async fn arg_flat(#[arg(flatten)] search: Search) -> String {
    let Search {
        words,
        limit,
        kind,
        request_id,
    } = search;
    drop(request_id);
    format!("{words:?} {limit} {kind:?}")
}

#[tokio::test]
async fn a_struct_can_be_all_arguments() {
    let registry = registry![arg_flat].unwrap();
    let definition = registry.iter().next().unwrap();
    let schema: serde_json::Value = serde_json::from_str(definition.input_schema()).unwrap();
    assert_eq!(schema["required"], serde_json::json!(["words"]));
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(
        schema["properties"]["words"]["description"],
        "The words to look for."
    );
    assert_eq!(schema["properties"]["limit"]["default"], 10);
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 4);
    assert!(definition.input_schema().find("words") < definition.input_schema().find("kind"));

    let harness = Harness::builder(registry).build().unwrap();
    let session = harness.session().start();
    let mut texts = Vec::new();
    for arguments in [
        r#"{"words":["a"]}"#,
        r#"{"words":["a"],"limit":null,"kind":null,"request_id":"r-2"}"#,
        r#"{"limit":10,"words":["a"]}"#,
        r#"{"limit":11,"words":["a"]}"#,
        r#"{"limit":11,"wrods":["a"]}"#,
        r#"{"words":"a"}"#,
    ] {
        let outcome = session
            .dispatch([ToolCall::new("1", "arg_flat", arguments)])
            .await
            .into_outcomes()
            .remove(0);
        texts.push((outcome.cache(), outcome.text().to_owned()));
    }
    let ten = r#"["a"] 10 None"#.to_owned();
    assert_eq!(texts[0], (CacheStatus::Miss, ten.clone()));
    assert_eq!(texts[1], (CacheStatus::Hit, ten.clone()));
    assert_eq!(texts[2], (CacheStatus::Hit, ten));
    assert_eq!(texts[3], (CacheStatus::Miss, r#"["a"] 11 None"#.to_owned()));
    assert_eq!(
        texts[4].1,
        "`arg_flat` cannot take these arguments: there is no argument `/wrods`: did you mean `words`?; the argument `/words` is required"
    );
    assert_eq!(
        texts[5].1,
        "argument `/words`: expected an array, got string \"a\""
    );
}

#[tokio::test]
async fn bounds_are_enforced_with_words_that_a_model_acts_on() {
    let registry = registry![arg_bounded].unwrap();
    for (arguments, expected) in [
        (
            r#"{"text":"hi","priority":6}"#,
            "argument `/priority`: expected at most 5, got 6",
        ),
        (
            r#"{"text":"hi","priority":0}"#,
            "argument `/priority`: expected at least 1, got 0",
        ),
        (
            r#"{"text":"hi","confidence":1.0}"#,
            "argument `/confidence`: expected less than 1, got 1.0",
        ),
        (
            r#"{"text":""}"#,
            "argument `/text`: expected at least 1 character, got 0",
        ),
        (
            r#"{"text":"hi","labels":["a","b","c"]}"#,
            "argument `/labels`: expected at most 2 items, got 3",
        ),
        (
            r#"{"text":"hi","order_id":"A1"}"#,
            r#"argument `/order_id`: expected text that matches `^[A-Z]-\d+$`, got "A1""#,
        ),
        (
            r#"{"text":"hi","to":"me"}"#,
            r#"argument `/to`: expected an e-mail address, got "me""#,
        ),
        (
            r#"{"text":"hi","callback":"example.com"}"#,
            r#"argument `/callback`: expected an absolute URL such as `https://example.com`, got "example.com""#,
        ),
        (
            r#"{"text":"01234567890","language":"english"}"#,
            "argument `/text`: expected at most 10 characters, got 11; argument `/language`: expected at most 2 characters, got 7",
        ),
    ] {
        let outcome = ask(&registry, "arg_bounded", arguments).await;
        let error = outcome.result().expect_err(arguments);
        assert_eq!(error.kind(), ErrorKind::InvalidArguments, "{arguments}");
        assert_eq!(
            error.message(),
            expected.replace("\\\\", "\\"),
            "{arguments}"
        );
    }
    let arguments = r#"{"text":"ünï","order_id":"A-1","to":"a@b.de","callback":"https://b.de/x","labels":["a"],"digit":9}"#;
    assert_eq!(
        ask(&registry, "arg_bounded", arguments).await.text(),
        r#"3 None ünï Some(["a"]) Some("A-1") Some("a@b.de") Some("https://b.de/x") en Some(9)"#
    );
}

/// Add things up, from whatever a model writes.
#[tool(coerce, ttl = "5m")]
async fn arg_coerced(
    /// A number.
    count: i64,
    /// Whether.
    exact: bool,
    /// Numbers.
    weights: Vec<f64>,
    /// An id that looks like a number.
    id: String,
) -> String {
    format!("{count} {exact} {weights:?} {id}")
}

/// Add one, strictly.
#[tool]
async fn arg_strict(
    /// A number.
    count: i64,
) -> i64 {
    count + 1
}

#[tokio::test]
async fn what_models_mean_is_read_where_a_tool_or_a_registry_says_so() {
    let registry = registry![arg_coerced, arg_strict].unwrap();
    let harness = Harness::builder(registry.clone()).build().unwrap();
    let session = harness.session().start();
    let sloppy = r#"{"count":"5","exact":"True","weights":"[1, 2.5]","id":"007"}"#;
    let plain = r#"{"count":5,"exact":true,"weights":[1.0,2.5],"id":"007"}"#;
    let calls = [sloppy, plain].map(|it| ToolCall::new("1", "arg_coerced", it));
    let [first, second] = calls;
    let outcome = session.dispatch([first]).await.into_outcomes().remove(0);
    assert_eq!(outcome.text(), r"5 true [1.0, 2.5] 007");
    // It was put right before the key was taken.
    let outcome = session.dispatch([second]).await.into_outcomes().remove(0);
    assert_eq!(outcome.cache(), CacheStatus::Hit);
    assert_eq!(harness.stats().coerced_values, 3);

    let strict = ToolCall::new("1", "arg_strict", r#"{"count":20.0}"#);
    let outcome = session
        .dispatch([strict.clone()])
        .await
        .into_outcomes()
        .remove(0);
    assert_eq!(
        outcome.text(),
        "argument `/count`: expected an integer, got floating point `20.0`"
    );

    let harness = Harness::builder(registry.coerce()).build().unwrap();
    let outcome = harness
        .session()
        .start()
        .dispatch([strict])
        .await
        .into_outcomes()
        .remove(0);
    assert_eq!(outcome.text(), "21");
    assert_eq!(harness.stats().coerced_values, 1);
}

#[test]
fn what_the_schemas_promise_is_kept() {
    let registry = registry![arg_borrowed, arg_bounded, arg_flat, arg_greet, arg_coerced].unwrap();
    let verified = registry.verify().unwrap();
    assert!(verified.values > 50, "{verified:?}");
    assert_eq!(verified.skipped, [] as [&str; 0]);
}

#[tokio::test]
async fn the_argument_of_a_call_that_is_no_value_is_named() {
    let registry = registry![arg_greet].unwrap();
    let outcome = ask(&registry, "arg_greet", r#"{"who":{"name":7}}"#).await;
    let error = outcome.result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArguments);
    assert_eq!(
        error.message(),
        "argument `/who/name`: expected a string, got integer `7`"
    );
}
