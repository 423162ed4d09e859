//! Ours: a tool with a batch function, called in a session of its own by every agent.

use std::collections::HashMap;
use std::sync::Arc;

use toolwright::{
    Batching, FlushPolicy, Harness, Levers, Session, State, ToolCall, ToolError, registry, tool,
};

use super::contestant::{Agent, Asker, Asking, Contestant, Role};
use super::downstream::{Downstream, answer};

/// How many runs, batches and waiting calls the harness allows: more than the downstream takes and agents ask, so that this
/// is not what is measured.
const PLENTY: usize = 4096;

/// Look up one item.
#[tool(batch = "fetch_items", batch_window = "2ms", batch_max = 64)]
async fn fetch_item(
    /// The item's number.
    item: u64,
) -> Result<String, ToolError>;

async fn fetch_items(
    State(downstream): State<Downstream>,
    items: Vec<u64>,
) -> Result<HashMap<u64, String>, ToolError> {
    downstream.request(items.len()).await;
    Ok(items.into_iter().map(|item| (item, answer(item))).collect())
}

struct Ours(Harness);

struct OurAgent(Session);

impl Ours {
    fn ready(downstream: Downstream, levers: Levers, policy: FlushPolicy) -> Box<dyn Asker> {
        let registry = registry![fetch_item].expect("the tool is declared right");
        let batching = Batching::new().policy(policy).max_waiting(PLENTY);
        let harness = Harness::builder(registry)
            .state(downstream)
            .levers(levers)
            .max_concurrency(PLENTY)
            .batching(batching.max_in_flight(PLENTY))
            .build();
        Box::new(Self(harness.expect("the tool has its state")))
    }

    fn batching(downstream: Downstream, policy: FlushPolicy) -> Box<dyn Asker> {
        Self::ready(downstream, Levers::all(), policy)
    }
}

impl Asker for Ours {
    fn agent(&self) -> Arc<dyn Agent> {
        Arc::new(OurAgent(self.0.session().tenant("acme").start()))
    }
}

impl Agent for OurAgent {
    fn ask(&self, item: u64) -> Asking<'_, bool> {
        Box::pin(async move {
            let outcome = self.0.call("fetch_item", &arguments(item)).await;
            outcome.text() == answer(item)
        })
    }

    fn ask_all(&self, items: Vec<u64>) -> Asking<'_, bool> {
        Box::pin(async move {
            let call = |&item: &u64| ToolCall::new(item.to_string(), "fetch_item", arguments(item));
            let outcomes = self.0.dispatch(items.iter().map(call)).await;
            let mut answers = items.iter().zip(&outcomes);
            outcomes.len() == items.len()
                && answers.all(|(&item, outcome)| outcome.text() == answer(item))
        })
    }
}

fn arguments(item: u64) -> String {
    format!(r#"{{"item":{item}}}"#)
}

/// As it comes, without batching, and with other policies.
pub(super) fn contestants() -> Vec<Contestant> {
    let ours = |name: &str, role, ready| Contestant {
        name: format!("toolwright, {name}"),
        role,
        ready,
    };
    vec![
        ours("no batching", Role::Unbatched, |downstream| {
            let levers = Levers::all().without_batching();
            Ours::ready(downstream, levers, FlushPolicy::Adaptive)
        }),
        ours("adaptive", Role::Ours, |downstream| {
            Ours::batching(downstream, FlushPolicy::Adaptive)
        }),
        ours("hybrid 2 ms", Role::Policy, |downstream| {
            Ours::batching(downstream, FlushPolicy::Hybrid)
        }),
        ours("fixed window 2 ms", Role::Policy, |downstream| {
            Ours::batching(downstream, FlushPolicy::FixedWindow)
        }),
    ]
}
