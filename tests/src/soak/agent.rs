//! One agent of a soak: tick after tick, each asked for in one of several ways, some of which come to an early end.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::{sleep, timeout};
use toolwright::{ErrorKind, Harness, Outcome, Session, SessionBuilder, ToolCall};

use super::call::Asked;
use super::{Tally, Time};

/// How long a tick may take that nobody ends early: if one takes longer, something waits for ever.
const FOR_EVER: Duration = Duration::from_hours(1);

/// An agent.
pub(super) struct Agent {
    pub(super) time: Time,
    pub(super) harness: Harness,
    pub(super) tenant: &'static str,
    pub(super) draw: Rng,
    pub(super) number: u64,
}

/// How a tick ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// When every call has its outcome.
    Full,
    /// Its future is dropped after so long.
    Dropped(Duration),
    /// Its session is cancelled after so long.
    Cancelled(Duration),
    /// The deadline of its session comes after so long.
    Deadline(Duration),
    /// The message is cut off after the last of its calls.
    CutOff,
}

impl Agent {
    /// Runs so many ticks.
    pub(super) async fn run(mut self, ticks: u64) -> Tally {
        let mut tally = Tally::default();
        let mut session = self.session().start();
        for tick in 0..ticks {
            let asked = Asked::tick(&mut self.draw, self.time);
            let writes = asked.iter().filter(|it| it.writes()).count() as u64;
            tally.ticks += 1;
            tally.calls += asked.len() as u64;
            let end = self.end();
            if let End::Deadline(after) = end {
                session = self.session().deadline(after).start();
            }
            let outcomes = timeout(FOR_EVER, self.tick(&session, &asked, end)).await;
            let Ok(outcomes) = outcomes else {
                panic!(
                    "tick {tick} of agent {} goes on for ever: {asked:?}",
                    self.number
                );
            };
            match end {
                End::Full => tally.writes += writes,
                // What writes begins when the message has ended.
                End::CutOff => {}
                _ => tally.unknown_writes += writes,
            }
            let ended = match end {
                End::Cancelled(_) => Some(ErrorKind::Cancelled),
                End::Deadline(_) => Some(ErrorKind::DeadlineExceeded),
                _ => None,
            };
            if ended.is_some() {
                tally.ended += 1;
                session = self.session().start();
            }
            let Some(outcomes) = outcomes else {
                assert_ne!(end, End::Full);
                tally.dropped += 1;
                continue;
            };
            assert_eq!(outcomes.len(), asked.len(), "{asked:?}");
            for (asked, outcome) in asked.iter().zip(&outcomes) {
                asked.check(outcome, &outcomes, ended);
                tally.failed += u64::from(outcome.is_error());
            }
            tally.answered += asked.len() as u64;
        }
        tally
    }

    fn session(&self) -> SessionBuilder {
        self.harness.session().tenant(self.tenant)
    }

    /// How the next tick ends.
    fn end(&mut self) -> End {
        let after = match self.time {
            Time::Paused => Duration::from_millis(self.draw.u64(..60)),
            Time::Real => Duration::from_micros(self.draw.u64(..4_000)),
        };
        match self.draw.u8(..24) {
            0 | 1 => End::Dropped(after),
            2 => End::Cancelled(after),
            3 => End::Deadline(after),
            4 => End::CutOff,
            _ => End::Full,
        }
    }

    /// The outcomes of a tick, in the order of its calls; none, if nobody waited for them.
    async fn tick(&mut self, session: &Session, asked: &[Asked], end: End) -> Option<Vec<Outcome>> {
        let calls: Vec<_> = asked.iter().map(|it| it.call.clone()).collect();
        if end == End::CutOff {
            let mut tick = session.open_tick();
            for call in calls {
                tick.push(call);
                self.pause().await;
            }
            return None;
        }
        let way = self.draw.u8(..3);
        let ticking = async {
            match way {
                0 => session.dispatch(calls).await.into_outcomes(),
                1 => streamed(session, calls).await,
                _ => self.written(session, calls).await,
            }
        };
        match end {
            End::Dropped(after) => timeout(after, ticking).await.ok(),
            End::Cancelled(after) => {
                let cancel = async {
                    sleep(after).await;
                    session.cancel();
                };
                Some(tokio::join!(ticking, cancel).0)
            }
            _ => Some(ticking.await),
        }
    }

    /// The outcomes of a message that is dispatched while it is written.
    async fn written(&mut self, session: &Session, calls: Vec<ToolCall>) -> Vec<Outcome> {
        let mut tick = session.open_tick();
        for call in calls {
            tick.push(call);
            self.pause().await;
        }
        tick.finish().await.into_outcomes()
    }

    /// What it takes a model to write the next call.
    async fn pause(&mut self) {
        match self.time {
            Time::Paused => sleep(Duration::from_millis(self.draw.u64(..5))).await,
            Time::Real => tokio::task::yield_now().await,
        }
    }
}

/// The outcomes of a tick, each of which came once.
async fn streamed(session: &Session, calls: Vec<ToolCall>) -> Vec<Outcome> {
    let mut outcomes = session.dispatch_stream(calls);
    let mut came = Vec::new();
    while let Some(outcome) = outcomes.next().await {
        came.push(outcome);
    }
    let outcomes = outcomes.report().await.into_outcomes();
    let sorted = |outcomes: &[Outcome]| {
        let mut outcomes: Vec<_> = outcomes.iter().map(|it| format!("{it:?}")).collect();
        outcomes.sort_unstable();
        outcomes
    };
    assert_eq!(sorted(&came), sorted(&outcomes), "each outcome comes once");
    outcomes
}
