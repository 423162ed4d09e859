//! One agent of a soak: tick after tick, some of which it gives up.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::timeout;
use toolwright::{Harness, Outcome};

use super::call::Asked;
use super::{Soak, Tally, Time};

/// How long a tick may take that nobody gives up: if one takes longer, something waits for ever.
const FOR_EVER: Duration = Duration::from_hours(1);

/// An agent.
pub(super) struct Agent {
    pub(super) time: Time,
    pub(super) harness: Harness,
    pub(super) tenant: &'static str,
    pub(super) draw: Rng,
    pub(super) number: u64,
}

impl Agent {
    /// Runs so many ticks.
    pub(super) async fn run(mut self, ticks: u64) -> Tally {
        let mut tally = Tally::default();
        let mut session = Soak::session(&self.harness, self.tenant);
        for tick in 0..ticks {
            if self.draw.u8(..10) == 0 {
                session = Soak::session(&self.harness, self.tenant);
            }
            let asked = Asked::tick(&mut self.draw, self.time);
            let writes = asked.iter().filter(|it| it.writes()).count() as u64;
            tally.ticks += 1;
            tally.calls += asked.len() as u64;
            let calls = asked.iter().map(|it| it.call.clone());
            let dispatched = session.dispatch(calls);
            let is_given_up = self.draw.u8(..8) == 0;
            let patience = if is_given_up {
                self.patience()
            } else {
                FOR_EVER
            };
            let Ok(outcomes) = timeout(patience, dispatched).await else {
                assert!(
                    is_given_up,
                    "tick {tick} of agent {} goes on for ever: {asked:?}",
                    self.number
                );
                tally.dropped += 1;
                tally.unknown_writes += writes;
                continue;
            };
            let outcomes: Vec<Outcome> = outcomes.into_iter().collect();
            assert_eq!(outcomes.len(), asked.len(), "{asked:?}");
            for (asked, outcome) in asked.iter().zip(&outcomes) {
                asked.check(outcome);
                tally.failed += u64::from(outcome.is_error());
            }
            tally.answered += asked.len() as u64;
            tally.writes += writes;
        }
        tally
    }

    /// How long it waits for a tick that it gives up.
    fn patience(&mut self) -> Duration {
        match self.time {
            Time::Paused => Duration::from_millis(self.draw.u64(..60)),
            Time::Real => Duration::from_micros(self.draw.u64(..4_000)),
        }
    }
}
