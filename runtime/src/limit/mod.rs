//! The limits of one tool: how long a run may take, how many there are at once, how many begin in a time, and when a
//! failed one is tried again.

mod backoff;
mod rate;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::rate::RateLimiter;
use crate::error::{ErrorKind, ToolError};
use crate::tool::ToolSpec;

/// The limits of one tool of a harness. A limit that was not declared costs nothing.
pub(crate) struct Limits {
    tool: &'static str,
    writes: bool,
    timeout: Option<Duration>,
    retries: u32,
    of_tool: Option<Arc<Semaphore>>,
    rate: Option<RateLimiter>,
    of_harness: Arc<Semaphore>,
}

/// Who asks for places.
#[derive(Debug)]
pub(crate) struct Party;

impl Party {
    pub(crate) fn new(_: Option<usize>) -> Arc<Self> {
        Arc::new(Self)
    }
}

/// What a run need not wait for, as it is part of a run that may hold it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    /// The tool's own permit.
    pub(crate) of_tool: bool,
    /// The harness's.
    pub(crate) of_harness: bool,
}

/// What a run holds until it ends.
#[derive(Debug)]
pub(crate) struct Permits {
    _of_tool: Option<OwnedSemaphorePermit>,
    _of_harness: Option<OwnedSemaphorePermit>,
}

impl Limits {
    /// The limits of this tool, in a harness that runs no more tools at once than it has of these permits.
    pub(crate) fn new(spec: &ToolSpec, of_harness: Arc<Semaphore>) -> Self {
        let cap = |cap: u32| {
            let cap = usize::try_from(cap).unwrap_or(usize::MAX);
            Arc::new(Semaphore::new(cap.min(Semaphore::MAX_PERMITS)))
        };
        Self {
            tool: spec.name(),
            writes: !spec.writes_templates().is_empty(),
            timeout: spec.run_timeout(),
            // The macro refuses this as well; a second write is never worth a second way to get here.
            retries: if spec.is_idempotent() {
                spec.max_retries()
            } else {
                0
            },
            of_tool: spec.concurrency_cap().map(cap),
            rate: spec.rate_limit().map(RateLimiter::new),
            of_harness,
        }
    }

    /// Waits until a run may begin, which it then does at once.
    ///
    /// A run that is part of another takes no permit that the other may hold, as the other waits for it.
    ///
    /// The tool's own permit comes first, so that who waits for it keeps no other tool from running. Everyone takes
    /// them in this order, so nobody waits in a circle.
    ///
    /// # Errors
    /// [`ErrorKind::RateLimited`]: the rate is used up for longer than the tool's timeout.
    pub(crate) async fn admit(&self, held: Held) -> Result<Permits, ToolError> {
        let of_tool = match &self.of_tool {
            Some(permits) if !held.of_tool => Some(permit(permits).await),
            _ => None,
        };
        let turn = match &self.rate {
            Some(rate) => Some(self.turn(rate).await?),
            None => None,
        };
        let of_harness = if held.of_harness {
            None
        } else {
            Some(permit(&self.of_harness).await)
        };
        // Now, and not when the turn came: turns that waited here together would begin together.
        if let Some(turn) = turn {
            turn.begin();
        }
        Ok(Permits {
            _of_tool: of_tool,
            _of_harness: of_harness,
        })
    }

    async fn turn<'r>(&self, rate: &'r RateLimiter) -> Result<rate::Turn<'r>, ToolError> {
        let patience = self.timeout;
        rate.turn(patience).await.map_err(|wait| {
            let (tool, rate) = (self.tool, rate.rate());
            let message = format_args!(
                "`{tool}` has a rate of {} in {:?}, which is used up for another {wait:.1?}: call it again after that",
                rate.calls, rate.per
            );
            ToolError::new(ErrorKind::RateLimited, message)
        })
    }

    /// Runs something for as long as one run may take; none, if that was not enough.
    pub(crate) async fn within<F: Future>(&self, run: F) -> Option<F::Output> {
        match self.timeout {
            Some(timeout) => tokio::time::timeout(timeout, run).await.ok(),
            None => Some(run.await),
        }
    }

    /// What a caller is told whose run took too long.
    pub(crate) fn timed_out(&self) -> ToolError {
        let (tool, timeout) = (self.tool, self.timeout.unwrap_or_default());
        if self.writes {
            let message = format_args!(
                "`{tool}` took longer than {timeout:?}; it was not stopped and may still take effect: look at what it changes before you call it again"
            );
            // Its run goes on: a second one beside it could end first, and be undone by it.
            return ToolError::new(ErrorKind::TimedOut, message).permanent();
        }
        let message = format_args!(
            "`{tool}` took longer than {timeout:?} and was stopped: ask for less, or call it again later"
        );
        ToolError::new(ErrorKind::TimedOut, message)
    }

    /// How often a call is tried again at most.
    pub(crate) fn retries(&self) -> u32 {
        self.retries
    }

    /// How long to pause before the next try, if there is one, after so many runs of which the last ended with this
    /// error. `draw` is a random number from 0 to 1.
    pub(crate) fn pause(
        &self,
        runs: u32,
        error: &ToolError,
        draw: impl FnOnce() -> f64,
    ) -> Option<Duration> {
        let retry = runs.checked_sub(1)?;
        let is_tried_again = retry < self.retries && error.is_transient();
        is_tried_again.then(|| backoff::pause(retry, draw()))
    }
}

async fn permit(permits: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    let permit = Arc::clone(permits).acquire_owned().await;
    permit.expect("the permits of a harness are never closed")
}

#[cfg(test)]
mod tests;
