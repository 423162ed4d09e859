//! One key that is asked for, and who asks.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use super::Answer;
use crate::aboard::{self, Aboard, RunId};
use crate::key::CacheKey;
use crate::tool::{BatchKey, Call};

/// One key, and who asks for it.
pub(super) struct Item<W> {
    pub(super) call: Call,
    /// None, once it is used up: it can be read from the call again.
    pub(super) key: Option<BatchKey>,
    /// Calls with the same are one question.
    pub(super) same: Option<CacheKey>,
    pub(super) callers: Vec<Caller>,
    pub(super) written: Option<W>,
    /// What its callers are a part of.
    pub(super) aboard: Vec<Arc<Aboard>>,
    /// Whether a caller of it does not try again if this run fails for now.
    pub(super) is_last_try: bool,
    /// Whether it was announced.
    pub(super) is_of_tick: bool,
    pub(super) arrived: Instant,
    /// Its place in the queue.
    pub(super) place: Option<OwnedSemaphorePermit>,
}

/// What the calls of a batch are a part of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Outer {
    /// Whether one of them is part of a run.
    pub(super) is_in_run: bool,
    /// The runs, innermost first.
    pub(super) runs: Vec<RunId>,
}

impl Outer {
    pub(super) fn of<'i, W: 'i>(items: impl IntoIterator<Item = &'i Item<W>>) -> Self {
        let aboard = items.into_iter().flat_map(|item| &item.aboard);
        let within: Vec<&Arc<Aboard>> = aboard.filter(|it| it.is_in_run()).collect();
        Self {
            is_in_run: !within.is_empty(),
            runs: aboard::runs(within),
        }
    }
}

/// Who waits for an answer.
pub(super) struct Caller {
    pub(super) sender: oneshot::Sender<Answer>,
    pub(super) arrived: Instant,
}

impl<W> Item<W> {
    /// Whether somebody still waits for its answer.
    pub(super) fn is_wanted(&self) -> bool {
        self.callers.iter().any(|caller| !caller.sender.is_closed())
    }

    /// Whether a caller of it is part of a run.
    pub(super) fn is_in_run(&self) -> bool {
        self.aboard.iter().any(|aboard| aboard.is_in_run())
    }
}
