//! What became of one request.

use super::line::BrokenLine;

/// What became of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer<'a> {
    /// The model answered. This is the message or the body of the response, as the provider wrote it: what
    /// [`codec::calls`](crate::codec::calls) reads.
    ///
    /// It may still be one that was cut or that the model refused to give.
    Succeeded(&'a str),
    /// The request failed, alone.
    Errored(&'a Failure),
    /// The batch's time was over before the request was begun. It costs nothing.
    Expired,
    /// The batch was cancelled before the request was begun. It costs nothing.
    Cancelled,
    /// There is a result, in a form that this version does not know.
    Unreadable(&'a BrokenLine),
    /// No result was read.
    Missing,
}

/// Why one request failed, in the provider's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(super) status: Option<u16>,
    pub(super) kind: Option<String>,
    pub(super) message: String,
}

impl Answer<'_> {
    /// `succeeded`, `errored`, `expired`, `cancelled`, `unreadable` or `missing`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Answer::Succeeded(_) => "succeeded",
            Answer::Errored(_) => "errored",
            Answer::Expired => "expired",
            Answer::Cancelled => "cancelled",
            Answer::Unreadable(_) => "unreadable",
            Answer::Missing => "missing",
        }
    }

    /// Whether the same request, sent again, may well succeed: it expired, was cancelled or has no result, or its error
    /// [is transient](Failure::is_transient).
    #[must_use]
    pub fn is_worth_repeating(&self) -> bool {
        match self {
            Answer::Expired | Answer::Cancelled | Answer::Missing => true,
            Answer::Errored(failure) => failure.is_transient(),
            Answer::Succeeded(_) | Answer::Unreadable(_) => false,
        }
    }
}

/// The types and codes of errors that say nothing against the request.
const TRANSIENT: [&str; 7] = [
    "api_error",
    "overloaded_error",
    "rate_limit_error",
    "rate_limit_exceeded",
    "request_timeout",
    "server_error",
    "timeout_error",
];

impl Failure {
    /// The status that the request was answered with, where the result says it: for OpenAI.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The provider's word for the error, such as `invalid_request_error`: OpenAI's code where there is one, and else the
    /// error's type.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// What the provider says about it; all that it wrote of the error where there is no message in it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the provider failed rather than the request: it was overloaded, limited the rate, took too long, or met
    /// an error of its own.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let by_status = |status| matches!(status, 408 | 429 | 500..);
        self.status.is_some_and(by_status)
            || self.kind().is_some_and(|kind| TRANSIENT.contains(&kind))
    }
}
