//! The end of a tick whose session has ended: every call has an outcome, in bounded time.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::super::session::ended;
use super::{Closed, Tick};
use crate::call::Outcome;
use crate::error::{ErrorKind, ToolError};

/// How long calls that were stopped have to end. One that has not by then blocks its thread.
const GRACE: Duration = Duration::from_millis(100);

impl Tick {
    /// Stops all that runs, and lets nothing begin any more.
    pub(super) async fn stop(&mut self, kind: ErrorKind) {
        self.closed = Some(Closed::Session(kind));
        for place in 0..self.slots.len() {
            let Some(slot) = self.slots.get_mut(place) else {
                break;
            };
            if slot.state.is_to_come() {
                let error = ended(kind, slot.call.name(), false);
                let outcome = Outcome::new(&slot.call, Err(error));
                self.settle(place, outcome);
            }
        }
        self.running.abort_all();
        let grace = Instant::now() + GRACE;
        loop {
            let joined = tokio::select! {
                biased;
                joined = self.running.join_next_with_id() => joined,
                () = sleep_until(grace) => None,
            };
            match joined {
                None => break,
                Some(Err(error)) if error.is_cancelled() => {
                    let task = error.id();
                    self.give_up(
                        |slot_task| slot_task == task,
                        |tool, writes| ended(kind, tool, writes),
                    );
                }
                Some(joined) => self.joined(joined),
            }
        }
        // These have not stopped.
        while self.give_up(|_| true, |tool, _| abandoned(kind, tool)) {}
        self.running = JoinSet::new();
    }

    /// Ends a call that still runs, if there is such a one.
    fn give_up(
        &mut self,
        is_it: impl Fn(tokio::task::Id) -> bool,
        error: impl Fn(&str, bool) -> ToolError,
    ) -> bool {
        let found = self
            .slots
            .iter()
            .position(|slot| slot.task.is_some_and(&is_it));
        let Some((place, slot)) = found.and_then(|place| Some((place, self.slots.get(place)?)))
        else {
            return false;
        };
        let error = error(slot.call.name(), slot.writes);
        let outcome = Outcome::new(&slot.call, Err(error));
        self.settle(place, outcome);
        true
    }
}

fn abandoned(kind: ErrorKind, tool: &str) -> ToolError {
    let why = match kind {
        ErrorKind::DeadlineExceeded => "the deadline of the session came",
        _ => "the session was cancelled",
    };
    let message = format_args!(
        "`{tool}` was abandoned when {why}: it did not stop, and may still take effect"
    );
    ToolError::new(kind, message)
}
