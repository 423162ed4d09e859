//! One pass over a trace: every recorded call is a call of a harness, at its recorded time.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;
use toolwright::{CacheStatus, Harness, Outcome, Session, TickReport};

use super::judge::{Verdict, judge};
use super::policy::{Policy, Spelling, Ttl};
use super::tools;
use super::trace::{Flaw, Kind, Trace};
use super::world::{Answer, World};
use crate::replay::Problem;

/// How many calls run at once: as many as the record had, however many that are.
const AT_ONCE: usize = 1 << 16;

/// What came of a pass.
#[derive(Debug, Clone, Default)]
pub struct Pass {
    /// Reads that the cache answered.
    pub hits: usize,
    /// Hits that are what the world would have answered.
    pub right: usize,
    /// Hits, and answers of shared runs, that a recorded call had made wrong before.
    pub stale: Vec<Wrong>,
    /// The same, without a recorded call that can have made them wrong.
    pub unseen: Vec<Wrong>,
    /// The same, where a call made them wrong that was still running.
    pub overtaken: usize,
    /// Reads that joined the run of an equal one.
    pub shared: usize,
    /// Writes and commands that ran.
    pub writes: usize,
    /// Calls that the harness refused, or that failed other than in the record.
    pub flaws: Vec<Flaw>,
}

/// A hit that was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line of the call that was answered.
    pub line: usize,
    /// The tool that it called.
    pub tool: String,
    /// The line of the call whose answer it was given.
    pub from: usize,
}

/// Replays a trace under a policy.
///
/// # Errors
/// The harness cannot be built, or a call's task broke.
pub fn replay(
    trace: &Arc<Trace>,
    policy: Policy,
    spelling: Spelling,
    ttl: Ttl,
) -> Result<Pass, Problem> {
    // On one thread, with a clock that only moves when all wait, recorded weeks take as long as the work in them.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(Problem::new)?;
    runtime.block_on(pass(trace, policy, spelling, ttl))
}

async fn pass(
    trace: &Arc<Trace>,
    policy: Policy,
    spelling: Spelling,
    ttl: Ttl,
) -> Result<Pass, Problem> {
    let world = Arc::new(World::new(Arc::clone(trace), policy));
    let harness = Harness::builder(tools::registry(ttl).map_err(Problem::new)?)
        .state(Arc::clone(&world))
        .max_concurrency(AT_ONCE)
        // The oracle's entries live for exactly the TTL as well.
        .ttl_jitter(0.0)
        .build()
        .map_err(Problem::new)?;
    world.attach(Some(harness.clone()));
    let mut sessions: HashMap<&str, Session> = HashMap::new();
    let mut calls = JoinSet::new();
    let mut pass = Pass::default();
    for (index, call) in trace.calls.iter().enumerate() {
        world.wait_for(call).await;
        let session = sessions
            .entry(&call.tenant)
            .or_insert_with(|| harness.session().tenant(&*call.tenant).start())
            .clone();
        let tool_call = tools::call(call, index, policy, spelling, ttl);
        let value = world.value(call);
        calls.spawn(async move { (index, value, session.dispatch([tool_call]).await) });
        if !trace.is_timed {
            pass.join(trace, &mut calls).await?;
        }
    }
    pass.join(trace, &mut calls).await?;
    pass.writes = world.writes();
    // The tools keep the world, and the world the harness that has the tools.
    world.attach(None);
    Ok(pass)
}

type Calls = JoinSet<(usize, String, TickReport)>;

impl Pass {
    async fn join(&mut self, trace: &Trace, calls: &mut Calls) -> Result<(), Problem> {
        while let Some(done) = calls.join_next().await {
            let (index, value, outcomes) =
                done.map_err(|error| Problem::new(format_args!("a call broke: {error}")))?;
            for outcome in &outcomes {
                self.take(trace, index, &value, outcome);
            }
        }
        Ok(())
    }

    fn take(&mut self, trace: &Trace, index: usize, value: &str, outcome: &Outcome) {
        let call = &trace.calls[index];
        if let Err(error) = outcome.result()
            && !call.failed
        {
            self.flaws.push(Flaw {
                line: call.line,
                message: format!("the call of `{}` failed here: {error}", call.tool),
            });
        }
        if call.kind != Kind::Read {
            return;
        }
        let is_hit = match outcome.cache() {
            CacheStatus::Hit | CacheStatus::Stale => true,
            CacheStatus::Shared => false,
            _ => return,
        };
        // An error can be shared, and is right as it is.
        let Ok(answer) = serde_json::from_str::<Answer>(outcome.text()) else {
            return;
        };
        self.hits += usize::from(is_hit);
        self.shared += usize::from(!is_hit);
        let from = &trace.calls[answer.from];
        let wrong = || Wrong {
            line: call.line,
            tool: call.tool.clone(),
            from: from.line,
        };
        match judge(trace, answer.ran_at, call, answer.value == value) {
            Verdict::Right => self.right += usize::from(is_hit),
            Verdict::Stale => self.stale.push(wrong()),
            Verdict::Unseen => self.unseen.push(wrong()),
            Verdict::Overtaken => self.overtaken += 1,
        }
    }
}
