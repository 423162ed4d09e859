//! What `#[tool]` makes of a function.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toolwright::{
    Context, ErrorKind, Harness, State, Tenancy, Tool as _, ToolError, registry, tool,
};

use crate::one;

#[derive(Debug, Clone)]
struct Db {
    prefix: &'static str,
}

#[derive(Debug, Clone, Serialize, PartialEq)]
struct Order {
    id: String,
}

/// The line of the function's name, below its doc comment and attribute.
const LOOKUP_ORDER: u32 = line!() + 13;

/// Look up one order by its id.
///
/// The order is the one of the tenant.
#[tool(
    ttl = "1h30m",
    cache_key_exclude = "request_id",
    tenant_scoped,
    version = 3,
    batch = "lookup_orders",
    reads = "order/{order_id}, customer/*"
)]
async fn lookup_order(
    /// The order's id, for example `A-1234`.
    order_id: String,
    /// Correlates log lines.
    request_id: Option<String>,
) -> Result<Order, ToolError>;

async fn lookup_orders(
    ctx: &Context,
    State(db): State<Db>,
    order_ids: Vec<String>,
) -> Result<HashMap<String, Order>, ToolError> {
    let tenant = ctx.tenant().unwrap_or("nobody").to_owned();
    Ok(order_ids
        .into_iter()
        .filter(|id| id.starts_with("A-"))
        .map(|id| {
            (
                id.clone(),
                Order {
                    id: format!("{}{tenant}/{id}", db.prefix),
                },
            )
        })
        .collect())
}

/// Refund one order in full.
#[tool(writes("order/{order_id}", "balance"), name = "refund-order")]
async fn issue_refund(
    #[context] ctx: &Context,
    #[state] db: Db,
    /// The order to refund.
    #[arg(rename = "order_id")]
    id: String,
    /// Why.
    #[arg(default = "unspecified".to_owned())]
    reason: String,
    #[state] borrowed: &Db,
    #[arg(default, undocumented)] notify: bool,
) -> Result<String, ToolError> {
    Ok(format!(
        "{}{}: {id} for {reason}, {notify}, {:?} of {:?}",
        db.prefix,
        borrowed.prefix,
        ctx.call_id(),
        ctx.run_id()
    ))
}

