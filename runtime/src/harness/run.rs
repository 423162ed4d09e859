//! One call that the cache did not answer, from its run to its outcome.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::answered::{Answered, Spent, Tried};
use super::batching::BatchTerms;
use super::lookup::{Keep, REFRESH_PAUSE, Uncached};
use super::prepare::Prepared;
use super::task::{self, Written};
use super::telemetry::CallSpan;
use super::{Inner, ToolParts};
use crate::aboard::{self, Aboard, RunId};
use crate::batch::{Batches, Load};
use crate::cache::{Began, Cached, Landing, Lookup, ResultCache, Role, Ticket};
use crate::call::{CacheStatus, Outcome, ToolCall};
use crate::error::{ErrorKind, Panicked, ToolError, contained};
use crate::key::CacheKey;
use crate::limit::{Claim, Limits};
use crate::registry::RegisteredTool;
use crate::tool::Call;

/// What a flight is about: one question, as long as nothing of what it reads is written. A call that begins after a
/// write has ended does not join a run from before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FlightKey {
    key: CacheKey,
    /// The last write to what it reads.
    last: Ticket,
    /// The span of time, where writes of other processes may be unknown.
    span: u64,
    /// The innermost run that asks. It does not share a run with others, which may be waiting for the places that it holds.
    within: Option<RunId>,
}

impl FlightKey {
    fn new(keep: &Keep, cache: &ResultCache) -> Self {
        Self {
            key: keep.key,
            last: keep.began.last_write(),
            span: cache.span(Instant::now()),
            within: aboard::innermost(),
        }
    }
}

impl Inner {
    /// Runs a call, keeps its result and invalidates what it wrote.
    pub(super) async fn run(self: Arc<Self>, call: ToolCall, uncached: Box<Uncached>) -> Outcome {
        let span = CallSpan::begin(call.id(), call.name());
        // In a box: it is large, and would be copied into each of the futures around it.
        let run = Box::pin(self.run_within_span(call, uncached));
        let outcome = span.clone().around(run).await;
        span.record(&outcome);
        outcome
    }

    /// Runs a call whose result is not kept, and invalidates what it wrote.
    pub(super) async fn run_bypassing(
        self: &Arc<Self>,
        call: &ToolCall,
        prepared: &mut Prepared,
        started: Instant,
    ) -> Outcome {
        let span = CallSpan::begin(call.id(), call.name());
        let answered = {
            let run = pin!(self.answer(call, prepared, None));
            span.clone().around(run).await
        };
        if let Err(error) = &answered.reply
            && error.kind() == ErrorKind::TimedOut
        {
            // Its run may go on: what it wrote so far is invalidated before anyone sees the outcome, and the rest
            // when it ends.
            let writes = &prepared.effect.writes;
            self.wrote_and_told(prepared.owner(), writes).await;
        }
        let outcome = answered.outcome(call, CacheStatus::Bypass);
        let outcome = outcome.after(started);
        span.record(&outcome);
        outcome
    }

    async fn run_within_span(self: Arc<Self>, call: ToolCall, uncached: Box<Uncached>) -> Outcome {
        let Uncached {
            prepared,
            keep,
            spare,
            started,
        } = *uncached;
        let (key, if_error) = (keep.key, keep.if_error);
        let outer = prepared.caller.outer();
        let (answered, role) = self.fly(&call, prepared, keep).await;
        if let Err(error) = &answered.reply
            && error.is_transient()
            && let Some(spare) = spare.or_else(|| self.spare(&key, if_error))
            && let Some(outcome) = self.fall_back(&call, &spare)
        {
            if let Some(outer) = outer {
                outer.depends(spare.watched());
            }
            return outcome.after(started);
        }
        if let (Some(outer), Some(began)) = (outer, &answered.began) {
            outer.depends(began.watched());
        }
        let (status, age) = match (role, answered.age) {
            (_, Some(age)) => (CacheStatus::Hit, Some(age)),
            (Role::Leader, None) => (CacheStatus::Miss, None),
            (Role::Follower, None) => (CacheStatus::Shared, None),
        };
        let mut outcome = answered.outcome(&call, status);
        outcome.age = age;
        outcome.after(started)
    }

