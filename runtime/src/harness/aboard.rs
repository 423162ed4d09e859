//! Which questions a task is answering: a tool that asks itself its own question would wait for itself.

use std::sync::Arc;

use crate::error::{ErrorKind, ToolError};
use crate::key::CacheKey;

tokio::task_local! {
    static ABOARD: Option<Arc<Aboard>>;
}

/// A question that is being answered, and the one in whose run it was asked.
#[derive(Debug)]
pub(super) struct Aboard {
    key: CacheKey,
    outer: Option<Arc<Aboard>>,
}

/// The questions that this task is answering, to be taken along into another.
pub(super) fn here() -> Option<Arc<Aboard>> {
    ABOARD.try_with(Clone::clone).ok().flatten()
}

/// Runs something as a part of the answers to these questions.
pub(super) async fn within<T>(aboard: Option<Arc<Aboard>>, run: impl Future<Output = T>) -> T {
    ABOARD.scope(aboard, run).await
}

/// Runs the answer to a question, asked where `outer` were being answered.
pub(super) async fn answering<T>(
    key: CacheKey,
    outer: Option<Arc<Aboard>>,
    run: impl Future<Output = T>,
) -> T {
    within(Some(Arc::new(Aboard { key, outer })), run).await
}

/// Whether a question may be waited for here.
///
/// # Errors
/// This task is a part of its answer.
pub(super) fn may_wait_for(key: &CacheKey, tool: &str) -> Result<(), ToolError> {
    let innermost = here();
    let mut questions = std::iter::successors(innermost.as_deref(), |it| it.outer.as_deref());
    if questions.any(|question| question.key == *key) {
        let message = format_args!(
            "`{tool}` asked for its own result while it was making it: it would wait for itself"
        );
        return Err(ToolError::new(ErrorKind::Internal, message));
    }
    Ok(())
}