/// How many characters a text has.
#[tool(shared, ttl = "0")]
async fn length(
    /// The text.
    r#type: String,
) -> Result<usize, std::convert::Infallible> {
    Ok(r#type.chars().count())
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Line {
    sku: String,
    count: u32,
}

/// Count the items of an order.
#[tool]
async fn count_items(
    /// The lines.
    lines: Vec<Line>,
) -> Result<u32, String> {
    Ok(lines
        .iter()
        .filter(|line| !line.sku.is_empty())
        .map(|line| line.count)
        .sum())
}

#[test]
fn the_declaration_is_plain_data() {
    let spec = lookup_order::SPEC;
    assert_eq!(spec.name(), "lookup_order");
    assert_eq!(
        spec.description(),
        "Look up one order by its id.\n\nThe order is the one of the tenant."
    );
    assert_eq!(spec.ttl().map(|ttl| ttl.as_secs()), Some(5400));
    assert_eq!(spec.excluded(), ["request_id"]);
    assert_eq!(spec.tenancy(), Tenancy::Required);
    assert_eq!(spec.cache_version(), 3);
    assert_eq!(spec.batch_function(), Some("lookup_orders"));
    assert_eq!(spec.reads_templates(), ["order/{order_id}", "customer/*"]);
    assert!(spec.location().file().ends_with("attribute.rs"));
    assert_eq!(
        spec.location().line(),
        LOOKUP_ORDER,
        "the line of the function's name"
    );

    let spec = issue_refund::SPEC;
    assert_eq!(spec.name(), "refund-order");
    assert_eq!(spec.ttl(), None);
    assert_eq!(spec.writes_templates(), ["order/{order_id}", "balance"]);
    assert_eq!(length::SPEC.ttl(), None, "\"0\" says never cache");
    assert_eq!(length::SPEC.tenancy(), Tenancy::Shared);
    assert_eq!(length::SPEC.arguments()[0].name(), "type");
}

#[tokio::test]
async fn the_function_stays_a_function() {
    assert_eq!(length("four".to_owned()).await, Ok(4));
}

fn harness() -> Harness {
    let registry = registry![lookup_order, issue_refund, length, count_items].unwrap();
    Harness::builder(registry)
        .state(Db { prefix: "db:" })
        .build()
        .unwrap()
}

#[tokio::test]
async fn arguments_state_and_context_arrive() {
    let session = harness().session().tenant("acme").run_id("run-1").start();
    let refund = one(&session, "refund-order", r#"{"order_id":"A-1"}"#).await;
    assert_eq!(
        refund.text(),
        r#"db:db:: A-1 for unspecified, false, Some("call_1") of Some("run-1")"#
    );
    let refund = one(
        &session,
        "refund-order",
        r#"{"notify":true,"reason":"late","order_id":"A-1"}"#,
    )
    .await;
    assert_eq!(
        refund.text(),
        r#"db:db:: A-1 for late, true, Some("call_1") of Some("run-1")"#
    );
    let order = one(
        &session,
        "lookup_order",
        r#"{"order_id":"A-1","request_id":"r"}"#,
    )
    .await;
    assert_eq!(order.text(), r#"{"id":"db:acme/A-1"}"#);
}

#[tokio::test]
async fn a_string_is_its_own_text() {
    let session = harness().session().tenant("acme").start();
    let outcome = one(&session, "refund-order", r#"{"order_id":"A-1"}"#).await;
    assert!(!outcome.result().unwrap().is_json());
    assert!(
        one(&session, "length", r#"{"type":"x"}"#)
            .await
            .result()
            .unwrap()
            .is_json()
    );
}

async fn refusal(tool: &str, arguments: &str) -> (ErrorKind, String) {
    let session = harness().session().tenant("acme").start();
    let outcome = one(&session, tool, arguments).await;
    let error = outcome.result().expect_err(arguments);
    (error.kind(), error.message().to_owned())
}

#[tokio::test]
async fn bad_arguments_are_refused_in_words() {
    let check = async |tool: &str, arguments: &str, message: &str| {
        assert_eq!(
            refusal(tool, arguments).await,
            (ErrorKind::InvalidArguments, message.to_owned()),
            "{arguments}"
        );
    };
    check(
        "lookup_order",
        "{}",
        "`lookup_order` cannot take these arguments: the argument `/order_id` is required",
    )
    .await;
    check(
        "lookup_order",
        "",
        "`lookup_order` cannot take these arguments: the argument `/order_id` is required",
    )
    .await;
    check(
        "lookup_order",
        r#"{"ordr_id":"A-1"}"#,
        "`lookup_order` cannot take these arguments: there is no argument `/ordr_id`: did you mean `order_id`?; the argument `/order_id` is required",
    )
    .await;
    check(
        "lookup_order",
        r#"{"order_id":"A-1","verbose":true}"#,
        "`lookup_order` cannot take these arguments: there is no argument `/verbose`: the arguments are `order_id` and `request_id`",
    )
    .await;
    check(
        "lookup_order",
        r#"{"order_id":7}"#,
        "argument `/order_id`: expected a string, got integer `7`",
    )
    .await;
    check(
        "count_items",
        r#"{"lines":[{"sku":"a","count":"five"}]}"#,
        "argument `/lines/0/count`: expected an integer of at least 0, got string \"five\"",
    )
    .await;
    check(
        "count_items",
        r#"{"lines":[{"sku":"a","count":-1}]}"#,
        "argument `/lines/0/count`: expected an integer of at least 0, got integer `-1`",
    )
    .await;
    check(
        "count_items",
        r#"{"lines":[{"sku":"a"}]}"#,
        "argument `/lines/0`: missing field `count`",
    )
    .await;
    check(
        "count_items",
        r#"{"lines":null}"#,
        "argument `/lines`: expected an array, got null",
    )
    .await;
    let (kind, message) = refusal("length", r#"["x"]"#).await;
    assert_eq!(kind, ErrorKind::InvalidArguments);
    assert!(
        message.starts_with("the arguments of `length` must be one JSON object: line 1, column 1"),
        "{message}"
    );
    let (_, message) = refusal("length", r#"{"type":"a","type":"b"}"#).await;
    assert!(
        message.ends_with("the member `type` is given twice"),
        "{message}"
    );
    let (_, message) = refusal("length", r#"{"type":"a"#).await;
    assert!(
        message.contains("the text ends inside a string"),
        "{message}"
    );
}

#[tokio::test]
async fn an_unknown_tool_names_the_nearest() {
    let (kind, message) = refusal("lookup_ordr", "{}").await;
    assert_eq!(kind, ErrorKind::UnknownTool);
    assert_eq!(
        message,
        "there is no tool `lookup_ordr`: did you mean `lookup_order`?"
    );
    let (_, message) = refusal("weather", "{}").await;
    assert_eq!(
        message,
        "there is no tool `weather`: the tools are `count_items`, `length`, `lookup_order` and `refund-order`"
    );
}

#[tokio::test]
async fn null_and_nothing_are_no_arguments() {
    /// Take nothing that is required.
    #[tool]
    async fn optional(
        /// A number.
        n: Option<u32>,
    ) -> Result<String, String> {
        Ok(format!("{n:?}"))
    }
    /// Take nothing at all.
    #[tool]
    async fn nothing_at_all() -> Result<u32, String> {
        Ok(0)
    }
    let harness = Harness::builder(registry![optional, nothing_at_all].unwrap())
        .build()
        .unwrap();
    let session = harness.session().start();
    let refused = one(&session, "nothing_at_all", r#"{"n":5}"#).await;
    assert_eq!(
        refused.text(),
        "`nothing_at_all` cannot take these arguments: there is no argument `/n`: it takes none"
    );
    assert_eq!(one(&session, "nothing_at_all", "").await.text(), "0");
    for arguments in ["", "  ", "null", "{}", r#"{"n":null}"#] {
        assert_eq!(
            one(&session, "optional", arguments).await.text(),
            "None",
            "{arguments:?}"
        );
    }
    assert_eq!(
        one(&session, "optional", r#"{"n":5}"#).await.text(),
        "Some(5)"
    );
}

#[test]
fn missing_state_is_an_error_of_build() {
    let registry = registry![lookup_order, issue_refund].unwrap();
    let error = Harness::builder(registry).build().unwrap_err();
    assert_eq!(error.problems().len(), 2);
    let error = error.to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 2, "{error}");
    assert!(
        lines[0].starts_with(&format!(
            "the tool `lookup_order` at tests/tests/it/attribute.rs:{LOOKUP_ORDER}:"
        )),
        "{error}"
    );
    assert!(
        lines[0].ends_with(
            "needs state of type `it::attribute::Db`: give the harness one with `.state(…)`"
        ),
        "{error}"
    );
    assert!(
        lines[1].starts_with("the tool `refund-order` at "),
        "{error}"
    );
}

#[test]
fn a_cap_of_zero_is_an_error_of_build() {
    let registry = registry![length].unwrap();
    let error = Harness::builder(registry)
        .max_concurrency(0)
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a concurrency cap of 0 would never run anything: give at least 1"
    );
}

#[tokio::test]
async fn an_error_of_ours_keeps_its_kind() {
    /// Fail.
    #[tool]
    async fn fail() -> Result<(), ToolError> {
        Err(ToolError::not_found("no such thing"))
    }
    /// Fail with a type of one's own.
    #[tool]
    async fn fail_otherwise() -> Result<(), std::num::ParseIntError> {
        "x".parse::<i32>().map(|_| ())
    }
    let harness = Harness::builder(registry![fail, fail_otherwise].unwrap())
        .build()
        .unwrap();
    let session = harness.session().start();
    assert_eq!(
        one(&session, "fail", "").await.result().unwrap_err(),
        &ToolError::not_found("no such thing")
    );
    let other = one(&session, "fail_otherwise", "").await;
    assert_eq!(
        other.result().unwrap_err(),
        &ToolError::failed("invalid digit found in string")
    );
}
