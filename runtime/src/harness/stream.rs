//! The outcomes of a tick one by one, and a tick whose calls come one by one.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::TickReport;
use super::session::SessionState;
use super::tick::Tick;
use crate::call::{Outcome, ToolCall};
use crate::tool::BoxFuture;

/// The outcomes of a tick, each as soon as it is there: made by [`Session::dispatch_stream`](crate::Session::dispatch_stream).
///
/// It is a [`Stream`], and has a [`next`](Self::next) of its own.
#[must_use = "nothing runs before it is asked"]
pub struct OutcomeStream(State);

enum State {
    /// Nobody has asked yet.
    New(Arc<SessionState>, Vec<ToolCall>),
    Waiting(BoxFuture<'static, (Box<Tick>, Option<usize>)>),
    Idle(Box<Tick>),
    /// Only while the state changes.
    Between,
}

impl OutcomeStream {
    pub(super) fn new(session: Arc<SessionState>, calls: Vec<ToolCall>) -> Self {
        Self(State::New(session, calls))
    }

    /// The next outcome, in the order in which they are there; none, once every call has given its.
    pub async fn next(&mut self) -> Option<Outcome> {
        poll_fn(|task| Pin::new(&mut *self).poll_next(task)).await
    }

    /// Waits for the outcomes that are still to come, and returns all of them in the order of emission.
    pub async fn report(mut self) -> TickReport {
        while self.next().await.is_some() {}
        self.tick().report()
    }

    /// The tick, when nobody waits for its next outcome.
    fn tick(self) -> Box<Tick> {
        match self.0 {
            State::New(session, calls) => begun(&session, calls),
            State::Idle(tick) => tick,
            State::Waiting(_) | State::Between => unreachable!("every outcome was waited for"),
        }
    }
}

fn begun(session: &Arc<SessionState>, calls: Vec<ToolCall>) -> Box<Tick> {
    let mut tick = Box::new(Tick::new(session, calls.len()));
    for call in calls {
        tick.push(call);
    }
    tick.close();
    tick
}

impl Stream for OutcomeStream {
    type Item = Outcome;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Outcome>> {
        let state = &mut self.get_mut().0;
        let mut wait = match std::mem::replace(state, State::Between) {
            State::Waiting(wait) => wait,
            State::New(session, calls) => wait(begun(&session, calls)),
            State::Idle(tick) => wait(tick),
            State::Between => unreachable!("the state is put back below"),
        };
        let polled = wait.as_mut().poll(task);
        if polled.is_pending() {
            *state = State::Waiting(wait);
        }
        let (tick, place) = ready!(polled);
        let outcome = place.and_then(|place| tick.outcome(place).cloned());
        *state = State::Idle(tick);
        Poll::Ready(outcome)
    }
}

fn wait(mut tick: Box<Tick>) -> BoxFuture<'static, (Box<Tick>, Option<usize>)> {
    Box::pin(async move {
        let place = tick.next().await;
        (tick, place)
    })
}

impl fmt::Debug for OutcomeStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutcomeStream").finish_non_exhaustive()
    }
}

/// A tick whose calls come one by one, while the model still writes its message: made by
/// [`Session::open_tick`](crate::Session::open_tick).
///
/// A call that writes nothing begins at once, unless it has to wait for an earlier one. A call that writes waits for the
/// end of the message, which may turn out to have been cut off: dropping the tick then leaves nothing done.
///
/// ```
/// # use toolwright::{Harness, ToolCall, registry, tool};
/// # /// Look up a stock price, in cents.
/// # #[tool]
/// # async fn stock_price(
/// #     /// The ticker symbol.
/// #     symbol: String,
/// # ) -> u32 {
/// #     symbol.len() as u32
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let session = Harness::builder(registry![stock_price]?).build()?.session().start();
/// let mut tick = session.open_tick();
/// // As the provider's stream gives them:
/// tick.push(ToolCall::new("call_1", "stock_price", r#"{"symbol": "ACME"}"#));
/// tick.push(ToolCall::new("call_2", "stock_price", r#"{"symbol": "INIT"}"#));
/// // The message has ended, and was not cut off.
/// let report = tick.finish().await;
/// assert_eq!(report.len(), 2);
/// # Ok(())
/// # }
/// ```
#[must_use = "a tick ends with `finish()`"]
pub struct OpenTick(Box<Tick>);

impl OpenTick {
    pub(super) fn new(session: &Arc<SessionState>) -> Self {
        Self(Box::new(Tick::new(session, 0)))
    }

    /// The next call of the message, in the order of emission. It begins at once, if it may.
    pub fn push(&mut self, call: ToolCall) {
        self.0.push(call);
        self.0.advance();
    }

    /// The message has ended: waits for all calls.
    pub async fn finish(self) -> TickReport {
        self.finish_stream().report().await
    }

    /// The message has ended: gives each outcome as soon as it is there, those included that are there already.
    pub fn finish_stream(mut self) -> OutcomeStream {
        self.0.close();
        OutcomeStream(State::Idle(self.0))
    }
}

impl fmt::Debug for OpenTick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTick").finish_non_exhaustive()
    }
}