    /// Shares the run of an equal call, or begins one that others can share, and keeps its result.
    async fn fly(
        self: &Arc<Self>,
        call: &ToolCall,
        mut prepared: Prepared,
        keep: Keep,
    ) -> (Answered, Role) {
        let mut flight = FlightKey::new(&keep, &self.cache);
        if let Err(error) = aboard::may_wait_for(&keep.key, call.name()) {
            return (Answered::refused(error), Role::Follower);
        }
        // Who joins a run does not come to the batch that it was announced to.
        let announced = Mutex::new(prepared.announced.take());
        let take_announced = || {
            announced
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
        };
        let mut run = Some((prepared, keep));
        let take = async |flight, run: &mut Option<(Prepared, Keep)>| {
            let lead = || {
                let run = run.take().map(|(mut prepared, keep)| {
                    prepared.announced = take_announced();
                    (prepared, keep)
                });
                self.lead(call, run)
            };
            let joins = || drop(take_announced());
            self.flights.take_or_join(flight, lead, joins).await
        };
        let (mut landing, mut role) = take(flight, &mut run).await;
        if let Landing::Landed(answered) = &landing
            // Who leads has given its run away.
            && let Some((_, keep)) = &mut run
            && answered.was_written_since(&self.cache, &keep.began)
        {
            // The run found out only on its way what it reads, and some of that was written before this call began.
            // Another run begins after that for sure.
            keep.began = self.cache.begin_again(&keep.began);
            flight = FlightKey::new(keep, &self.cache);
            (landing, role) = take(flight, &mut run).await;
        }
        match landing {
            Landing::Landed(answered) => (answered, role),
            Landing::Panicked => (Answered::broke(call), role),
        }
    }

