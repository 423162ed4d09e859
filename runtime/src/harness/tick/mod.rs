//! One tick: all of its calls at once, except those that must keep their order, and exactly one outcome for each.
//!
//! Calls come in the order of emission, all at once or one by one. A call is ready when the earlier calls that it waits
//! for have ended; what is ready is started, and waits under the limits by how long the chain is that it begins.

mod dispatch;
mod plan;
mod ready;
mod start;
mod stop;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

pub(super) use self::dispatch::dispatch;
use self::plan::{Planned, Wired, with_origins};
use self::ready::Ready;
use super::caller::Caller;
use super::gate::Active;
use super::prepare::Prepared;
use super::report::{TickReport, Times};
use super::session::{SessionState, ended};
use super::telemetry::TickSpan;
use super::{Inner, task};
use crate::call::{Content, Outcome, ToolCall};
use crate::error::{ErrorKind, ToolError};
use crate::graph::{CallGraph, Node};

/// The calls of a tick that goes on.
pub(super) struct Tick {
    caller: Caller,
    started: Instant,
    span: TickSpan,
    slots: Vec<Slot>,
    ids: HashSet<Arc<str>>,
    graph: CallGraph,
    ready: Ready,
    running: JoinSet<(usize, Outcome)>,
    /// Calls that have ended and were not told yet.
    ended: VecDeque<usize>,
    /// Whether more calls may come.
    is_open: bool,
    /// Calls that write, and wait for the end of the message.
    held: Vec<usize>,
    /// Why no call begins any more.
    closed: Option<Closed>,
    /// The most calls that ran at one time.
    at_once: usize,
    /// Keeps the harness open until the tick ends.
    _active: Option<Active>,
}

/// Why no call of a tick begins any more.
enum Closed {
    /// The harness takes none.
    Harness(ToolError),
    /// The session has ended.
    Session(ErrorKind),
}

/// One call of a tick.
struct Slot {
    call: ToolCall,
    /// The place of its tool in the registry, if there is such a tool.
    tool: Option<usize>,
    /// How many earlier calls it still waits for.
    waits: usize,
    /// How long the chain of calls is that begins with it, in nanoseconds.
    priority: u64,
    state: State,
    /// When it could start, and when it ended, after the beginning of the tick.
    ready: Duration,
    end: Duration,
    /// Its task, while it runs.
    task: Option<Id>,
    writes: bool,
    /// Where the values are from that other calls gave it.
    origins: String,
    /// The whole of its result, where others may refer to it.
    whole: Option<Content>,
}

enum State {
    Waiting(Box<Prepared>),
    /// It needs what others give.
    Wired(Box<Wired>),
    Running,
    Ended(Outcome),
}

impl State {
    /// Whether the call has not begun.
    fn is_to_come(&self) -> bool {
        matches!(self, State::Waiting(_) | State::Wired(_))
    }

    /// The place of the tool of a call that has not begun.
    fn tool(&self) -> Option<usize> {
        match self {
            State::Waiting(prepared) => Some(prepared.tool),
            State::Wired(wired) => Some(wired.tool),
            State::Running | State::Ended(_) => None,
        }
    }
}

impl Tick {
    /// A tick without calls yet, with room for so many.
    pub(super) fn new(session: &Arc<SessionState>, room: usize) -> Self {
        let inner = &session.inner;
        let caller = Caller::next_tick(session);
        let (active, closed) = match (inner.gate.enter(), session.check()) {
            (Err(closed), _) => (None, Some(Closed::Harness(closed))),
            (Ok(active), Err(kind)) => (Some(active), Some(Closed::Session(kind))),
            (Ok(active), Ok(())) => (Some(active), None),
        };
        Self {
            span: TickSpan::begin(caller.tick, session.run_id.as_deref()),
            caller,
            started: Instant::now(),
            slots: Vec::with_capacity(room),
            ids: HashSet::with_capacity(room),
            graph: CallGraph::default(),
            ready: Ready::new(!inner.levers.parallel_calls()),
            running: JoinSet::new(),
            ended: VecDeque::new(),
            is_open: true,
            held: Vec::new(),
            closed,
            at_once: 0,
            _active: active,
        }
    }

