//! Runs that nested calls begin: calls from outside do not share them, as the two could wait for each other's place.

use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};
use toolwright::{Content, Context, Harness, Outcome, ToolCall, ToolError, registry, tool};

use super::journal::Journal;

/// Read a page.
#[tool(ttl = "1h")]
async fn lent_page(
    #[state] journal: &Journal,
    #[context] ctx: &Context,
    /// Which one.
    page: u64,
) -> u64 {
    journal.spend(ctx, 100).await;
    page
}

/// Read a page by another tool.
#[tool]
async fn lent_reader(
    #[context] ctx: &Context,
    /// Which one.
    page: u64,
) -> Result<Content, ToolError> {
    ctx.call::<lent_page>(json!({ "page": page })).await
}

/// Read a page by another tool, after a while.
#[tool]
async fn lent_late_reader(
    #[context] ctx: &Context,
    /// Which one.
    page: u64,
) -> Result<Content, ToolError> {
    sleep(Duration::from_millis(10)).await;
    ctx.call::<lent_page>(json!({ "page": page })).await
}

/// A harness that runs one tool at a time.
fn harness() -> Harness {
    let harness = Harness::builder(registry![lent_page, lent_reader, lent_late_reader].unwrap());
    let harness = harness.state(Journal::default()).max_concurrency(1);
    harness.build().unwrap()
}

/// One call in a session of its own.
async fn call(harness: &Harness, tool: &'static str, page: u64) -> Outcome {
    let arguments = json!({ "page": page }).to_string();
    let call = ToolCall::new(format!("{tool} {page}"), tool, arguments);
    let report = harness.session().start().dispatch([call]).await;
    report.into_outcomes().remove(0)
}

#[tokio::test(start_paused = true)]
async fn a_call_from_outside_does_not_hang_on_a_run_that_a_tool_began() {
    let harness = harness();
    let goes = timeout(Duration::from_millis(10), call(&harness, "lent_reader", 1));
    let stays = async {
        sleep(Duration::from_millis(5)).await;
        call(&harness, "lent_page", 1).await
    };
    let other = async {
        sleep(Duration::from_millis(20)).await;
        call(&harness, "lent_page", 2).await
    };
    let (goes, stays, other) = tokio::join!(goes, stays, other);
    assert!(goes.is_err());
    assert_eq!((stays.text(), other.text()), ("1", "2"));
    // It begins when the first has gone, and the other when this one has ended: the cap holds.
    assert_eq!(stays.elapsed().as_millis(), 105);
    assert_eq!(other.elapsed().as_millis(), 190);
}

/// The run from outside waits for the place that the tool has, and the tool must not wait for that run.
#[tokio::test(start_paused = true)]
async fn a_tool_does_not_wait_for_an_equal_call_that_waits_for_its_place() {
    let harness = harness();
    let inside = call(&harness, "lent_late_reader", 1);
    let outside = async {
        sleep(Duration::from_millis(5)).await;
        call(&harness, "lent_page", 1).await
    };
    let both = async { tokio::join!(inside, outside) };
    let both = timeout(Duration::from_mins(1), both).await;
    let (inside, outside) = both.expect("neither waits for the other");
    assert_eq!((inside.text(), outside.text()), ("1", "1"));
}
