//! One call that the cache did not answer, from its run to its outcome.

use std::sync::Arc;

use super::Inner;
use super::lookup::{Keep, REFRESH_PAUSE, Uncached};
use super::prepare::Prepared;
use super::task::{self, Written};
use crate::batch::{Answer, Bounds, Load, Ran};
use crate::cache::{Began, Cached, Landing, Role, Snapshot};
use crate::call::{BatchFacts, CacheStatus, Outcome, ToolCall};
use crate::error::{ErrorKind, Panicked, ToolError, contained};
use crate::key::CacheKey;
use crate::tool::{Call, Reply};

/// What a flight is about: one question, as long as nothing of what it reads is written. A call that begins after a
/// write has ended does not join a run from before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FlightKey {
    key: CacheKey,
    snapshot: Snapshot,
}

impl Inner {
    /// Runs a call, keeps its result and invalidates what it wrote.
    pub(super) async fn run(self: Arc<Self>, call: ToolCall, uncached: Box<Uncached>) -> Outcome {
        let Uncached {
            mut prepared,
            keep,
            spare,
            started,
        } = *uncached;
        let Some(keep) = keep else {
            let answered = self.answer(&call, &mut prepared, None).await;
            if let Err(error) = &answered.reply
                && error.kind() == ErrorKind::TimedOut
            {
                // Its run may go on: what it wrote so far is invalidated before anyone sees the outcome, and the rest
                // when it ends.
                let writes = &prepared.effect.writes;
                self.cache.invalidate(prepared.realm(), writes);
            }
            let outcome = answered.outcome(&call, CacheStatus::Bypass);
            return outcome.after(started);
        };
        let (answered, role) = self.fly(&call, prepared, keep).await;
        if let (Err(error), Some(spare)) = (&answered.reply, spare)
            && error.is_transient()
            && let Some(outcome) = self.fall_back(&call, spare)
        {
            return outcome.after(started);
        }
        let status = match role {
            Role::Leader => CacheStatus::Miss,
            Role::Follower => CacheStatus::Shared,
        };
        answered.outcome(&call, status).after(started)
    }

    /// Shares the run of an equal call, or begins one that others can share, and keeps its result.
    async fn fly(
        self: &Arc<Self>,
        call: &ToolCall,
        mut prepared: Prepared,
        keep: Keep,
    ) -> (Answered, Role) {
        let Keep {
            key,
            began,
            freshness,
        } = keep;
        let snapshot = began.snapshot;
        let run = || {
            let (inner, call) = (Arc::clone(self), call.clone());
            async move {
                let answered = inner.answer(&call, &mut prepared, Some(began)).await;
                if let (Ok(content), Some(began)) = (&answered.reply, answered.began) {
                    inner.cache.publish(key, content.clone(), freshness, began);
                }
                answered
            }
        };
        match self.flights.take(FlightKey { key, snapshot }, run).await {
            (Landing::Landed(answered), role) => (answered, role),
            (Landing::Panicked, role) => (Answered::broke(call), role),
        }
    }