    /// The run of a flight.
    fn lead(
        self: &Arc<Self>,
        call: &ToolCall,
        run: Option<(Prepared, Keep)>,
    ) -> impl Future<Output = Answered> + Send + 'static {
        let (inner, call, outer) = (Arc::clone(self), call.clone(), aboard::here());
        let run = async move {
            let Some((mut prepared, keep)) = run else {
                return Answered::broke(&call);
            };
            let (tool, cache) = (prepared.tool, &inner.cache);
            let Keep {
                key,
                mut began,
                freshness,
                ..
            } = keep;
            // A run that landed after this call had looked has left its result.
            if let Lookup::Fresh(cached) = cache.lookup(&key, Instant::now()) {
                return Answered::recalled(cached.content().clone(), cached.age(), began);
            }
            if let Some(found) = cache.fetch(&key, &mut began, tool).await {
                return Answered::recalled(found.content, found.age, began);
            }
            let answer = inner.answer(&call, &mut prepared, Some(began));
            let answered = aboard::answering(key, outer, answer).await;
            if let (Ok(content), Some(began)) = (&answered.reply, &answered.began) {
                cache.publish(key, content, freshness, began, tool);
                cache.share(key, content, freshness, began);
            }
            answered
        };
        // Of the calls that share the run, it belongs to the one that began it.
        CallSpan::here().around(run)
    }

    /// Fetches a new result in the background, while the one that is past its TTL is served.
    pub(super) fn refresh(
        self: &Arc<Self>,
        call: ToolCall,
        prepared: Prepared,
        keep: Keep,
        stale: Cached,
    ) {
        if self.flights.is_flying(&FlightKey::new(&keep, &self.cache)) {
            return;
        }
        let Ok(active) = self.gate.enter() else {
            return;
        };
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            let _active = active;
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
        let mut count = 0;
        let mut spent = Spent::default();
        loop {
            let tried = self.attempt(call, prepared, count).await;
            let runs = match last.take() {
                // A try that was not allowed to run says less than the run before it.
                Some(last) if tried.runs == 0 => return last,
                last => last.map_or(0, |last| last.runs) + tried.runs,
            };
            count += u32::from(tried.runs > 0);
            if let Some(began) = &mut began {
                self.cache.depends(began, prepared.realm(), &tried.reads);
            } else if let Some(outer) = prepared.caller.outer() {
                outer.depends(self.cache.watched(&prepared.reader(), &tried.reads));
            }
            spent = spent + tried.spent;
            let draw = tried.batch.map(|batch| batch.draw);
            let pause = match (&tried.reply, self.parts.get(prepared.tool)) {
                (Err(error), Some(ToolParts { limits, .. })) => {
                    limits.pause(count, error, || draw.unwrap_or_else(fastrand::f64))
                }
                _ => None,
            };
            let answered = Answered {
                reply: tried.reply,
                batch: tried.batch.map(|batch| batch.facts),
                runs,
                retries: count.saturating_sub(1),
                began: began.take().map(Arc::new),
                age: None,
                spent,
            };
            let Some(pause) = pause else {
                return answered;
            };
            tokio::time::sleep(pause).await;
            // What was written meanwhile, the next run reads: the state from before the first one would be as safe, and
            // the result would never be found.
            let before = answered.began.as_deref();
            began = before.map(|began| self.cache.begin_again(began));
            last = Some(answered);
        }
    }

    /// Runs a call once, if it is allowed to, after it was tried so often.
    async fn attempt(
        self: &Arc<Self>,
        call: &ToolCall,
        prepared: &mut Prepared,
        tries: u32,
    ) -> Tried {
        let place = prepared.tool;
        let tool = self.registry.tools().get(place);
        let (Some(tool), Some(parts)) = (tool, self.parts.get(place)) else {
            let error = ToolError::new(ErrorKind::Internal, "the tool left its registry");
            return Tried::refused(error);
        };
        let outer = aboard::here();
        // A batch function that asks its own tool would wait for a batch that waits for it.
        let is_inside = outer.as_ref().is_some_and(|it| it.is_in_run_of(place));
        match parts.batches.as_ref().filter(|_| self.levers.batching()) {
            // In a box, so that calls that are not batched do not carry the room for it.
            Some(batches) if !is_inside => {
                Box::pin(self.attempt_in_batch(call, prepared, tries, batches, outer)).await
            }
            _ => {
                self.attempt_alone(call, prepared, tool, &parts.limits, outer)
                    .await
            }
        }
    }

    async fn attempt_in_batch(
        self: &Arc<Self>,
        call: &ToolCall,
        prepared: &mut Prepared,
        tries: u32,
        batches: &Batches<BatchTerms>,
        outer: Option<Arc<Aboard>>,
    ) -> Tried {
        let announced = prepared.announced.take();
        let one = Call::new(prepared.context(call, None), prepared.args.clone());
        let key = match batches.function().key(&one) {
            Ok(key) => key,
            Err(error) => return Tried::refused(error),
        };
        // Two identical writes are two writes.
        let same = prepared.key.filter(|_| prepared.effect.writes.is_empty());
        let retries = self
            .parts
            .get(prepared.tool)
            .map(|parts| parts.limits.retries());
        let answer = batches.load(Load {
            tenant: prepared.caller.tenant.clone(),
            call: one,
            key,
            same,
            written: Written::of(self, prepared),
            aboard: outer,
            is_last_try: tries >= retries.unwrap_or_default(),
            announced,
        });
        answer.await.into()
    }

    async fn attempt_alone(
        self: &Arc<Self>,
        call: &ToolCall,
        prepared: &mut Prepared,
        tool: &RegisteredTool,
        limits: &Arc<Limits>,
        outer: Option<Arc<Aboard>>,
    ) -> Tried {
        let place = prepared.tool;
        // No batch: who was told of this call need not wait for it.
        drop(prepared.announced.take());
        let claim = Claim {
            party: &prepared.caller.session.party,
            priority: prepared.priority,
            within: aboard::runs(&outer),
        };
        let asked = Instant::now();
        let permits = match limits.admit(claim).await {
            Ok(permits) => permits,
            Err(error) => return Tried::refused(error),
        };
        self.counters.run();
        let aboard = Aboard::run(place, Some(permits.run()), outer);
        let context = prepared.context(call, Some(aboard.clone()));
        let one = Call::new(context.clone(), prepared.args.clone());
        let began = Instant::now();
        let queue = began - asked;
        let body = aboard::within(Some(aboard), tool.entry().call(one));
        let end = match Written::of(self, prepared) {
            None => limits.within(contained(pin!(body))).await,
            Some(written) => {
                let body = contained(Box::pin(body));
                let active = self.gate.go_on();
                let run = async move {
                    // In this order: who waits for the permit must see what was written.
                    let _held = (active, permits);
                    let end = body.await;
                    written.record().await;
                    end
                };
                task::to_its_end(limits, run).await
            }
        };
        let reply = match end {
            Some(Ok(reply)) => reply,
            Some(Err(Panicked)) => Err(ToolError::broke(call.name())),
            None => Err(limits.timed_out()),
        };
        Tried {
            reply,
            batch: None,
            runs: 1,
            reads: context.take_reads(),
            spent: Spent {
                queue,
                run: began.elapsed(),
            },
        }
    }
}
