//! Why a text has no calls to run.

use std::error::Error;
use std::fmt::{self, Write};

use crate::call::{Outcome, ToolCall};
use crate::definition::Provider;
use crate::error::{ErrorKind, ToolError};

/// What the model sees of a call that was not run because its message was cut.
const NOT_RUN: &str = "this call was not run: the message was cut before its end, so its arguments may be incomplete; \
                       repeat the call, with shorter arguments or fewer calls in one message";

/// Why the calls of a message cannot be read, or must not be run.
///
/// ```
/// use toolwright::codec::{self, CodecErrorKind};
///
/// let error = codec::anthropic::calls(r#"{"role": "assistant" "content": []}"#).unwrap_err();
/// assert_eq!(error.kind(), CodecErrorKind::NotJson);
/// assert_eq!(error.to_string(), "not JSON: line 1, column 22: expected `,` or `}` after the member `role`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecError(Box<Why>);

/// The kinds of [`CodecError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecErrorKind {
    /// The text is not JSON; the message says at which line and column.
    NotJson,
    /// The provider answered with an error: see [`CodecError::provider_type`] and [`CodecError::provider_message`].
    Provider,
    /// The text is no message of this provider; the message says what is missing or wrong.
    NotAMessage,
    /// The response is still being made, in the background: ask for it again later.
    Unfinished,
    /// The message was cut before its end, by the length limit or by a filter, so its calls must not be run:
    /// see [`CodecError::outcomes`].
    Truncated,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    NotJson(String),
    Provider {
        error_type: Option<String>,
        message: String,
    },
    NotAMessage {
        provider: Provider,
        what: String,
    },
    Unfinished {
        status: String,
    },
    Truncated {
        stop: String,
        calls: Vec<ToolCall>,
    },
}

impl CodecError {
    /// A text that is not JSON: where, and what is wrong there.
    pub(super) fn not_json(problem: String) -> Self {
        Self(Box::new(Why::NotJson(problem)))
    }

    /// The provider's own error.
    pub(super) fn provider(error_type: Option<String>, message: &str) -> Self {
        let message = message.to_owned();
        Self(Box::new(Why::Provider {
            error_type,
            message,
        }))
    }

    /// What is missing or wrong, as a clause.
    pub(super) fn not_a_message(provider: Provider, what: impl fmt::Display) -> Self {
        Self(Box::new(Why::NotAMessage {
            provider,
            what: what.to_string(),
        }))
    }

    /// A response that has no end yet.
    pub(super) fn unfinished(status: &str) -> Self {
        Self(Box::new(Why::Unfinished {
            status: status.to_owned(),
        }))
    }

    /// A message that stopped for this reason, and the calls in it.
    pub(super) fn truncated(stop: &str, calls: Vec<ToolCall>) -> Self {
        Self(Box::new(Why::Truncated {
            stop: stop.to_owned(),
            calls,
        }))
    }

    /// What kind of error this is.
    #[must_use]
    pub fn kind(&self) -> CodecErrorKind {
        match &*self.0 {
            Why::NotJson(_) => CodecErrorKind::NotJson,
            Why::Provider { .. } => CodecErrorKind::Provider,
            Why::NotAMessage { .. } => CodecErrorKind::NotAMessage,
            Why::Unfinished { .. } => CodecErrorKind::Unfinished,
            Why::Truncated { .. } => CodecErrorKind::Truncated,
        }
    }

    /// The provider's own word for its error, for example `rate_limit_error`.
    #[must_use]
    pub fn provider_type(&self) -> Option<&str> {
        match &*self.0 {
            Why::Provider { error_type, .. } => error_type.as_deref(),
            _ => None,
        }
    }

    /// The provider's own words about its error.
    #[must_use]
    pub fn provider_message(&self) -> Option<&str> {
        match &*self.0 {
            Why::Provider { message, .. } => Some(message),
            _ => None,
        }
    }

    /// The ids of the calls of a message that was cut, in their order. A history that keeps the message must answer
    /// each of them.
    pub fn call_ids(&self) -> impl Iterator<Item = &str> {
        self.unanswered().iter().map(ToolCall::id)
    }

    /// An answer to each call of a message that was cut: an error that tells the model that the call was not run.
    ///
    /// Write them with the codec's `results`, as the outcomes of calls that ran. For any other error there are none.
    #[must_use]
    pub fn outcomes(&self) -> Vec<Outcome> {
        let refused = || ToolError::new(ErrorKind::InvalidCall, NOT_RUN);
        self.unanswered()
            .iter()
            .map(|call| Outcome::new(call, Err(refused())))
            .collect()
    }

    fn unanswered(&self) -> &[ToolCall] {
        match &*self.0 {
            Why::Truncated { calls, .. } => calls,
            _ => &[],
        }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Why::NotJson(problem) => write!(f, "not JSON: {problem}"),
            Why::Provider {
                error_type,
                message,
            } => {
                f.write_str("the provider answered with an error: ")?;
                if let Some(error_type) = error_type {
                    write!(f, "{}: ", OneLine(error_type))?;
                }
                OneLine(message).fmt(f)
            }
            Why::NotAMessage { provider, what } => {
                write!(f, "not a message of {provider}: {}", OneLine(what))
            }
            Why::Unfinished { status } => {
                write!(
                    f,
                    "the response is not finished: its status is `{}`",
                    OneLine(status)
                )
            }
            Why::Truncated { stop, calls } => {
                write!(f, "the message was cut (`{}`)", OneLine(stop))?;
                match calls.len() {
                    0 => Ok(()),
                    1 => f.write_str(": its call must not be run"),
                    count => write!(f, ": its {count} calls must not be run"),
                }
            }
        }
    }
}

impl Error for CodecError {}

/// Words that came from elsewhere, on one line.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chars()
            .try_for_each(|c| f.write_char(if c.is_control() { ' ' } else { c }))
    }
}
