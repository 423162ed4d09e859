//! Recorded plans of a planner, each as one tick: as deep and as wide as the record says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};
use toolwright::{Context, Harness, registry, tool};

use super::journal::Journal;

/// How long a step takes.
const DURATION: u64 = 100;

/// The step of a plan that only says where the plan ends.
const JOIN: &str = "join";

/// Do one step of a plan, which writes what other steps read.
#[tool(
    writes = "step/{step}",
    reads = "step/{first}, step/{second}, step/{third}"
)]
async fn plan_effect(
    #[state] journal: &Journal,
    #[context] ctx: &Context,
    /// Which step it is.
    step: u64,
    /// A step that it needs; 0 for none.
    first: u64,
    /// Another one.
    second: u64,
    /// A third one.
    third: u64,
) -> Step {
    journal.spend(ctx, DURATION).await;
    Step::new(step, [first, second, third])
}

/// Do one step of a plan, with what came of other steps.
#[tool]
async fn plan_reference(
    #[state] journal: &Journal,
    #[context] ctx: &Context,
    /// Which step it is.
    step: u64,
    /// What came of a step; 0 for none.
    #[arg(refs)]
    first: u64,
    /// Of another one.
    #[arg(refs)]
    second: u64,
    /// Of a third one.
    #[arg(refs)]
    third: u64,
) -> Step {
    journal.spend(ctx, DURATION).await;
    Step::new(step, [first, second, third])
}

/// What a step says: which one it is, and which ones it had.
#[derive(Serialize)]
struct Step {
    step: u64,
    had: Vec<u64>,
}

impl Step {
    fn new(step: u64, had: [u64; 3]) -> Self {
        let had = had.into_iter().filter(|step| *step > 0).collect();
        Self { step, had }
    }
}

/// How a step says which others it needs.
#[derive(Debug, Clone, Copy)]
enum By {
    Effects,
    References,
}

impl By {
    fn call(self, step: &Value) -> (&'static str, String) {
        let needs = step["deps"].as_array().unwrap();
        assert!(
            needs.len() <= 3,
            "a step needs three others at most: {step}"
        );
        let need = |nth: usize| match (needs.get(nth), self) {
            (None, _) => json!(0),
            (Some(need), Self::Effects) => need.clone(),
            // Steps are counted as calls are.
            (Some(need), Self::References) => json!({ "_ref": { "call": need, "path": "/step" } }),
        };
        let (first, second, third) = (need(0), need(1), need(2));
        let arguments =
            json!({ "step": step["i"], "first": first, "second": second, "third": third });
        let tool = match self {
            Self::Effects => "plan_effect",
            Self::References => "plan_reference",
        };
        (tool, arguments.to_string())
    }
}

async fn check(record: &Value, by: By) {
    let journal = Journal::default();
    let registry = registry![plan_effect, plan_reference].unwrap();
    let harness = Harness::builder(registry.with_references().unwrap()).state(journal.clone());
    let session = harness.build().unwrap().session().start();
    let steps = record["steps"].as_array().unwrap();
    let steps: Vec<_> = steps.iter().filter(|step| step["tool"] != JOIN).collect();
    let calls = steps.iter().map(|step| by.call(step));
    let tick = journal.tick(&session, calls).await;

    for (step, outcome) in steps.iter().zip(&tick.outcomes) {
        let said = json!({ "step": step["i"], "had": step["deps"] });
        assert_eq!(serde_json::from_str::<Value>(outcome.text()).unwrap(), said);
    }
    let mut levels = BTreeMap::<u64, usize>::new();
    for (from, _) in tick.runs() {
        *levels.entry(from).or_default() += 1;
    }
    let levels: Vec<usize> = levels.into_values().collect();
    assert_eq!(json!(levels), record["levels"], "{by:?}: {record}");
    assert_eq!(
        json!(tick.outcomes.len()),
        record["calls"],
        "{by:?}: {record}"
    );
    assert_eq!(
        json!(tick.took / DURATION),
        record["depth"],
        "{by:?}: {record}"
    );
    assert_eq!(
        json!(tick.most_at_once()),
        record["width"],
        "{by:?}: {record}"
    );
}

/// Every recorded plan.
async fn check_all(by: By) {
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
        check(&serde_json::from_str(line).unwrap(), by).await;
    }
    assert!(text.lines().count() > 0);
}

#[tokio::test(start_paused = true)]
async fn plans_with_effects_are_as_deep_and_as_wide_as_recorded() {
    check_all(By::Effects).await;
}

#[tokio::test(start_paused = true)]
async fn plans_with_references_are_as_deep_and_as_wide_as_recorded() {
    check_all(By::References).await;
}