    fn inner(&self) -> Arc<Inner> {
        Arc::clone(&self.caller.session.inner)
    }

    /// Adds the next call in the order of emission.
    pub(super) fn push(&mut self, call: ToolCall) {
        let place = self.slots.len();
        let mut call = call;
        let planned = self.admitted(&call).and_then(|()| self.plan(&mut call));
        let node = planned.as_ref().ok().and_then(|it| self.node(it));
        let (needs, after) = match &planned {
            Ok(planned) => (planned.needs(), planned.after.as_slice()),
            Err(_) => (Vec::new(), [].as_slice()),
        };
        self.graph.push(node, &needs, after);
        let waits = self.graph.waits_for(place).iter();
        let waits = waits.filter(|edge| !self.has_ended(edge.earlier)).count();
        let find = || self.caller.session.inner.registry.find(call.name());
        let found = |_: &ToolError| find().map(|(tool, _)| tool);
        let tool = planned.as_ref().map_or_else(found, Planned::tool);
        let writes = planned
            .as_ref()
            .is_ok_and(|it| !it.effect().writes.is_empty());
        let (state, refused) = match planned {
            Ok(planned) => (planned.state, None),
            Err(error) => (State::Running, Some(error)),
        };
        self.slots.push(Slot {
            call,
            tool,
            waits,
            priority: 0,
            state,
            ready: Duration::ZERO,
            end: Duration::ZERO,
            task: None,
            writes,
            origins: String::new(),
            whole: None,
        });
        match refused {
            Some(error) => self.refuse(place, error),
            None if waits == 0 => self.release(place),
            None => {}
        }
    }

    /// Whether a call may be run at all.
    fn admitted(&mut self, call: &ToolCall) -> Result<(), ToolError> {
        match &self.closed {
            Some(Closed::Harness(error)) => return Err(error.clone()),
            Some(Closed::Session(kind)) => return Err(ended(*kind, call.name(), false)),
            None => {}
        }
        let most = self.caller.session.inner.max_calls;
        if self.slots.len() >= most {
            let message = format_args!(
                "a message may have {most} calls, and this is one more: make it in the next one"
            );
            return Err(ToolError::new(ErrorKind::InvalidCall, message));
        }
        // Some providers give no ids: such calls are told apart by their place.
        if !call.id().is_empty() && !self.ids.insert(Arc::clone(call.shared_id())) {
            let message = format_args!(
                "the id `{}` was given to an earlier call of this message: each call needs its own",
                call.id()
            );
            return Err(ToolError::new(ErrorKind::InvalidCall, message));
        }
        Ok(())
    }

    /// A call as the graph sees it.
    fn node(&self, planned: &Planned) -> Option<Node> {
        let tools = self.caller.session.inner.registry.tools();
        let spec = tools.get(planned.tool()?)?.spec();
        Some(Node {
            tool: spec.name(),
            after: spec.after_tools(),
            effect: Arc::clone(planned.effect()),
        })
    }

    fn has_ended(&self, place: usize) -> bool {
        let slot = self.slots.get(place);
        slot.is_some_and(|slot| matches!(slot.state, State::Ended(_)))
    }

    /// All calls are there.
    pub(super) fn close(&mut self) {
        self.is_open = false;
        for place in std::mem::take(&mut self.held) {
            self.release(place);
        }
    }

    /// A call waits for no other any more.
    fn release(&mut self, place: usize) {
        let now = self.started.elapsed();
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        // A call may have ended without having been started, with the session.
        if !slot.state.is_to_come() {
            return;
        }
        slot.ready = now;
        if self.is_open && slot.writes {
            // The message may still turn out to be cut off.
            self.held.push(place);
        } else {
            self.ready.push(place);
        }
    }

