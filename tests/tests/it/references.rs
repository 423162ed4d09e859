//! What a registry offers a model beyond the arguments: references to the results of earlier calls, and an order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toolwright::{
    ErrorKind, Harness, Provider, Registry, RegistryProblem, Tool as _, cli, registry, tool,
};

use super::one;

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct User {
    /// The user's id.
    id: u32,
    /// Where parcels go.
    address: String,
}

/// Find a user by e-mail address.
#[tool]
async fn ref_find_user(
    /// The address.
    #[arg(email)]
    email: String,
) -> Result<User, String> {
    Err(email)
}

/// List the ids of a user's orders, the newest first.
#[tool]
async fn ref_list_orders(
    /// Whose orders.
    #[arg(from = ref_find_user)]
    user: User,
    /// How many at most.
    #[arg(refs, default = 10, range = 1..=50)]
    limit: u32,
) -> Vec<String> {
    vec![format!("{}-{limit}", user.id)]
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Carrier {
    /// By plane.
    Air,
    /// By ship.
    Sea,
}

/// Track an order.
#[tool]
async fn ref_track_order(
    /// The order's id.
    #[arg(refs, example = "A-1", pattern = "^A-[0-9]+$")]
    order_id: String,
    /// Who carries it.
    #[arg(refs)]
    carrier: Option<Carrier>,
    /// In which language.
    language: Option<String>,
) -> String {
    format!("{order_id} {carrier:?} {language:?}")
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Message {
    /// The text.
    text: String,
}

/// Send a message.
#[tool]
async fn ref_send(#[arg(flatten)] message: Message) -> String {
    message.text
}

fn tools() -> Registry {
    registry![ref_find_user, ref_list_orders, ref_track_order, ref_send].unwrap()
}

fn offering() -> Registry {
    let registry = tools().with_references().unwrap();
    registry.with_call_order().unwrap()
}

fn schema(registry: &Registry, tool: &str) -> String {
    let mut definitions = registry.iter();
    let definition = definitions.find(|it| it.name() == tool).unwrap();
    definition.input_schema().to_owned()
}

fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/references")
}

/// The files are written anew by `UPDATE_EXPECT=1 cargo test -p toolwright-tests --test it golden_references`.
#[test]
fn golden_references_of_each_provider() {
    let (registry, folder) = (offering(), golden_folder());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let out = ["--out", folder.to_str().unwrap()].map(str::to_owned);
        assert_eq!(cli::dump(&registry, &folder, out), ExitCode::SUCCESS);
    }
    assert_eq!(cli::drift(&registry, folder).unwrap(), [] as [&str; 0]);
}

#[test]
fn golden_references_are_named_as_every_provider_takes() {
    fn check(schema: &serde_json::Value) {
        if let Some(properties) = schema.get("properties").and_then(|it| it.as_object()) {
            for name in properties.keys() {
                let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
                assert!(
                    (1..=64).contains(&name.len()) && name.bytes().all(is_taken),
                    "{name}"
                );
            }
        }
        match schema {
            serde_json::Value::Object(members) => members.values().for_each(check),
            serde_json::Value::Array(items) => items.iter().for_each(check),
            _ => {}
        }
    }
    for definition in offering().iter() {
        check(&serde_json::from_str(definition.input_schema()).unwrap());
    }
}

#[test]
fn a_declaration_says_what_takes_references() {
    let takes = |params: &[&dyn toolwright::ParamInfo]| -> BTreeMap<_, _> {
        let names = params.iter().map(|it| (it.name(), it.takes_references()));
        names.collect()
    };
    assert_eq!(
        takes(ref_track_order::SPEC.arguments()),
        [("carrier", true), ("language", false), ("order_id", true)].into()
    );
    assert_eq!(
        takes(ref_list_orders::SPEC.arguments()),
        [("limit", true), ("user", true)].into()
    );
}

/// Track an order.
#[tool]
async fn ref_track_plainly(
    /// The order's id.
    #[arg(example = "A-1", pattern = "^A-[0-9]+$")]
    order_id: String,
    /// Who carries it.
    carrier: Option<Carrier>,
    /// In which language.
    language: Option<String>,
) -> String {
    format!("{order_id} {carrier:?} {language:?}")
}

