//! A whole tick: its calls are all there.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::caller::Caller;
use super::super::report::{TickReport, Times};
use super::super::session::{SessionState, ended};
use super::super::single::{self, Place};
use super::super::telemetry::TickSpan;
use super::Tick;
use crate::call::{Outcome, ToolCall};

/// Runs the calls of one tick.
pub(in crate::harness) async fn dispatch(
    session: &Arc<SessionState>,
    calls: Vec<ToolCall>,
) -> TickReport {
    // A tick that the cache answers waits for nothing: without this, a loop of such ticks would keep its thread for
    // itself, and with it whatever else the runtime has queued there.
    tokio::task::coop::consume_budget().await;
    // Most ticks have one call, which has nothing to be ordered after.
    if let [call] = calls.as_slice()
        && !session.inner.may_be_wired(call.name())
    {
        return Box::pin(alone(session, call)).await;
    }
    // In boxes: both are large, and whoever awaits this would be so too.
    let mut tick = Box::new(Tick::new(session, calls.len()));
    for call in calls {
        tick.push(call);
    }
    tick.close();
    Box::pin(async move {
        while tick.next().await.is_some() {}
        tick.report()
    })
    .await
}

/// Runs the only call of a tick.
async fn alone(session: &Arc<SessionState>, call: &ToolCall) -> TickReport {
    let inner = &session.inner;
    let started = Instant::now();
    let caller = Caller::next_tick(session);
    let span = TickSpan::begin(caller.tick, session.run_id.as_deref());
    let run = async {
        match inner.gate.enter() {
            Err(closed) => Outcome::new(call, Err(closed)),
            Ok(_active) => match session.check() {
                Err(kind) => Outcome::new(call, Err(ended(kind, call.name(), false))),
                Ok(()) => single::one(&caller, call, Place::Apart).await,
            },
        }
    };
    let outcome = span.clone().around(run).await;
    let place = inner.registry.find(call.name()).map(|(place, _)| place);
    let outcome = inner.presented(place, outcome);
    inner.count(place, &outcome);
    let end = started.elapsed();
    let times = Times {
        ready: Duration::ZERO,
        end,
        waited_for: Box::default(),
    };
    let at_once = usize::from(outcome.attempts() > 0);
    let report = TickReport::new(caller.tick, vec![outcome], vec![times], end);
    inner.counters.message(1, at_once, end);
    span.record(&report);
    report
}
