//! The limits of one tool: how long a run may take, how many there are at once, how many begin in a time, and when a
//! failed one is tried again.

mod admission;
mod backoff;
#[cfg(all(test, feature = "__shuttle"))]
mod models;
mod party;
mod rate;
mod state;

use std::sync::Arc;
use std::time::Duration;

use self::admission::Refusal;
pub(crate) use self::admission::{Admission, Permits};
pub(crate) use self::party::{Claim, Party};
use self::state::ToolId;
use crate::error::{ErrorKind, ToolError};
use crate::tool::{Rate, ToolSpec};

/// The limits of one tool of a harness. A limit that was not declared costs nothing.
pub(crate) struct Limits {
    tool: &'static str,
    writes: bool,
    timeout: Option<Duration>,
    retries: u32,
    rate: Option<Rate>,
    place: ToolId,
    admission: Arc<Admission>,
}

impl Limits {
    /// The limits of this tool, in the harness whose runs all begin here.
    pub(crate) fn new(spec: &ToolSpec, admission: &Arc<Admission>) -> Self {
        let cap = |cap: u32| usize::try_from(cap).unwrap_or(usize::MAX);
        let (cap, rate) = (spec.concurrency_cap().map(cap), spec.rate_limit());
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
            rate,
            place: admission.add_tool(cap, rate),
            admission: Arc::clone(admission),
        }
    }

    /// Waits until a run may begin, which it then does at once. Whoever waits holds nothing.
    ///
    /// # Errors
    /// [`ErrorKind::RateLimited`]: the rate is used up for longer than the tool's timeout. [`ErrorKind::Internal`]: it is
    /// part of a run, and would wait for runs that wait for this one.
    pub(crate) async fn admit(&self, claim: Claim<'_>) -> Result<Permits, ToolError> {
        let admitted = self.admission.admit(self.place, claim, self.timeout).await;
        admitted.map_err(|refusal| self.refused(refusal))
    }

    fn refused(&self, refusal: Refusal) -> ToolError {
        let tool = self.tool;
        match (refusal, self.rate) {
            (Refusal::UsedUp(wait), Some(Rate { calls, per })) => ToolError::new(
                ErrorKind::RateLimited,
                format_args!(
                    "`{tool}` has a rate of {calls} in {per:?}, which is used up for another {wait:.1?}: call it again after that"
                ),
            ),
            _ => ToolError::new(
                ErrorKind::Internal,
                format_args!(
                    "`{tool}` cannot run: all of its places are held by runs that wait, themselves, for the run that calls it"
                ),
            ),
        }
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

#[cfg(test)]
mod tests;
