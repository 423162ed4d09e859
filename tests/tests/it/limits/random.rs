//! All limits together, in random ticks of random sessions, some of which are given up: no cap is ever exceeded, no
//! write runs twice, and in the end every permit is back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::task::JoinSet;
use tokio::time::Instant;
use toolwright::{Harness, Levers, State, ToolCall, ToolError, registry, tool};

use super::sleep;

/// What runs now and what ever ran.
#[derive(Debug, Clone, Default)]
struct Gauge(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    /// By tool, and of all tools: how many run now, and the most that ever did.
    running: HashMap<&'static str, (usize, usize)>,
    /// How often each call ran.
    runs: HashMap<u32, usize>,
    /// When the runs of the tool with a rate began.
    rated: Vec<Instant>,
}

/// Runs of a tool while they run.
struct Running<'g>(&'g Gauge, &'static str);

impl Gauge {
    fn begin(&self, tool: &'static str, ids: &[u32]) -> Running<'_> {
        let mut counts = self.0.lock().unwrap();
        for name in [tool, "all"] {
            let (now, most) = counts.running.entry(name).or_default();
            *now += 1;
            *most = (*most).max(*now);
        }
        for id in ids {
            *counts.runs.entry(*id).or_default() += 1;
        }
        Running(self, tool)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut counts = self.0.0.lock().unwrap();
        for name in [self.1, "all"] {
            counts.running.get_mut(name).unwrap().0 -= 1;
        }
    }
}

/// One run, of one call or of a batch.
async fn run(
    gauge: &Gauge,
    tool: &'static str,
    ids: &[u32],
    millis: u64,
) -> Result<u32, ToolError> {
    let _running = gauge.begin(tool, ids);
    sleep(millis).await;
    if millis % 3 == 2 {
        return Err(ToolError::failed("the line is busy"));
    }
    Ok(7)
}

/// Run without limits.
#[tool]
async fn random_free(
    #[state] gauge: &Gauge,
    /// Which call.
    id: u32,
    /// How long it takes.
    millis: u64,
) -> Result<u32, ToolError> {
    run(gauge, "random_free", &[id], millis).await
}

/// Run two at a time.
#[tool(max_concurrency = 2, retries = 2, timeout = "20ms")]
async fn random_two(
    #[state] gauge: &Gauge,
    /// Which call.
    id: u32,
    /// How long it takes.
    millis: u64,
) -> Result<u32, ToolError> {
    run(gauge, "random_two", &[id], millis).await
}

/// Run at a rate.
#[tool(
    max_concurrency = 3,
    rate = "4/s",
    timeout = "2s",
    after = "random_two"
)]
async fn random_rated(
    #[state] gauge: &Gauge,
    /// Which call.
    id: u32,
    /// How long it takes.
    millis: u64,
) -> Result<u32, ToolError> {
    gauge.0.lock().unwrap().rated.push(Instant::now());
    run(gauge, "random_rated", &[id], millis).await
}

/// Write.
#[tool(max_concurrency = 2, timeout = "20ms", writes = "random/{id}")]
async fn random_write(
    #[state] gauge: &Gauge,
    /// Which call.
    id: u32,
    /// How long it takes.
    millis: u64,
) -> Result<u32, ToolError> {
    run(gauge, "random_write", &[id], millis).await
}

/// Write what changes nothing the second time.
#[tool(max_concurrency = 1, retries = 2, idempotent, writes = "random")]
async fn random_put(
    #[state] gauge: &Gauge,
    /// Which call.
    id: u32,
    /// How long it takes.
    millis: u64,
) -> Result<u32, ToolError> {
    run(gauge, "random_put", &[id], millis).await
}

/// Look up, three at a time.
#[tool(max_concurrency = 1, timeout = "20ms", retries = 1, batch = random_lookups, batch_max = 3)]
async fn random_lookup(
    /// Which call.
    id: u32,
    /// How long it takes.
    millis: u64,
) -> Result<u32, ToolError>;

async fn random_lookups(
    State(gauge): State<Gauge>,
    keys: Vec<(u32, u64)>,
) -> Result<Vec<u32>, ToolError> {
    assert!(keys.len() <= 3, "{keys:?}");
    batch(&gauge, "random_lookup", keys).await
}

/// Append, many at a time.
#[tool(max_concurrency = 2, timeout = "20ms", batch = random_appends, batch_window = "0", writes = "random")]
async fn random_append(
    /// Which call.
    id: u32,
    /// How long it takes.
    millis: u64,
) -> Result<u32, ToolError>;

async fn random_appends(
    State(gauge): State<Gauge>,
    keys: Vec<(u32, u64)>,
) -> Result<Vec<u32>, ToolError> {
    batch(&gauge, "random_append", keys).await
}

async fn batch(
    gauge: &Gauge,
    tool: &'static str,
    keys: Vec<(u32, u64)>,
) -> Result<Vec<u32>, ToolError> {
    let millis = keys.iter().map(|(_, millis)| *millis).max().unwrap();
    let ids: Vec<u32> = keys.iter().map(|(id, _)| *id).collect();
    run(gauge, tool, &ids, millis).await?;
    Ok(ids)
}

