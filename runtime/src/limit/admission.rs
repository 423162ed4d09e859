//! The door of a harness: who wants to run waits here, and what a run holds is given back here.

use std::future::poll_fn;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::party::Claim;
use super::state::{Claimed, News, Now, Serial, State, ToolId, Wants};
use crate::aboard::RunId;
use crate::sync::{Mutex, sleep_until};
use crate::tool::Rate;

/// What bounds all runs of a harness.
#[derive(Debug)]
pub(crate) struct Admission(Mutex<State>);

/// What a run holds until it ends.
#[derive(Debug)]
pub(crate) struct Permits {
    admission: Arc<Admission>,
    run: RunId,
}

/// Why a claim is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The rate is used up for so long.
    UsedUp(Duration),
    /// All would wait for each other.
    LocksUp,
}

/// A claim that waits. When this is dropped, it leaves, or gives back what it was just granted.
struct Waiting<'a> {
    admission: &'a Admission,
    serial: Serial,
}

impl Admission {
    /// No more runs at once than this.
    pub(crate) fn new(cap: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State::new(cap))))
    }

    /// One more tool.
    pub(super) fn add_tool(&self, cap: Option<usize>, rate: Option<Rate>) -> ToolId {
        self.with(|state, _| state.add_tool(cap, rate))
    }

    /// Waits until a run may begin, which it then does at once. Whoever waits holds nothing.
    pub(super) async fn admit(
        self: &Arc<Self>,
        tool: ToolId,
        claim: Claim<'_>,
        patience: Option<Duration>,
    ) -> Result<Permits, Refusal> {
        let wants = Wants {
            tool,
            party: claim.party.id(),
            cap: claim.party.cap(),
            priority: claim.priority,
            within: claim.within,
            patience,
        };
        let run = match self.with(|state, now| state.claim(wants, now)) {
            Claimed::Granted(run) => run,
            Claimed::Waits(serial) => self.wait(serial).await,
            Claimed::UsedUp(wait) => return Err(Refusal::UsedUp(wait)),
            Claimed::LocksUp => return Err(Refusal::LocksUp),
        };
        Ok(Permits {
            admission: Arc::clone(self),
            run,
        })
    }

    async fn wait(&self, serial: Serial) -> RunId {
        let waiting = Waiting {
            admission: self,
            serial,
        };
        let mut alarm = None;
        loop {
            let news = poll_fn(|task| {
                self.with(|state, now| state.poll(serial, alarm, task.waker(), now))
            });
            let news = match alarm {
                None => news.await,
                Some(at) => tokio::select! {
                    biased;
                    news = news => news,
                    () = sleep_until(at) => {
                        self.with(State::serve);
                        alarm = None;
                        continue;
                    }
                },
            };
            match news {
                News::Granted(run) => {
                    std::mem::forget(waiting);
                    return run;
                }
                News::Alarm(at) => alarm = Some(at),
            }
        }
    }

    fn with<R>(&self, change: impl FnOnce(&mut State, &mut Now) -> R) -> R {
        // Nothing in here panics half way through a change.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut state, &mut Now::default());
        let woken = std::mem::take(&mut state.woken);
        drop(state);
        for waker in woken {
            waker.wake();
        }
        result
    }
}

impl Permits {
    /// The run that holds them.
    pub(crate) fn run(&self) -> RunId {
        self.run
    }
}

impl Drop for Permits {
    fn drop(&mut self) {
        self.admission.with(|state, now| state.end(self.run, now));
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.admission
            .with(|state, now| state.cancel(self.serial, now));
    }
}