    /// Fetches a new result in the background, while the one that is past its TTL is served.
    pub(super) fn refresh(
        self: &Arc<Self>,
        call: ToolCall,
        prepared: Prepared,
        keep: Keep,
        stale: Cached,
    ) {
        let flight = FlightKey {
            key: keep.key,
            snapshot: keep.began.snapshot,
        };
        if self.flights.is_flying(&flight) {
            return;
        }
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            let (answered, role) = inner.fly(&call, prepared, keep).await;
            if role == Role::Leader {
                inner.counters.refresh();
            }
            if answered.reply.is_err() {
                stale.back_off(REFRESH_PAUSE);
            }
        });
    }

    /// Tries a call until it succeeds, fails for good, or was tried as often as its tool allows.
    async fn answer(
        self: &Arc<Self>,
        call: &ToolCall,
        prepared: &mut Prepared,
        mut began: Option<Began>,
    ) -> Answered {
        let mut last: Option<Answered> = None;
        loop {
            let tried = self.attempt(call, prepared).await;
            let runs = match last.take() {
                // A try that was not allowed to run says less than the run before it.
                Some(last) if !tried.ran => return last,
                last => last.map_or(0, |last| last.runs) + u32::from(tried.ran),
            };
            let draw = tried.batch.map(|batch| batch.draw);
            let pause = match (&tried.reply, self.limits.get(prepared.tool)) {
                (Err(error), Some(limits)) => {
                    limits.pause(runs, error, || draw.unwrap_or_else(fastrand::f64))
                }
                _ => None,
            };
            let answered = Answered {
                reply: tried.reply,
                batch: tried.batch.map(|batch| batch.facts),
                runs,
                began,
            };
            let Some(pause) = pause else {
                return answered;
            };
            last = Some(answered);
            tokio::time::sleep(pause).await;
            // What was written meanwhile, the next run reads: the state from before the first one would be as safe, and
            // the result would never be found.
            began = began.map(|_| {
                let reads = &prepared.effect.reads;
                self.cache.begin(prepared.realm(), reads)
            });
        }
    }

    /// Runs a call once, if it is allowed to.
    async fn attempt(self: &Arc<Self>, call: &ToolCall, prepared: &mut Prepared) -> Tried {
        let place = prepared.tool;
        let tool = self.registry.tools().get(place);
        let (Some(tool), Some(limits)) = (tool, self.limits.get(place)) else {
            let error = ToolError::new(ErrorKind::Internal, "the tool left its registry");
            return Tried::refused(error);
        };
        let one = Call::new(prepared.context(self, call), prepared.args.clone());
        if let Some(function) = tool.spec().batch_call()
            && self.levers.batching()
        {
            let key = match function.key(&one) {
                Ok(key) => key,
                Err(error) => return Tried::refused(error),
            };
            // Two identical writes are two writes.
            let same = prepared.key.filter(|_| prepared.effect.writes.is_empty());
            let answer = self.loader.load(Load {
                group: prepared.group(),
                terms: Arc::clone(limits),
                bounds: Bounds::of(tool.spec()),
                function,
                context: one.context().of_batch(),
                same,
                key,
                written: Written::of(self, prepared, limits.may_outlive_a_run()),
            });
            return answer.await.into();
        }
        let permits = match limits.admit().await {
            Ok(permits) => permits,
            Err(error) => return Tried::refused(error),
        };
        self.counters.run();
        let body = contained(tool.entry().call(one));
        let end = match Written::of(self, prepared, limits.may_outlive_a_run()) {
            None => limits.within(body).await,
            Some(written) => {
                let run = async move {
                    // In this order: who waits for the permit must see what was written.
                    let _held = (written, permits);
                    body.await
                };
                task::to_its_end(limits, run).await
            }
        };
        let reply = match end {
            Some(Ok(reply)) => reply,
            Some(Err(Panicked)) => Err(task::broke(call.name())),
            None => Err(limits.timed_out()),
        };
        Tried {
            reply,
            batch: None,
            ran: true,
        }
    }
}

/// What became of a call that the cache did not answer.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    reply: Reply,
    /// The batch of the last run.
    batch: Option<BatchFacts>,
    /// How often it ran.
    runs: u32,
    /// From before the last run.
    began: Option<Began>,
}

impl Answered {
    fn broke(call: &ToolCall) -> Self {
        Self {
            reply: Err(task::broke(call.name())),
            batch: None,
            runs: 1,
            began: None,
        }
    }

    fn outcome(self, call: &ToolCall, cache: CacheStatus) -> Outcome {
        Outcome {
            cache,
            batch: self.batch,
            attempts: self.runs,
            ..Outcome::new(call, self.reply)
        }
    }
}

/// What became of one try.
struct Tried {
    reply: Reply,
    batch: Option<Ran>,
    ran: bool,
}

impl Tried {
    fn refused(error: ToolError) -> Self {
        Self {
            reply: Err(error),
            batch: None,
            ran: false,
        }
    }
}

impl From<Answer> for Tried {
    fn from(Answer { reply, ran }: Answer) -> Self {
        Self {
            reply,
            batch: ran,
            ran: ran.is_some(),
        }
    }
}
