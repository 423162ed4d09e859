//! The tasks that a call runs in, and what their end means.

use std::sync::{Arc, Weak};

use tokio::task::{Id, JoinError, JoinSet};

use super::Inner;
use super::prepare::Prepared;
use super::telemetry::CallSpan;
use crate::aboard;
use crate::call::{Outcome, ToolCall};
use crate::effect::Effect;
use crate::error::{ErrorKind, ToolError};
use crate::limit::Limits;

/// Starts a call in a task of its own, so that a tool that computes stalls no other.
pub(super) fn spawn<T: Send + 'static>(
    running: &mut JoinSet<T>,
    run: impl Future<Output = T> + Send + 'static,
) -> Id {
    running.spawn(as_here(run)).id()
}

/// The same in a task of its own: what this task is a part of, that one is too.
fn as_here<T>(run: impl Future<Output = T>) -> impl Future<Output = T> {
    CallSpan::here().around(aboard::within(aboard::here(), run))
}

/// Runs a write in a task that nobody cancels. One that was cut off half way might still write afterwards (what it gave
/// to another thread goes on), and a read between the two would be kept as if nothing came after it.
///
/// None, if it takes longer than it may: then it goes on without its caller.
pub(super) async fn to_its_end<T: Send + 'static>(
    limits: &Limits,
    run: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let run = as_here(run);
    match limits.within(tokio::spawn(run)).await? {
        Ok(end) => Some(end),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only when the whole runtime ends, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// Invalidates what a run writes when it ends, in whatever way: one that failed, panicked or was cancelled may have
/// written.
pub(crate) struct Written {
    /// Weak, as it waits inside of the batches that this owns; and when nobody has the cache, nobody asks it.
    inner: Weak<Inner>,
    /// Whose resources they are, if they are one tenant's own.
    tenant: Option<Arc<str>>,
    /// None, once they are recorded.
    effect: Option<Arc<Effect>>,
}

impl Written {
    /// What this call writes; none, if it only reads.
    pub(super) fn of(inner: &Arc<Inner>, call: &Prepared) -> Option<Self> {
        if call.effect.writes.is_empty() {
            return None;
        }
        Some(Self {
            inner: Arc::downgrade(inner),
            tenant: call.owner().cloned(),
            effect: Some(Arc::clone(&call.effect)),
        })
    }

    /// The run has ended: returns when other processes are told.
    pub(super) async fn record(mut self) {
        if let Some(effect) = self.effect.take()
            && let Some(inner) = self.inner.upgrade()
        {
            inner
                .wrote_and_told(self.tenant.as_ref(), &effect.writes)
                .await;
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(effect) = self.effect.take()
            && let Some(inner) = self.inner.upgrade()
        {
            inner.wrote(self.tenant.as_ref(), &effect.writes);
        }
    }
}

/// The outcome of a call whose task has ended.
pub(super) fn outcome(call: &ToolCall, result: Result<Outcome, JoinError>) -> Outcome {
    result.unwrap_or_else(|error| {
        let name = call.name();
        let error = if error.is_panic() {
            ToolError::broke(name)
        } else {
            ToolError::new(ErrorKind::Cancelled, format_args!("`{name}` was cancelled"))
        };
        Outcome::new(call, Err(error))
    })
}