#[test]
fn a_registry_that_offers_none_says_nothing_of_them() {
    let plain = Registry::new([toolwright::ToolEntry::of::<ref_track_plainly>()]).unwrap();
    assert_eq!(
        schema(&tools(), "ref_track_order"),
        schema(&plain, "ref_track_plainly")
    );
    let list = schema(&tools(), "ref_list_orders");
    assert!(list.contains(r#""required":["user"]"#), "{list}");
    assert!(!list.contains("ref_find_user"), "{list}");
    assert!(!tools().references() && !tools().call_order());
}

#[test]
fn offers_change_the_schemas_of_those_that_they_are_for() {
    let (plain, referring) = (tools(), tools().with_references().unwrap());
    let ordered = tools().with_call_order().unwrap();
    assert!(referring.references() && !referring.call_order());
    assert!(!ordered.references() && ordered.call_order());
    for tool in ["ref_find_user", "ref_send"] {
        assert_eq!(schema(&referring, tool), schema(&plain, tool));
        assert!(schema(&ordered, tool).contains(r#""_after":{"#));
    }
    let list = schema(&referring, "ref_list_orders");
    assert!(!list.contains("required\":[\"user"), "{list}");
    let track = schema(&referring, "ref_track_order");
    assert!(track.contains(r#""required":["order_id"]"#), "{track}");

    let fingerprints = [&plain, &referring, &ordered, &offering()].map(Registry::fingerprint);
    for (index, fingerprint) in fingerprints.iter().enumerate() {
        assert!(!fingerprints[..index].contains(fingerprint));
    }
    let otherwise = tools()
        .with_call_order()
        .unwrap()
        .with_references()
        .unwrap();
    assert_eq!(otherwise.fingerprint(), offering().fingerprint());
}

#[tokio::test(start_paused = true)]
async fn values_are_held_against_the_own_schema_of_an_argument() {
    let registry = tools().coerce().with_references().unwrap();
    assert!(registry.verify().unwrap().values > 0);
    let harness = Harness::builder(registry).build().unwrap();
    let session = harness.session().start();
    let track = one(
        &session,
        "ref_track_order",
        r#"{"order_id":"A-1","carrier":"air"}"#,
    )
    .await;
    assert_eq!(track.text(), "A-1 Some(Air) None");
    let track = one(&session, "ref_track_order", r#"{"order_id":"B"}"#).await;
    assert_eq!(
        track.result().unwrap_err().kind(),
        ErrorKind::InvalidArguments
    );
    assert!(track.text().contains("/order_id"), "{}", track.text());
    // What was said before is still said.
    let user = r#"{"user":{"id":7,"address":"Here"},"limit":"5"}"#;
    assert_eq!(
        one(&session, "ref_list_orders", user).await.text(),
        r#"["7-5"]"#
    );
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Schema {
    #[serde(rename = "$ref")]
    target: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema matters")]
enum Either {
    Text(String),
    Linked { _ref: u32 },
}

/// Read a schema.
#[tool]
async fn ref_read_schema(
    /// The schema.
    #[arg(refs)]
    schema: Schema,
    /// Another thing.
    #[arg(refs)]
    either: Either,
    /// The user.
    #[arg(from = "ref_find_user")]
    user: Option<User>,
    /// Not this one.
    other: Schema,
    /// What comes before.
    #[arg(rename = "_after")]
    after: Option<String>,
) -> String {
    format!("{schema:?} {either:?} {user:?} {other:?} {after:?}")
}

#[test]
fn what_is_in_the_way_is_told_at_once() {
    let registry = || registry![ref_read_schema].unwrap();
    let error = registry().with_references().unwrap_err();
    let location = ref_read_schema::SPEC.location();
    let like = |argument, member| RegistryProblem::LikeAReference {
        name: "ref_read_schema",
        location,
        argument,
        member,
    };
    assert_eq!(
        error.problems(),
        [
            like("schema", "$ref"),
            like("either", "_ref"),
            RegistryProblem::UnknownGiver {
                name: "ref_read_schema",
                location,
                argument: "user",
                giver: "ref_find_user",
            },
        ]
    );
    assert_eq!(
        error.to_string(),
        format!(
            "the tool `ref_read_schema` at {location} cannot take references as `schema`: its values have a member `$ref`, and so do references; rename that member, or remove `refs` or `from`\n\
             the tool `ref_read_schema` at {location} cannot take references as `either`: its values have a member `_ref`, and so do references; rename that member, or remove `refs` or `from`\n\
             the tool `ref_read_schema` at {location} takes `user` from `ref_find_user`, which is not in this registry: register that tool as well, or remove `from`"
        )
    );
    let error = registry().with_call_order().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the tool `ref_read_schema` at {location} has an argument `_after`, by which a call says what it waits for where the registry offers that: rename the argument"
        )
    );
}

#[test]
fn golden_references_in_the_prompt() {
    const TOGETHER: &str = "Emit all tool calls whose arguments you know in one message: they run side by side, and calls that change something keep the order in which you write them.";
    assert_eq!(tools().tick_prompt(), TOGETHER);
    assert_eq!(tools().with_call_order().unwrap().tick_prompt(), TOGETHER);
    assert_eq!(
        offering().tick_prompt(),
        format!(
            r#"{TOGETHER} Where an argument is in the result of an earlier call of the same message and its schema offers `_ref`, do not wait for that result: emit the call with a reference, such as `{{"_ref":{{"call":1,"path":"/items/0/id"}}}}`."#
        )
    );
    // Where no argument takes one, none is spoken of.
    let without = registry![ref_find_user, ref_send].unwrap();
    assert_eq!(without.with_references().unwrap().tick_prompt(), TOGETHER);
}

#[test]
fn a_reference_costs_a_model_little() {
    let size = |registry: &Registry| schema(registry, "ref_track_order").len();
    let referring = tools().with_references().unwrap();
    let per_argument = (size(&referring) - size(&tools())) / 2;
    assert!(per_argument < 500, "{per_argument} bytes");
    assert!(
        offering()
            .definitions(Provider::OpenAiChat)
            .contains(r#""strict":false"#)
    );
}
