//! One pass of the work: all agents at once, and what it cost.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use toolwright::{Harness, Levers, Session, Stats, ToolCall};

use super::clock::Clock;
use super::database::Db;
use super::progress::Progress;
use super::scripts::{Script, Tick};
use super::tools::registry;

/// What one pass did and what it cost.
#[derive(Debug, Clone, Default)]
pub struct Pass {
    /// What each call was answered: by agent, tick and call.
    pub answers: Vec<Vec<Vec<String>>>,
    /// From the first call to the last answer.
    pub wall_clock: Duration,
    /// How many statements went to the database.
    pub round_trips: u64,
    /// What the harness counted.
    pub stats: Stats,
}

impl Pass {
    /// How many keys a batch had on average.
    #[must_use]
    pub fn mean_batch(&self) -> f64 {
        ratio(self.stats.batched_keys, self.stats.batches)
    }
}

/// A part of a whole; nothing of nothing is zero.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a run are far below 2^52"
)]
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}

/// Runs all scripts at once, each in a session of its own, against one harness.
///
/// # Errors
///
/// When the harness cannot be built, or an agent's task dies.
pub async fn pass(
    db: &Db,
    scripts: &Arc<[Script]>,
    levers: Levers,
    progress: &Arc<Progress>,
) -> Result<Pass, Box<dyn Error + Send + Sync>> {
    let harness = Harness::builder(registry()?)
        .state(db.clone())
        .state(Clock::OPENING)
        .levers(levers)
        .max_concurrency(scripts.len().max(16))
        .build()?;
    let round_trips = db.round_trips();
    let begun = Instant::now();
    let agents: Vec<_> = (0..scripts.len())
        .map(|agent| {
            let session = harness.session().tenant(scripts[agent].tenant).start();
            let (scripts, progress) = (Arc::clone(scripts), Arc::clone(progress));
            tokio::spawn(async move { work(&session, &scripts[agent], &progress).await })
        })
        .collect();
    let mut answers = Vec::with_capacity(agents.len());
    for agent in agents {
        answers.push(agent.await?);
    }
    Ok(Pass {
        answers,
        wall_clock: begun.elapsed(),
        round_trips: db.round_trips() - round_trips,
        stats: harness.stats(),
    })
}

/// One agent's ticks, one after the other, as a model would send them; and what it was answered.
async fn work(session: &Session, script: &Script, progress: &Progress) -> Vec<Vec<String>> {
    let mut answers = Vec::with_capacity(script.ticks.len());
    for (number, tick) in script.ticks.iter().enumerate() {
        let outcomes = session.dispatch(calls(number, tick)).await;
        let texts = outcomes.iter().map(|outcome| outcome.text().to_owned());
        answers.push(texts.collect());
        progress.advance(1);
    }
    answers
}

fn calls(number: usize, tick: &Tick) -> Vec<ToolCall> {
    let calls = tick.calls.iter().enumerate();
    calls
        .map(|(position, call)| {
            let id = format!("call_{number}_{position}");
            ToolCall::new(id, call.tool, call.arguments.as_str())
        })
        .collect()
}
