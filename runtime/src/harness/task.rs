//! The task that a call runs in, and what its end means.

use std::sync::Arc;

use tokio::task::{Id, JoinError, JoinSet};

use super::Inner;
use super::run::Uncached;
use crate::call::{Outcome, ToolCall};
use crate::error::{ErrorKind, ToolError};

/// Starts a call in a task of its own, so that a panic is its outcome and a tool that computes stalls no other.
pub(super) fn spawn(
    running: &mut JoinSet<Outcome>,
    inner: &Arc<Inner>,
    call: &ToolCall,
    uncached: Uncached,
) -> Id {
    let writes = uncached.writes();
    let run = Arc::clone(inner).run(call.clone(), uncached);
    let task = if writes {
        running.spawn(to_its_end(run))
    } else {
        running.spawn(run)
    };
    task.id()
}

/// Runs a write in a task that nobody cancels. One that was cut off half way might still write afterwards (what it gave
/// to another thread goes on), and a read between the two would be kept as if nothing came after it.
async fn to_its_end(run: impl Future<Output = Outcome> + Send + 'static) -> Outcome {
    match tokio::spawn(run).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only when the whole runtime ends, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// The outcome of a call whose task has ended.
pub(super) fn outcome(call: &ToolCall, result: Result<Outcome, JoinError>) -> Outcome {
    result.unwrap_or_else(|error| {
        let name = call.name();
        let error = if error.is_panic() {
            // Never the panic's own text, which is for whoever reads the log.
            ToolError::new(
                ErrorKind::Panicked,
                format_args!("`{name}` broke while it ran"),
            )
        } else {
            ToolError::new(ErrorKind::Cancelled, format_args!("`{name}` was cancelled"))
        };
        Outcome::new(call, Err(error))
    })
}
