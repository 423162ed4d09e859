//! A call that is a tick of its own, or that a running tool makes.

use std::pin::{Pin, pin};
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Inner;
use super::arguments;
use super::caller::Caller;
use super::lookup::LookedUp;
use super::prepare::Question;
use super::session::{SessionState, ended};
use super::telemetry::CallSpan;
use super::{task, tick};
use crate::call::{Outcome, ToolCall};
use crate::error::{Panicked, ToolError, contained};

/// Where a call runs that nothing else runs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the caller's own task.
    Here,
    /// In a task of its own, so that a tool that computes stalls nobody.
    Apart,
}

/// Runs a call that is a tick of its own, and has no id.
///
/// The ways that are not the shortest are in boxes: their futures are large, and would make this one so.
pub(super) async fn call(session: &Arc<SessionState>, tool: &str, text: &str) -> Outcome {
    let inner = &session.inner;
    // A call that the cache answers waits for nothing: without this, a loop of such calls would keep its thread for
    // itself, and with it whatever else the runtime has queued there.
    tokio::task::coop::consume_budget().await;
    if inner.offers() && inner.may_be_wired(tool) {
        let call = ToolCall::new(Arc::clone(&inner.no_id), tool, text);
        let report = Box::pin(tick::dispatch(session, vec![call])).await;
        let outcome = report.into_outcomes().pop();
        return outcome.expect("each call has its outcome");
    }
    // Whatever becomes of it: the calls after it are the same ones then.
    let tick = session.next_tick();
    let ended = |kind| ended(kind, tool, false);
    let checked = inner
        .gate
        .check()
        .and_then(|()| session.check().map_err(ended));
    let question = match checked {
        Err(error) => Err(error),
        Ok(()) if inner.layers.is_empty() => {
            let tenant = session.tenant.as_ref();
            inner.ask(tenant, tool, arguments::text(text)).map(Some)
        }
        Ok(()) => Ok(None),
    };
    let (place, outcome, at_once) = match question {
        Ok(Some(question)) => answer(session, tick, tool, text, &question).await,
        Ok(None) => {
            let _active = inner.gate.enter();
            let caller = Caller::in_tick(session, tick);
            let call = ToolCall::new(Arc::clone(&inner.no_id), tool, text);
            let outcome = Box::pin(one(&caller, &call, Place::Here)).await;
            let place = inner.registry.find(tool).map(|(place, _)| place);
            (place, outcome, 1)
        }
        Err(error) => {
            let outcome = Outcome::of(Arc::clone(&inner.no_id), Arc::from(tool), Err(error));
            let place = inner.registry.find(tool).map(|(place, _)| place);
            (place, outcome, 0)
        }
    };
    let outcome = inner.presented(place, outcome);
    inner.counters.tick(at_once);
    inner.count(place, &outcome);
    outcome
}

/// The answer to a question without layers around it; the place of its tool, and how many runs there were at once.
async fn answer(
    session: &Arc<SessionState>,
    tick: u64,
    tool: &str,
    text: &str,
    question: &Question<'_>,
) -> (Option<usize>, Outcome, usize) {
    let (inner, place) = (&session.inner, Some(question.place));
    let started = Instant::now();
    let parts = inner.parts.get(question.place);
    let name = parts.map_or(&inner.no_id, |parts| &parts.name);
    if let Some(outcome) = inner.hit(question, [&inner.no_id, name], started) {
        CallSpan::begin("", tool).record(&outcome);
        return (place, outcome, 0);
    }
    let call = ToolCall::new(Arc::clone(&inner.no_id), Arc::clone(name), text);
    let _active = inner.gate.enter();
    let caller = Caller::in_tick(session, tick);
    if !inner.is_cached(question.tool().spec()) && !inner.is_batched(question.place) {
        // A body that panics is contained where it runs.
        let mut prepared = question.prepared(&caller, &call);
        let run = pin!(inner.run_bypassing(&call, &mut prepared, started));
        return (place, uncancelled(&caller, &call, run).await, 1);
    }
    let looked_up = inner.look_up_first(&caller, &call, question, started);
    let mut run = Box::pin(finished(inner, &call, looked_up, Place::Here));
    (place, uncancelled(&caller, &call, run.as_mut()).await, 1)
}

