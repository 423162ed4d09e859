//! The world that the recorded calls meet: what it answers, what changes it, and how long it takes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use toolwright::{Context, Harness, Resource};

use super::policy::Policy;
use super::trace::{Call, Trace};

/// The clock's own grain, and the rounding of recorded times.
const TICK: Duration = Duration::from_millis(2);

/// One world, from the first call of a trace to the last.
pub(super) struct World {
    trace: Arc<Trace>,
    policy: Policy,
    start: Instant,
    /// How many writes and commands have run.
    writes: AtomicUsize,
    /// The calls that changed it so far.
    changes: Mutex<Vec<usize>>,
    /// Who is told of changes that no tool declares.
    told: Mutex<Option<Harness>>,
}

/// What a read comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    /// The call that asked the world.
    pub(super) from: usize,
    /// When that was, after the start of the trace.
    pub(super) ran_at: Duration,
    /// What the world said.
    pub(super) value: String,
}

impl World {
    /// The world before the first call.
    pub(super) fn new(trace: Arc<Trace>, policy: Policy) -> Self {
        Self {
            trace,
            policy,
            start: Instant::now(),
            writes: AtomicUsize::default(),
            changes: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// What the world says to this question: what the record has, or, where each recorded run had a world of its own,
    /// how often what the answer depends on was changed so far.
    pub(super) fn value(&self, call: &Call) -> String {
        if let Some(answer) = &call.answer {
            return answer.clone();
        }
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let touches = |entity| {
            let is_changed = |index: &&usize| {
                let change = self.trace.calls.get(**index);
                change.is_some_and(|change| change.may_change(std::slice::from_ref(entity)))
            };
            changes.iter().filter(is_changed).count()
        };
        let versions: Vec<_> = call.entities.iter().map(touches).collect();
        format!("{} at {versions:?}", call.key)
    }

    /// Takes as long as the recorded call, and answers as the world does when the call begins.
    pub(super) async fn read(&self, context: &Context) -> Result<Answer, String> {
        let (from, call) = self.call(context)?;
        match self.policy {
            Policy::TtlAlone => {}
            Policy::Flush => context.reads(Resource::EVERYTHING),
            Policy::Effects | Policy::EffectsBlindShell => {
                for entity in &call.entities {
                    context.reads(entity.resource());
                }
            }
        }
        if self.is_late(call) {
            return Err(
                "it runs later than it did, and the record has no answer for that".to_owned(),
            );
        }
        let (ran_at, value) = (self.start.elapsed(), self.value(call));
        self.wait(call).await;
        if call.failed {
            return Err("the recorded call failed".to_owned());
        }
        Ok(Answer {
            from,
            ran_at,
            value,
        })
    }

    /// Takes as long as the recorded call, and changes the world when it ends, unless it failed.
    pub(super) async fn change(&self, context: &Context) -> Result<(), String> {
        let (index, call) = self.call(context)?;
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.wait(call).await;
        if call.failed {
            return Err("the recorded call failed".to_owned());
        }
        self.changed(index);
        Ok(())
    }

    /// How many writes and commands have run.
    pub(super) fn writes(&self) -> usize {
        self.writes.load(Ordering::Relaxed)
    }

    /// What a call changed is changed.
    pub(super) fn changed(&self, index: usize) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.push(index);
    }

    /// Tells the harness, if there is one, that all that this call may have changed may be different now.
    pub(super) fn tell(&self, context: &Context) {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(harness), Ok((_, call))) = (told.as_ref(), self.call(context)) {
            for entity in &call.entities {
                harness.invalidate(entity.resource());
            }
        }
    }

    /// From now on this harness is told of changes, or none is.
    pub(super) fn attach(&self, harness: Option<Harness>) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = harness;
    }

    /// Waits for the moment when the recorded call began.
    pub(super) async fn wait_for(&self, call: &Call) {
        if self.trace.is_timed {
            tokio::time::sleep_until(self.start + call.begin).await;
        }
    }

    /// Whether a recorded answer is one from before: the harness runs a call again that had joined the run of an equal
    /// one which turned out to be older than a write.
    fn is_late(&self, call: &Call) -> bool {
        call.answer.is_some() && Instant::now() > self.start + call.begin + TICK
    }

    async fn wait(&self, call: &Call) {
        if self.trace.is_timed {
            tokio::time::sleep_until(self.start + call.end).await;
        }
    }

    /// The recorded call that this one stands for.
    fn call(&self, context: &Context) -> Result<(usize, &Call), String> {
        let index = context.call_id().and_then(|id| id.parse().ok());
        let recorded = index.and_then(|index: usize| Some((index, self.trace.calls.get(index)?)));
        recorded.ok_or_else(|| "the id of a call is the place of a recorded one".to_owned())
    }
}
