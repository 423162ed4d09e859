//! One tick: all of its calls at once, except those that must keep their order, and exactly one outcome for each.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use super::Inner;
use super::arguments;
use super::lookup::LookedUp;
use super::prepare::Prepared;
use super::task;
use super::telemetry::CallSpan;
use crate::call::{Outcome, ToolCall};
use crate::error::{ErrorKind, Panicked, ToolError, contained};
use crate::graph::{CallGraph, Node};
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
    let (outcomes, at_once) = match (inner.gate.enter(), calls.as_slice()) {
        (Err(closed), calls) => {
            let refused = |call| Outcome::new(call, Err(closed.clone()));
            (calls.iter().map(refused).collect(), 0)
        }
        // Most ticks have one call, which has nothing to be ordered after.
        (Ok(_active), [call]) => (vec![one(inner, session, call).await], 1),
        (Ok(_active), calls) => Tick::new(inner, session, calls).run().await,
    };
    inner.counters.tick(at_once);
    for outcome in &outcomes {
        let place = inner.registry.find(outcome.tool()).map(|(place, _)| place);
        inner.count(place, outcome);
    }
    outcomes
}

/// Runs a call that is a tick of its own, and has no id.
pub(super) async fn single(
    inner: &Arc<Inner>,
    session: &SessionFacts,
    tool: &str,
    arguments: &str,
) -> Outcome {
    tokio::task::coop::consume_budget().await;
    let question = inner.gate.check();
    let question = question.and_then(|()| inner.ask(session, tool, arguments::text(arguments)));
    let question = match question {
        Ok(question) => question,
        Err(error) => {
            let outcome = Outcome::of(Arc::clone(&inner.no_id), Arc::from(tool), Err(error));
            let place = inner.registry.find(tool).map(|(place, _)| place);
            inner.counters.tick(0);
            inner.count(place, &outcome);
            return outcome;
        }
    };
    let started = Instant::now();
    let parts = inner.parts.get(question.place);
    let name = parts.map_or(&inner.no_id, |parts| &parts.name);
    let (outcome, at_once) =
        if let Some(outcome) = inner.hit(&question, [&inner.no_id, name], started) {
            CallSpan::begin("", tool).record(&outcome);
            (outcome, 0)
        } else {
            let call = ToolCall::new(Arc::clone(&inner.no_id), Arc::clone(name), arguments);
            let _active = inner.gate.enter();
            let looked_up = inner.look_up_first(session, &call, &question, started);
            (finished(inner, &call, looked_up).await, 1)
        };
    inner.counters.tick(at_once);
    inner.count(Some(question.place), &outcome);
    outcome
}

/// Runs a call alone.
async fn one(inner: &Arc<Inner>, session: &SessionFacts, call: &ToolCall) -> Outcome {
    let text = arguments::text(call.arguments());
    let looked_up = match inner.ask(session, call.name(), text) {
        Ok(question) => inner.look_up_first(session, call, &question, Instant::now()),
        Err(error) => return Outcome::new(call, Err(error)),
    };
    finished(inner, call, looked_up).await
}

/// The outcome of a call alone.
async fn finished(inner: &Arc<Inner>, call: &ToolCall, looked_up: LookedUp) -> Outcome {
    match looked_up {
        LookedUp::Answered(outcome) => Inner::spanned(call, outcome),
        // Its run is a task of its own in any case, which others can share.
        LookedUp::Uncached(uncached) if uncached.keep.is_some() => {
            Arc::clone(inner).run(call.clone(), uncached).await
        }
        // So is its batch's. What reads the key in this one is contained.
        LookedUp::Uncached(uncached) if inner.is_batched(uncached.prepared.tool) => {
            let run = pin!(Arc::clone(inner).run(call.clone(), uncached));
            let outcome = contained(run).await;
            outcome
                .unwrap_or_else(|Panicked| Outcome::new(call, Err(ToolError::broke(call.name()))))
        }
        LookedUp::Uncached(uncached) => {
            let mut running = JoinSet::new();
            task::spawn(&mut running, inner, call, uncached);
            let result = running.join_next().await;
            result.map_or_else(|| unfinished(call), |result| task::outcome(call, result))
        }
    }
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
        let nodes: Vec<_> = prepared
            .iter()
            .map(|call| node(inner, call.as_ref()?))
            .collect();
        let graph = CallGraph::new(&nodes);
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

    /// The outcomes, and the most calls that ran at one time.
    async fn run(mut self) -> (Vec<Outcome>, usize) {
        let cap = if self.inner.levers.parallel_calls() {
            usize::MAX
        } else {
            1
        };
        loop {
            if cap > 1 {
                self.announce();
            }
            while self.running.len() < cap
                && let Some(call) = self.ready.pop_first()
            {
                self.start(call);
            }
            match self.running.join_next_with_id().await {
                Some(Ok((task, outcome))) => self.finish(task, Ok(outcome)),
                Some(Err(error)) => self.finish(error.id(), Err(error)),
                // Nothing runs, and so nothing is ready either: whatever was has been started above.
                None => break,
            }
        }
        let outcomes = self.calls.iter().zip(self.outcomes);
        let outcomes = outcomes.map(|(call, outcome)| outcome.unwrap_or_else(|| unfinished(call)));
        (outcomes.collect(), self.at_once)
    }

    /// Tells the batches how many of the calls that may start are on their way to them.
    fn announce(&mut self) {
        if self.ready.len() < 2 {
            return;
        }
        for &index in &self.ready {
            if let Some(call) = self.prepared.get_mut(index).and_then(Option::as_mut)
                && call.announced.is_none()
                && self.inner.levers.batching()
                && let Some(parts) = self.inner.parts.get(call.tool)
                && let Some(batches) = parts.batches.as_ref().filter(|it| it.listens())
            {
                call.announced = batches.announce(&call.facts.tenant);
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
            LookedUp::Answered(outcome) => self.settle(index, Inner::spanned(call, outcome)),
            LookedUp::Uncached(uncached) => {
                let task = task::spawn(&mut self.running, self.inner, call, uncached);
                self.tasks.insert(task, index);
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
        self.settle(index, task::outcome(call, result));
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

/// A call as the graph sees it.
fn node<'c>(inner: &'c Inner, call: &'c Prepared) -> Option<Node<'c>> {
    let spec = inner.registry.tools().get(call.tool)?.spec();
    Some(Node {
        tool: spec.name(),
        after: spec.after_tools(),
        effect: &call.effect,
    })
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
