//! Recorded plans of a planner, each as one tick: as deep and as wide as the record says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use toolwright::{Context, Harness, registry, tool};

use super::journal::Journal;

/// How long a step takes.
const STEP: u64 = 100;

/// The step of a plan that only says where the plan ends.
const JOIN: &str = "join";

/// Do one step of a plan.
#[tool(
    writes = "step/{step}",
    reads = "step/{first}, step/{second}, step/{third}"
)]
async fn plan_step(
    #[state] journal: &Journal,
    #[context] ctx: &Context,
    /// Which step it is.
    step: u64,
    /// A step that it needs; 0 for none.
    #[expect(unused, reason = "it is there for the effect")]
    first: u64,
    /// Another one.
    #[expect(unused, reason = "it is there for the effect")]
    second: u64,
    /// A third one.
    #[expect(unused, reason = "it is there for the effect")]
    third: u64,
) -> u64 {
    journal.spend(ctx, STEP).await;
    step
}

fn call(step: &Value) -> (&'static str, String) {
    let needs: Vec<u64> = step["deps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_u64().unwrap())
        .collect();
    assert!(
        needs.len() <= 3,
        "a step needs three others at most: {step}"
    );
    let need = |nth: usize| needs.get(nth).copied().unwrap_or(0);
    let arguments =
        json!({ "step": step["i"], "first": need(0), "second": need(1), "third": need(2) });
    ("plan_step", arguments.to_string())
}

async fn check(record: &Value) {
    let journal = Journal::default();
    let harness = Harness::builder(registry![plan_step].unwrap());
    let session = harness.state(journal.clone()).build().unwrap();
    let steps = record["steps"].as_array().unwrap();
    let steps = steps.iter().filter(|step| step["tool"] != JOIN);
    let tick = journal
        .tick(&session.session().start(), steps.map(call))
        .await;

    let mut levels = BTreeMap::<u64, usize>::new();
    for (from, _) in tick.runs() {
        *levels.entry(from).or_default() += 1;
    }
    let levels: Vec<usize> = levels.into_values().collect();
    assert_eq!(json!(levels), record["levels"], "{record}");
    assert_eq!(json!(tick.outcomes.len()), record["calls"], "{record}");
    assert_eq!(json!(tick.took / STEP), record["depth"], "{record}");
    assert_eq!(json!(tick.most_at_once()), record["width"], "{record}");
}

#[tokio::test(start_paused = true)]
async fn every_recorded_plan_is_as_deep_and_as_wide_as_recorded() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/llmcompiler/plans.jsonl"))
        .find(|file| file.is_file());
    let Some(file) = found else {
        eprintln!("left out: ../shared/data/llmcompiler/plans.jsonl is not here");
        return;
    };
    let text = fs::read_to_string(file).unwrap();
    for line in text.lines() {
        check(&serde_json::from_str(line).unwrap()).await;
    }
    assert!(text.lines().count() > 0);
}