    /// Waits until a call has ended, and returns its place; none, if all that came have.
    pub(super) async fn next(&mut self) -> Option<usize> {
        let session = Arc::clone(&self.caller.session);
        loop {
            self.advance();
            if let Some(place) = self.ended.pop_front() {
                return Some(place);
            }
            if self.running.is_empty() {
                return None;
            }
            let joined = tokio::select! {
                biased;
                joined = self.running.join_next_with_id() => joined,
                kind = session.ended() => {
                    self.stop(kind).await;
                    None
                }
            };
            if let Some(joined) = joined {
                self.joined(joined);
            }
        }
    }

    fn joined(&mut self, joined: Result<(Id, (usize, Outcome)), JoinError>) {
        match joined {
            Ok((_, (place, outcome))) => self.settle(place, outcome),
            Err(error) => {
                let is_it = |slot: &Slot| slot.task == Some(error.id());
                if let Some(place) = self.slots.iter().position(is_it)
                    && let Some(slot) = self.slots.get(place)
                {
                    let outcome = task::outcome(&slot.call, Err(error));
                    self.settle(place, outcome);
                }
            }
        }
    }

    /// A call that cannot run has its outcome, which the layers see as well.
    fn refuse(&mut self, place: usize, error: ToolError) {
        let inner = self.inner();
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        slot.state = State::Running;
        if inner.layers.is_empty() || self.closed.is_some() {
            let outcome = Outcome::new(&slot.call, Err(error));
            return self.settle(place, outcome);
        }
        let caller = self.caller.at(place);
        let run = Arc::clone(&inner).layered(caller, slot.call.clone(), Err(error));
        let run = async move { (place, run.await) };
        slot.task = Some(task::spawn(&mut self.running, run));
    }

    fn settle(&mut self, place: usize, mut outcome: Outcome) {
        let inner = self.inner();
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        if !slot.origins.is_empty() {
            let result = outcome.result;
            outcome.result = result.map_err(|error| with_origins(error, &slot.origins));
        }
        if inner.registry.references() {
            // What others may refer to is the whole of it, without what only a model is told.
            slot.whole = outcome.result().ok().cloned();
        }
        let outcome = inner.presented(slot.tool, outcome);
        inner.count(slot.tool, &outcome);
        slot.end = self.started.elapsed();
        slot.task = None;
        slot.state = State::Ended(outcome);
        self.ended.push_back(place);
        for index in 0..self.graph.dependents(place).len() {
            let Some(&dependent) = self.graph.dependents(place).get(index) else {
                break;
            };
            if let Some(slot) = self.slots.get_mut(dependent) {
                slot.waits -= 1;
                if slot.waits == 0 {
                    self.release(dependent);
                }
            }
        }
    }

    /// The outcome of a call that has ended.
    pub(super) fn outcome(&self, place: usize) -> Option<&Outcome> {
        match &self.slots.get(place)?.state {
            State::Ended(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// What became of all calls, once they have ended.
    pub(super) fn report(self) -> TickReport {
        let Self { slots, graph, .. } = self;
        let elapsed = self.started.elapsed();
        let mut times = Vec::with_capacity(slots.len());
        let mut outcomes = Vec::with_capacity(slots.len());
        for (place, slot) in slots.into_iter().enumerate() {
            let waited_for = graph.waits_for(place).iter().map(|edge| edge.earlier);
            times.push(Times {
                ready: slot.ready,
                end: slot.end,
                waited_for: waited_for.collect(),
            });
            outcomes.push(match slot.state {
                State::Ended(outcome) => outcome,
                _ => Outcome::new(&slot.call, Err(never_ran(&slot.call))),
            });
        }
        let report = TickReport::new(self.caller.tick, outcomes, times, elapsed);
        let counters = &self.caller.session.inner.counters;
        counters.message(report.len(), self.at_once, elapsed);
        self.span.record(&report);
        report
    }
}

fn never_ran(call: &ToolCall) -> ToolError {
    ToolError::new(
        ErrorKind::Internal,
        format_args!("`{}` never ran", call.name()),
    )
}