/// Each tool, its cap, and how often a call of it may run.
const TOOLS: [(&str, usize, usize); 7] = [
    ("random_free", usize::MAX, 1),
    ("random_two", 2, 3),
    ("random_rated", 3, 1),
    ("random_write", 2, 1),
    ("random_put", 1, 3),
    // Twice with others, and then alone.
    ("random_lookup", 1, 3),
    ("random_append", 2, 1),
];

/// A tick: when it begins, when it is given up, and its calls: a tool and how long it takes.
#[derive(Debug, Clone)]
struct Tick {
    begins: u64,
    given_up: Option<u64>,
    calls: Vec<(usize, u64)>,
}

fn ticks() -> impl Strategy<Value = Vec<Tick>> {
    let calls = prop::collection::vec((0..TOOLS.len(), 0..40_u64), 1..8);
    let tick = (0..60_u64, prop::option::of(1..80_u64), calls);
    let tick = tick.prop_map(|(begins, given_up, calls)| Tick {
        begins,
        given_up,
        calls,
    });
    prop::collection::vec(tick, 1..8)
}

fn call(tool: &str, id: u32, millis: u64) -> ToolCall {
    let arguments = format!(r#"{{"id":{id},"millis":{millis}}}"#);
    ToolCall::new(id.to_string(), tool, arguments)
}

/// Runs the ticks, and waits until nothing of them can still go on.
async fn play(harness: &Harness, ticks: &[Tick]) {
    let mut running = JoinSet::new();
    let mut id = 0;
    for (index, tick) in ticks.iter().enumerate() {
        let session = harness.session().tenant(format!("tenant {}", index % 2));
        let session = session.start();
        let mut calls = Vec::new();
        for &(tool, millis) in &tick.calls {
            id += 1;
            calls.push(call(TOOLS[tool].0, id, millis));
        }
        let Tick {
            begins, given_up, ..
        } = *tick;
        running.spawn(async move {
            sleep(begins).await;
            let count = calls.len();
            let tick = session.dispatch(calls);
            let Some(millis) = given_up else {
                assert_eq!(tick.await.len(), count);
                return;
            };
            // Whether it is over by then is as it may be.
            let _ = tokio::time::timeout(Duration::from_millis(millis), tick).await;
        });
    }
    running.join_all().await;
    // Longer than any run, and than the period of the rate.
    sleep(5_000).await;
}

/// As many calls of each tool as it can have at once are run at once.
async fn everything_is_free(harness: &Harness, cap: usize) {
    let session = harness.session().start();
    for (tool, of_tool, _) in TOOLS {
        // A batch is one run, and calls of one batch come together; calls that write the same wait for each other.
        let at_once = match tool {
            "random_lookup" | "random_append" | "random_put" => 1,
            _ => of_tool.min(cap),
        };
        let started = Instant::now();
        let calls = (0..at_once).map(|n| call(tool, 1_000 + u32::try_from(n).unwrap(), 9));
        let outcomes = session.dispatch(calls).await;
        assert!(
            outcomes.iter().all(|outcome| !outcome.is_error()),
            "{outcomes:?}"
        );
        assert_eq!(started.elapsed().as_millis(), 9, "{tool}");
    }
}

fn harness(gauge: &Gauge, cap: usize, levers: Levers) -> Harness {
    let registry = registry![
        random_free,
        random_two,
        random_rated,
        random_write,
        random_put,
        random_lookup,
        random_append
    ];
    let builder = Harness::builder(registry.unwrap()).state(gauge.clone());
    builder.max_concurrency(cap).levers(levers).build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn caps_hold_writes_run_once_and_every_permit_comes_back(
        cap in 1..5_usize,
        is_parallel in prop::bool::weighted(0.9),
        ticks in ticks(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let gauge = Gauge::default();
            let levers = if is_parallel { Levers::all() } else { Levers::all().without_parallel_calls() };
            let harness = harness(&gauge, cap, levers);
            let all = async {
                play(&harness, &ticks).await;
                check(&gauge, cap, &ticks);
                if is_parallel {
                    everything_is_free(&harness, cap).await;
                }
            };
            // The clock is paused: this is over at once if nothing else can go on.
            let hour = Duration::from_hours(1);
            tokio::time::timeout(hour, all).await.expect("nobody waits for ever");
        });
    }
}

fn check(gauge: &Gauge, cap: usize, ticks: &[Tick]) {
    let counts = gauge.0.lock().unwrap();
    let most = |name| counts.running.get(name).copied().unwrap_or_default();
    let (now, all) = most("all");
    assert_eq!(now, 0, "everything has ended");
    assert!(all <= cap, "{all} runs at once");
    for (tool, cap, _) in TOOLS {
        assert!(most(tool).1 <= cap, "{tool}: {} runs at once", most(tool).1);
    }
    for (first, fifth) in counts.rated.iter().zip(counts.rated.iter().skip(4)) {
        let distance = fifth.duration_since(*first);
        assert!(distance >= Duration::from_secs(1), "five in {distance:?}");
    }
    let calls = ticks.iter().flat_map(|tick| &tick.calls);
    for (id, (tool, _)) in (1..).zip(calls) {
        let (name, _, most) = TOOLS[*tool];
        let runs = counts.runs.get(&id).copied().unwrap_or_default();
        assert!(runs <= most, "{name} ran {runs} times");
    }
}