/// Runs a call that a running tool makes. Its result is not bounded, as no model reads it.
pub(super) async fn nested(caller: &Caller, call: &ToolCall) -> Outcome {
    let inner = &caller.session.inner;
    tokio::task::coop::consume_budget().await;
    let entered = inner.gate.enter();
    let outcome = match entered {
        Err(closed) => Outcome::new(call, Err(closed)),
        Ok(_active) => inside(caller, call, Place::Here).await,
    };
    let place = inner.registry.find(call.name()).map(|(place, _)| place);
    inner.count(place, &outcome);
    outcome
}

/// Runs a call alone, until its session ends.
pub(super) async fn one(caller: &Caller, call: &ToolCall, place: Place) -> Outcome {
    let run = pin!(inside(caller, call, place));
    uncancelled(caller, call, run).await
}

async fn inside(caller: &Caller, call: &ToolCall, place: Place) -> Outcome {
    let inner = &caller.session.inner;
    if !inner.layers.is_empty() {
        let prepared = inner.prepare(caller, call);
        let run = Arc::clone(inner).layered(caller.clone(), call.clone(), prepared);
        return match place {
            Place::Apart => apart(call, run).await,
            Place::Here => here(call, pin!(run)).await,
        };
    }
    match inner.prepare(caller, call) {
        Ok(prepared) => finished(inner, call, inner.look_up(call, Box::new(prepared)), place).await,
        Err(error) => Outcome::new(call, Err(error)),
    }
}

/// The outcome of a call alone.
async fn finished(
    inner: &Arc<Inner>,
    call: &ToolCall,
    looked_up: LookedUp,
    place: Place,
) -> Outcome {
    match looked_up {
        LookedUp::Answered(outcome) => Inner::spanned(call, outcome),
        // Its run is a task of its own in any case, which others can share.
        LookedUp::Uncached(uncached) => {
            here(call, pin!(Arc::clone(inner).run(call.clone(), uncached))).await
        }
        // So is its batch's.
        LookedUp::Bypass(mut prepared, started)
            if place == Place::Here || inner.is_batched(prepared.tool) =>
        {
            here(
                call,
                pin!(inner.run_bypassing(call, &mut prepared, started)),
            )
            .await
        }
        LookedUp::Bypass(mut prepared, started) => {
            let (inner, own) = (Arc::clone(inner), call.clone());
            apart(call, async move {
                inner.run_bypassing(&own, &mut prepared, started).await
            })
            .await
        }
    }
}

/// Runs a call in this task. What the user's code does in it, reading the key of a batch for example, is contained.
async fn here(call: &ToolCall, run: Pin<&mut impl Future<Output = Outcome>>) -> Outcome {
    let outcome = contained(run).await;
    outcome.unwrap_or_else(|Panicked| Outcome::new(call, Err(ToolError::broke(call.name()))))
}

/// Runs a call in a task of its own.
async fn apart(call: &ToolCall, run: impl Future<Output = Outcome> + Send + 'static) -> Outcome {
    let mut running = JoinSet::new();
    task::spawn(&mut running, run);
    let result = running.join_next().await;
    result.map_or_else(
        || Outcome::new(call, Err(ToolError::broke(call.name()))),
        |result| task::outcome(call, result),
    )
}

/// Runs a call until its session ends.
async fn uncancelled(
    caller: &Caller,
    call: &ToolCall,
    run: Pin<&mut impl Future<Output = Outcome>>,
) -> Outcome {
    tokio::select! {
        biased;
        outcome = run => outcome,
        kind = caller.session.ended() => {
            let writes = caller.session.inner.writes(call.name());
            Outcome::new(call, Err(ended(kind, call.name(), writes)))
        }
    }
}
