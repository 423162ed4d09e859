//! Why a call has no content: a kind that programs match, and words that a model can act on.

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

/// Why a call failed.
///
/// The message is what the model sees: the tool chooses it, and it is never a panic's text or a chain of sources.
///
/// ```
/// use toolwright::{ErrorKind, ToolError};
///
/// let error = ToolError::not_found("there is no order `A-9`: order ids look like `A-1234`");
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// assert_eq!(error.message(), "there is no order `A-9`: order ids look like `A-1234`");
/// ```
///
/// A tool with `retries` is tried again after an error that is [transient](ToolError::is_transient). Its kind says so,
/// unless the tool knows better:
///
/// ```
/// # use toolwright::ToolError;
/// let declined = ToolError::failed("the card was declined").permanent();
/// let too_early = ToolError::not_found("the order is not there yet").transient();
/// assert!(!declined.is_transient() && too_early.is_transient());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ToolError {
    kind: ErrorKind,
    is_transient: bool,
    message: Arc<str>,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The tool ran and says that it failed.
    Failed,
    /// The tool ran and found nothing for these arguments.
    NotFound,
    /// No tool of the registry has this name.
    UnknownTool,
    /// The arguments are not JSON, or not what the tool takes.
    InvalidArguments,
    /// The call itself cannot be run: its id was given twice, or the message that it came in was cut off.
    InvalidCall,
    /// The tool runs for a tenant only, and the session has none.
    MissingTenant,
    /// The tool panicked.
    Panicked,
    /// One run took longer than the tool's `timeout`. A run that writes goes on all the same, and may take effect.
    TimedOut,
    /// The tool's `rate` is used up for longer than its `timeout`, so that the call was not even queued.
    RateLimited,
    /// Too many calls wait for a batch of the tool already, so that this one was not even queued; or what the tool asks
    /// says that it has too much to do.
    Overloaded,
    /// A batch function broke its contract, by a wrong count of results for example.
    BatchContract,
    /// The call refers to the result of another call that it does not have, or refers to it in a way that there is none.
    InvalidReference,
    /// A call that this one refers to has failed, so that this one was not run.
    DependencyFailed,
    /// A [layer](crate::Layer) refused the call.
    Refused,
    /// The session was cancelled, or the harness went away, before there was an answer.
    Cancelled,
    /// The deadline of the session came before the answer.
    DeadlineExceeded,
    /// Tools that call tools went deeper than the harness allows.
    TooDeep,
    /// The harness is shutting down, and takes no new calls.
    ShuttingDown,
    /// The output cannot be written as JSON, or a value that `build()` had found was gone.
    Internal,
}

impl ErrorKind {
    /// The word on spans and in metrics: `failed`, `not_found`, `unknown_tool` and so on.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Failed => "failed",
            ErrorKind::NotFound => "not_found",
            ErrorKind::UnknownTool => "unknown_tool",
            ErrorKind::InvalidArguments => "invalid_arguments",
            ErrorKind::InvalidCall => "invalid_call",
            ErrorKind::MissingTenant => "missing_tenant",
            ErrorKind::Panicked => "panicked",
            ErrorKind::TimedOut => "timed_out",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::Overloaded => "overloaded",
            ErrorKind::BatchContract => "batch_contract",
            ErrorKind::InvalidReference => "invalid_reference",
            ErrorKind::DependencyFailed => "dependency_failed",
            ErrorKind::Refused => "refused",
            ErrorKind::Cancelled => "cancelled",
            ErrorKind::DeadlineExceeded => "deadline_exceeded",
            ErrorKind::TooDeep => "too_deep",
            ErrorKind::ShuttingDown => "shutting_down",
            ErrorKind::Internal => "internal",
        }
    }

    /// Whether the same call may succeed when it is tried again, as far as the kind alone tells: [`ErrorKind::Failed`],
    /// [`ErrorKind::TimedOut`] and [`ErrorKind::Overloaded`] may. A panic is a mistake in the tool, and stays one; what was refused is refused
    /// again.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            ErrorKind::Failed | ErrorKind::TimedOut | ErrorKind::Overloaded
        )
    }
}

impl ToolError {
    /// An error of this kind with these words for the model.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl fmt::Display) -> Self {
        Self {
            kind,
            is_transient: kind.is_transient(),
            message: message.to_string().into(),
        }
    }

    /// The tool ran and failed.
    #[must_use]
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// The tool ran and found nothing.
    #[must_use]
    pub fn not_found(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// What the tool asks has too much to do: a batch that fails so is not split into more runs.
    #[must_use]
    pub fn overloaded(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Overloaded, message)
    }

    /// What a caller is told whose run panicked: never the panic's own text, which is for whoever reads the log.
    pub(crate) fn broke(tool: &str) -> Self {
        Self::new(
            ErrorKind::Panicked,
            format_args!("`{tool}` broke while it ran"),
        )
    }

    /// The same, and it is final: the call is not tried again.
    #[must_use]
    pub fn permanent(self) -> Self {
        Self {
            is_transient: false,
            ..self
        }
    }

    /// The same, and the call may succeed when it is tried again.
    #[must_use]
    pub fn transient(self) -> Self {
        Self {
            is_transient: true,
            ..self
        }
    }

    /// Whether the call may succeed when it is tried again. Unless [`permanent`](ToolError::permanent) or
    /// [`transient`](ToolError::transient) said so, it is [what the kind says](ErrorKind::is_transient).
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.is_transient
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the model sees.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)
    }
}

impl std::error::Error for ToolError {}

impl From<String> for ToolError {
    fn from(message: String) -> Self {
        Self::failed(message)
    }
}

impl From<&str> for ToolError {
    fn from(message: &str) -> Self {
        Self::failed(message)
    }
}

impl From<Infallible> for ToolError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a user's code ended with when it panicked. The panic's own text is for whoever reads the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Runs a user's code; its panic is a value.
pub(crate) fn contained<F: Future + Unpin>(
    mut run: F,
) -> impl Future<Output = Result<F::Output, Panicked>> + Unpin {
    poll_fn(move |context| {
        // What a panic leaves half done is the run's own, and nobody looks at it again.
        match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut run).poll(context))) {
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    })
}

/// The known name that was probably meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|&(distance, known)| distance <= known.len().max(name.len()).div_ceil(3))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

/// How many names a sentence has at most: whoever reads it pays for each.
const MOST_NAMES: usize = 24;

/// `` `a`, `b` and `c` ``: names as a sentence needs them, with this word before the last.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let others = names.len().saturating_sub(MOST_NAMES);
    if others > 0 {
        names.truncate(MOST_NAMES);
        names.push(format!("{others} others"));
    }
    match names.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn names_make_a_sentence_that_ends() {
        assert_eq!(listed([], "and"), "none");
        assert_eq!(listed(["a"], "and"), "`a`");
        assert_eq!(listed(["a", "b", "c"], "or"), "`a`, `b` or `c`");
        let many = listed(["a"; 1000], "and");
        assert!(many.ends_with("`a`, `a` and 976 others"), "{many}");
    }
}
