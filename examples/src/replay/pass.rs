//! One pass over all runs: a fresh database, a harness, and so many runs at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use toolwright::{Harness, Levers, Outcome, Stats, ToolCall};

use super::compare::{Mismatch, compare};
use super::trace::{self, RecordedCall, Run};
use super::{Options, Problem};
use crate::airline::{Data, Store, tools};

/// What all passes replay.
#[derive(Debug, Clone)]
pub struct Setup {
    data: Data,
    runs: Arc<[Run]>,
    agents: usize,
    latency: Duration,
}

impl Setup {
    /// Reads all that the options name.
    ///
    /// # Errors
    /// The data directory or the file of runs cannot be used.
    pub fn read(options: &Options) -> Result<Self, Problem> {
        let registry = tools::registry().map_err(Problem::new)?;
        if !options.data.is_dir() {
            return Err(Problem::in_file(
                &options.data,
                "there is no such data directory",
            ));
        }
        let data = Data::read(&options.data).map_err(Problem::new)?;
        let path = trace::locate(&options.data, options.runs.as_deref());
        let runs = trace::read(&path, |tool| registry.spec(tool).is_some())?.into();
        Ok(Self {
            data,
            runs,
            agents: options.agents,
            latency: options.latency,
        })
    }
}

/// What came of a pass.
#[derive(Debug, Clone)]
pub struct Pass {
    /// How many runs were replayed.
    pub runs: usize,
    /// How many calls they made.
    pub calls: usize,
    /// The calls whose result was not the recorded one, in the order of the file.
    pub mismatches: Vec<Mismatch>,
    /// Round trips to the database.
    pub downstream_calls: u64,
    /// The harness's own counts.
    pub stats: Stats,
    /// From the start of the first run to the end of the last.
    pub wall: Duration,
    /// What the model would have seen, call by call, in the order of the file.
    pub texts: Vec<String>,
}

impl Pass {
    /// How many results were the recorded ones.
    #[must_use]
    pub fn matched(&self) -> usize {
        self.calls - self.mismatches.len()
    }

    /// The mismatches that are not the record's own.
    pub fn real_mismatches(&self) -> impl Iterator<Item = &Mismatch> {
        self.mismatches
            .iter()
            .filter(|mismatch| mismatch.excuse.is_none())
    }
}

/// Replays all runs once.
///
/// # Errors
/// The database cannot be made, or a run's task broke.
pub async fn replay(setup: &Setup, levers: Levers) -> Result<Pass, Problem> {
    let store = Store::create(&setup.data, setup.latency).map_err(Problem::new)?;
    let harness = Harness::builder(tools::registry().map_err(Problem::new)?)
        .state(store.clone())
        .levers(levers)
        .max_concurrency(setup.agents)
        .build()
        .map_err(Problem::new)?;
    let started = Instant::now();
    let mut agents = JoinSet::new();
    let next = Arc::new(AtomicUsize::new(0));
    for _ in 0..setup.agents.min(setup.runs.len()) {
        agents.spawn(work(
            Arc::clone(&setup.runs),
            Arc::clone(&next),
            harness.clone(),
        ));
    }
    let mut replayed = Vec::with_capacity(setup.runs.len());
    while let Some(runs) = agents.join_next().await {
        replayed.extend(runs.map_err(|error| Problem::new(format_args!("a run broke: {error}")))?);
    }
    let wall = started.elapsed();
    replayed.sort_unstable_by_key(|run| run.index);
    let mut pass = Pass {
        runs: replayed.len(),
        calls: 0,
        mismatches: Vec::new(),
        downstream_calls: store.round_trips(),
        stats: harness.stats(),
        wall,
        texts: Vec::new(),
    };
    for run in replayed {
        pass.calls += run.texts.len();
        pass.mismatches.extend(run.mismatches);
        pass.texts.extend(run.texts);
    }
    Ok(pass)
}

struct Replayed {
    index: usize,
    mismatches: Vec<Mismatch>,
    texts: Vec<String>,
}

/// One agent: takes the next run until none is left.
async fn work(runs: Arc<[Run]>, next: Arc<AtomicUsize>, harness: Harness) -> Vec<Replayed> {
    let mut replayed = Vec::new();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(run) = runs.get(index) else {
            return replayed;
        };
        replayed.push(replay_run(index, run, &harness).await);
    }
}

async fn replay_run(index: usize, run: &Run, harness: &Harness) -> Replayed {
    // The line makes it the run's own, even if the file has a run twice.
    let tenant = format!("{}@{}", run.id, run.line);
    let session = harness
        .session()
        .tenant(tenant)
        .run_id(run.id.as_str())
        .start();
    let mut replayed = Replayed {
        index,
        mismatches: Vec::new(),
        texts: Vec::new(),
    };
    for tick in &run.ticks {
        let outcomes = session.dispatch(tick.iter().map(tool_call)).await;
        for (call, outcome) in tick.iter().zip(&outcomes) {
            replayed
                .mismatches
                .extend(compare(run.line, &run.id, call, outcome));
            replayed.texts.push(text(outcome));
        }
    }
    replayed
}

fn tool_call(call: &RecordedCall) -> ToolCall {
    ToolCall::new(
        call.id.as_str(),
        call.tool.as_str(),
        call.arguments.as_str(),
    )
}

fn text(outcome: &Outcome) -> String {
    let flag = if outcome.is_error() { "error: " } else { "" };
    format!("{flag}{}", outcome.text())
}
