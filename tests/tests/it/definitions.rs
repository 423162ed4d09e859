//! The bytes that a provider is sent.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toolwright::{Provider, Registry, Tool as _, ToolEntry, registry, tool};

/// How fast.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Speed {
    /// Three days.
    Standard,
    /// One day.
    Express,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema matters")]
struct Parcel {
    /// In kilograms.
    weight: f64,
    /// What is in it.
    contents: Vec<Item>,
    insured: Option<bool>,
    labels: BTreeMap<String, String>,
    address: Address,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema matters")]
struct Item {
    sku: String,
    count: u32,
    colour: Option<Colour>,
}

#[derive(Debug, Deserialize, JsonSchema)]
enum Colour {
    Red,
    Blue,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema matters")]
struct Address {
    zip: String,
    city: String,
    #[serde(rename = "Country")]
    country: String,
}

/// Quote the price of a parcel.
///
/// Use it before an order is placed: "now" is all it knows.
#[tool]
async fn quote_parcel(
    /// The parcel.
    parcel: Parcel,
    /// How fast it must be.
    speed: Speed,
    /// How many of them.
    #[arg(default = 1)]
    count: u32,
    /// A coupon, if there is one.
    coupon: Option<String>,
) -> Result<f64, String> {
    let _ = (parcel, speed, coupon);
    Ok(f64::from(count))
}

/// Tell the time.
#[tool]
async fn tell_time() -> Result<String, String> {
    Ok("now".to_owned())
}

const SCHEMA: &str = concat!(
    r#"{"additionalProperties":false,"properties":{"parcel":{"description":"The parcel.","properties":{"#,
    r#""weight":{"description":"In kilograms.","type":"number"},"#,
    r#""contents":{"description":"What is in it.","items":{"properties":{"sku":{"type":"string"},"#,
    r#""count":{"minimum":0,"type":"integer"},"colour":{"enum":["Red","Blue"],"type":"string"}},"#,
    r#""required":["sku","count"],"type":"object"},"type":"array"},"#,
    r#""insured":{"type":"boolean"},"labels":{"additionalProperties":{"type":"string"},"type":"object"},"#,
    r#""address":{"properties":{"zip":{"type":"string"},"city":{"type":"string"},"Country":{"type":"string"}},"#,
    r#""required":["zip","city","Country"],"type":"object"}},"#,
    r#""required":["weight","contents","labels","address"],"type":"object"},"#,
    r#""speed":{"description":"How fast it must be.\n- `standard`: Three days.\n- `express`: One day.","enum":["standard","express"],"type":"string"},"#,
    r#""count":{"default":1,"description":"How many of them.","minimum":0,"type":"integer"},"#,
    r#""coupon":{"description":"A coupon, if there is one.","type":"string"}},"#,
    r#""required":["parcel","speed"],"type":"object"}"#,
);
const DESCRIPTION: &str =
    r#"Quote the price of a parcel.\n\nUse it before an order is placed: \"now\" is all it knows."#;

fn registry() -> Registry {
    registry![tell_time, quote_parcel].unwrap()
}

#[test]
fn golden_schema() {
    let registry = registry();
    let definition = registry.iter().next().unwrap();
    assert_eq!(definition.name(), "quote_parcel");
    assert_eq!(definition.input_schema(), SCHEMA);
}

#[test]
fn golden_forms_of_each_provider() {
    let time_schema = r#"{"additionalProperties":false,"properties":{},"type":"object"}"#;
    assert_eq!(
        registry().definitions(Provider::Anthropic),
        format!(
            r#"[{{"name":"quote_parcel","description":"{DESCRIPTION}","input_schema":{SCHEMA}}},{{"name":"tell_time","description":"Tell the time.","input_schema":{time_schema}}}]"#
        )
    );
    assert_eq!(
        registry().definitions(Provider::OpenAiResponses),
        format!(
            r#"[{{"type":"function","name":"quote_parcel","description":"{DESCRIPTION}","parameters":{SCHEMA},"strict":false}},{{"type":"function","name":"tell_time","description":"Tell the time.","parameters":{time_schema},"strict":false}}]"#
        )
    );
    assert_eq!(
        registry().definitions(Provider::OpenAiChat),
        format!(
            r#"[{{"type":"function","function":{{"name":"quote_parcel","description":"{DESCRIPTION}","parameters":{SCHEMA},"strict":false}}}},{{"type":"function","function":{{"name":"tell_time","description":"Tell the time.","parameters":{time_schema},"strict":false}}}}]"#
        )
    );
}

#[test]
fn golden_fingerprints() {
    let registry = registry();
    let texts: Vec<String> = registry
        .iter()
        .map(|definition| definition.fingerprint().to_string())
        .collect();
    // The same in every build and process, whatever the features of the other crates.
    assert_eq!(
        texts,
        [
            "f48445d78954b319065ab27caa76b649",
            "69a6c564dcaa11458785add8144dffdc"
        ]
    );
    assert_eq!(
        registry.fingerprint().to_string(),
        "9c5f8ced435e0362314b0436ab69050d"
    );
}

#[test]
fn the_order_of_registration_does_not_matter() {
    let other = registry![quote_parcel, tell_time].unwrap();
    assert_eq!(
        registry().definitions(Provider::Anthropic),
        other.definitions(Provider::Anthropic)
    );
    assert_eq!(registry().fingerprint(), other.fingerprint());
    assert_ne!(
        registry().fingerprint(),
        registry![tell_time].unwrap().fingerprint()
    );
}

#[test]
fn a_registry_is_looked_into() {
    let registry = registry();
    assert_eq!((registry.len(), registry.is_empty()), (2, false));
    assert_eq!(
        registry.names().collect::<Vec<_>>(),
        ["quote_parcel", "tell_time"]
    );
    let spec = registry.spec("tell_time").unwrap();
    assert_eq!(spec.description(), "Tell the time.");
    assert!(registry.spec("tell").is_none());
    assert!(Registry::new([]).unwrap().is_empty());
}

#[test]
fn another_process_writes_the_same_bytes() {
    // The child has hash seeds and addresses of its own.
    const CHILD: &str = "TOOLWRIGHT_TEST_PRINT_DEFINITIONS";
    if std::env::var_os(CHILD).is_some() {
        println!(
            "<<<{}{}>>>",
            registry().definitions(Provider::OpenAiChat),
            registry().fingerprint()
        );
        return;
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "definitions::another_process_writes_the_same_bytes",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let printed = text
        .split_once("<<<")
        .and_then(|(_, rest)| rest.split_once(">>>"))
        .map(|(printed, _)| printed);
    assert_eq!(
        printed,
        Some(&*format!(
            "{}{}",
            registry().definitions(Provider::OpenAiChat),
            registry().fingerprint()
        ))
    );
}

/// Tell another time.
#[tool(name = "tell_the_time")]
async fn tell_it() -> Result<String, String> {
    Ok("then".to_owned())
}

/// Declared by hand, so that it is not linked: `Registry::linked()` of this program would refuse the two.
struct Twin;

impl toolwright::Tool for Twin {
    type Output = Result<(), String>;
    const SPEC: toolwright::ToolSpec = toolwright::__private::spec("tell_the_time", "Tell it.");
    async fn call(_: toolwright::__private::Call) -> toolwright::__private::Reply {
        Ok(toolwright::Content::plain(""))
    }
}

#[test]
fn duplicates_name_both_places() {
    let (one, other) = (tell_it::SPEC.location(), Twin::SPEC.location());
    assert!(one.line() < other.line());
    for registry in [registry![tell_it, Twin], registry![Twin, tell_it]] {
        let error = registry.unwrap_err();
        assert_eq!(error.problems().len(), 1);
        assert_eq!(
            error.to_string(),
            format!(
                "two tools are named `tell_the_time`: one at {one}, one at {other}; give one `name = \"…\"`"
            )
        );
    }
}

#[test]
fn a_name_that_no_macro_checked_is_refused() {
    struct Odd;
    impl toolwright::Tool for Odd {
        type Output = Result<(), String>;
        const SPEC: toolwright::ToolSpec = toolwright::__private::spec("has space!", "Odd.");
        async fn call(_: toolwright::__private::Call) -> toolwright::__private::Reply {
            Ok(toolwright::Content::plain(""))
        }
    }
    let error = Registry::new([ToolEntry::of::<Odd>()])
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("the tool `has space!` at tests/tests/it/definitions.rs:"),
        "{error}"
    );
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema matters")]
struct Tree {
    children: Vec<Tree>,
}

/// Declared by hand, so that it is not linked: `Registry::linked()` of this program would refuse it as well.
struct CountLeaves;

const TREE: toolwright::__private::Param<Tree> =
    <Tree as toolwright::Arg>::PARAM.describe(0, "tree", "The tree.");

impl toolwright::Tool for CountLeaves {
    type Output = Result<(), String>;
    const SPEC: toolwright::ToolSpec =
        toolwright::__private::spec("count_leaves", "Count the leaves of a tree.").params(&[&TREE]);
    async fn call(_: toolwright::__private::Call) -> toolwright::__private::Reply {
        Ok(toolwright::Content::plain(""))
    }
}

#[test]
fn a_recursive_type_is_refused_by_name() {
    let error = registry![CountLeaves].unwrap_err().to_string();
    assert!(
        error.starts_with("the tool `count_leaves` at tests/tests/it/definitions.rs:"),
        "{error}"
    );
    assert!(
        error.contains("the type of the argument `tree` contains itself"),
        "{error}"
    );
}

/// The features do what this binary was built with them for, or the golden tests above would show nothing.
#[test]
fn golden_features_of_serde_json_are_on() {
    let text = r#"{"b":1.10,"a":1}"#;
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let precise = cfg!(feature = "serde_json_arbitrary_precision");
    let ordered = cfg!(feature = "serde_json_preserve_order");
    let b = if precise { r#""b":1.10"# } else { r#""b":1.1"# };
    let expected = if ordered {
        format!(r#"{{{b},"a":1}}"#)
    } else {
        format!(r#"{{"a":1,{b}}}"#)
    };
    assert_eq!(value.to_string(), expected);
}
