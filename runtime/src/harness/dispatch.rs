//! One tick: all of its calls at once, except those that must keep their order, and exactly one outcome for each.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use tokio::task::{Id, JoinError, JoinSet};

use super::Inner;
use super::prepare::Prepared;
use super::run::LookedUp;
use crate::call::{Outcome, ToolCall};
use crate::error::{ErrorKind, ToolError};
use crate::graph::CallGraph;
use crate::tool::SessionFacts;

/// Runs the calls of one tick.
pub(super) async fn tick(
    inner: &Arc<Inner>,
    session: &SessionFacts,
    calls: Vec<ToolCall>,
) -> Vec<Outcome> {
    // A tick that the cache answers waits for nothing: without this, a loop of such ticks would keep its thread for
    // itself, and with it whatever else the runtime has queued there.
    tokio::task::coop::consume_budget().await;
    let mut tick = Tick::new(inner, session, &calls);
    tick.run().await;
    inner.counters.tick(tick.at_once);
    let outcomes = calls
        .iter()
        .zip(tick.outcomes)
        .map(|(call, outcome)| outcome.unwrap_or_else(|| unfinished(call)));
    outcomes
        .inspect(|outcome| inner.counters.outcome(outcome))
        .collect()
}

struct Tick<'t> {
    inner: &'t Arc<Inner>,
    calls: &'t [ToolCall],
    prepared: Vec<Option<Prepared>>,
    outcomes: Vec<Option<Outcome>>,
    /// How many earlier calls each call still waits for.
    waits: Vec<usize>,
    dependents: Vec<Vec<usize>>,
    /// Calls that may start, in the order of emission.
    ready: BTreeSet<usize>,
    running: JoinSet<Outcome>,
    tasks: HashMap<Id, usize>,
    /// The most calls that ran at one time.
    at_once: usize,
}

impl<'t> Tick<'t> {
    fn new(inner: &'t Arc<Inner>, session: &SessionFacts, calls: &'t [ToolCall]) -> Self {
        let mut seen = HashSet::new();
        let (mut prepared, mut outcomes) = (Vec::new(), Vec::new());
        for call in calls {
            let result = if seen.insert(call.id()) {
                inner.prepare(session, call)
            } else {
                Err(duplicate(call))
            };
            let (call, outcome) = match result {
                Ok(call) => (Some(call), None),
                Err(error) => (None, Some(Outcome::new(call, Err(error)))),
            };
            prepared.push(call);
            outcomes.push(outcome);
        }
        let effects: Vec<_> = prepared
            .iter()
            .map(|call| call.as_ref().map(|call| &call.effect))
            .collect();
        let graph = CallGraph::new(&effects);
        let waits = graph.in_degrees();
        let ready = (0..calls.len()).filter(|&call| {
            waits.get(call) == Some(&0) && prepared.get(call).is_some_and(Option::is_some)
        });
        Self {
            inner,
            calls,
            ready: ready.collect(),
            prepared,
            outcomes,
            waits,
            dependents: graph.dependents(),
            running: JoinSet::new(),
            tasks: HashMap::new(),
            at_once: 0,
        }
    }

    async fn run(&mut self) {
        let cap = if self.inner.levers.parallel_calls() {
            usize::MAX
        } else {
            1
        };
        loop {
            while self.running.len() < cap
                && let Some(call) = self.ready.pop_first()
            {
                self.start(call);
            }
            match self.running.join_next_with_id().await {
                Some(Ok((task, outcome))) => self.finish(task, Ok(outcome)),
                Some(Err(error)) => self.finish(error.id(), Err(error)),
                None if self.ready.is_empty() => return,
                None => {}
            }
        }
    }

    fn start(&mut self, index: usize) {
        let Some(call) = self.calls.get(index) else {
            return;
        };
        let Some(prepared) = self.prepared.get_mut(index).and_then(Option::take) else {
            return;
        };
        match self.inner.look_up(call, prepared) {
            LookedUp::Hit(hit) => self.settle(index, hit),
            LookedUp::Uncached(uncached) => {
                // A task of its own, so that a panic is its outcome and a tool that computes stalls no other.
                let writes = uncached.writes();
                let run = Arc::clone(self.inner).run(call.clone(), uncached);
                let task = if writes {
                    self.running.spawn(to_its_end(run))
                } else {
                    self.running.spawn(run)
                };
                self.tasks.insert(task.id(), index);
                self.at_once = self.at_once.max(self.running.len());
            }
        }
    }

    fn finish(&mut self, task: Id, result: Result<Outcome, JoinError>) {
        let Some(index) = self.tasks.remove(&task) else {
            return;
        };
        let Some(call) = self.calls.get(index) else {
            return;
        };
        let outcome = result.unwrap_or_else(|error| {
            let error = if error.is_panic() {
                // Never the panic's own text, which is for whoever reads the log.
                ToolError::new(
                    ErrorKind::Panicked,
                    format_args!("`{}` broke while it ran", call.name()),
                )
            } else {
                ToolError::new(
                    ErrorKind::Cancelled,
                    format_args!("`{}` was cancelled", call.name()),
                )
            };
            Outcome::new(call, Err(error))
        });
        self.settle(index, outcome);
    }

    fn settle(&mut self, index: usize, outcome: Outcome) {
        if let Some(slot) = self.outcomes.get_mut(index) {
            *slot = Some(outcome);
        }
        for &dependent in self.dependents.get(index).into_iter().flatten() {
            if let Some(waits) = self.waits.get_mut(dependent) {
                *waits -= 1;
                if *waits == 0 {
                    self.ready.insert(dependent);
                }
            }
        }
    }
}

/// Runs a write in a task that nobody cancels. One that was cut off half way might still write afterwards (what it gave
/// to another thread goes on), and a read between the two would be kept as if nothing came after it.
async fn to_its_end(run: impl Future<Output = Outcome> + Send + 'static) -> Outcome {
    match tokio::spawn(run).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only when the whole runtime ends, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

fn duplicate(call: &ToolCall) -> ToolError {
    let message = format_args!(
        "the id `{}` was given to an earlier call of this message: each call needs its own",
        call.id()
    );
    ToolError::new(ErrorKind::InvalidCall, message)
}

fn unfinished(call: &ToolCall) -> Outcome {
    Outcome::new(
        call,
        Err(ToolError::new(
            ErrorKind::Internal,
            format_args!("`{}` never ran", call.name()),
        )),
    )
}
