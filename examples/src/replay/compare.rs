//! Comparing what a call came to with what was recorded.

use std::fmt;

use serde_json::Value;
use toolwright::{ErrorKind, Outcome};

use super::trace::RecordedCall;

/// The recorded system shows a failed call as this and the error's message; an outcome has a flag and the message.
const ERROR: &str = "Error: ";

/// A result that is not the recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The line of the run.
    pub line: usize,
    /// The run's id.
    pub run: String,
    /// The call, as the record has it.
    pub call: RecordedCall,
    /// What the call came to here, in the record's notation.
    pub replayed: String,
    /// Why the tools cannot be expected to give what was recorded, if so.
    pub excuse: Option<Reason>,
}

/// Why a recorded result is not one that the tools determine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The model sent arguments that the tool does not take, and both systems refused them, each in its own words.
    RefusedArguments,
    /// The recorded text begins as JSON and is none: it was cut off.
    CutOff,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RefusedArguments => {
                "the arguments are not what the tool takes: both systems refused them, each in its own words"
            }
            Self::CutOff => "the recorded text is cut off",
        })
    }
}

/// Nothing, if the outcome is the recorded one: both failed with the same message, or both results are equal as JSON.
#[must_use]
pub fn compare(line: usize, run: &str, call: &RecordedCall, outcome: &Outcome) -> Option<Mismatch> {
    let same = if call.error {
        outcome.is_error()
            && call.result.strip_prefix(ERROR).unwrap_or(&call.result) == outcome.text()
    } else {
        !outcome.is_error() && json(&call.result) == json(outcome.text())
    };
    if same {
        return None;
    }
    let prefix = if outcome.is_error() { ERROR } else { "" };
    Some(Mismatch {
        line,
        run: run.to_owned(),
        call: call.clone(),
        replayed: format!("{prefix}{}", outcome.text()),
        excuse: excuse(call, outcome),
    })
}

fn excuse(call: &RecordedCall, outcome: &Outcome) -> Option<Reason> {
    let refused =
        matches!(outcome.result(), Err(error) if error.kind() == ErrorKind::InvalidArguments);
    let begins_as_json = call.result.starts_with(['{', '[']);
    if call.error && refused {
        Some(Reason::RefusedArguments)
    } else if !call.error
        && begins_as_json
        && !matches!(json(&call.result), Value::Object(_) | Value::Array(_))
    {
        Some(Reason::CutOff)
    } else {
        None
    }
}

/// A text as JSON; one that is not JSON stands for itself.
fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

#[cfg(test)]
mod tests {
    use toolwright::{Content, ToolCall, ToolError};

    use super::*;

    #[track_caller]
    fn check(recorded: (&str, bool), replayed: Result<&str, ToolError>, expected: &str) {
        let call = RecordedCall {
            id: "call_1".to_owned(),
            tool: "think".to_owned(),
            arguments: "{}".to_owned(),
            result: recorded.0.to_owned(),
            error: recorded.1,
        };
        let tool_call = ToolCall::new("call_1", "think", "{}");
        let outcome = Outcome::new(&tool_call, replayed.map(Content::plain));
        let verdict = match compare(1, "run", &call, &outcome) {
            None => "match".to_owned(),
            Some(mismatch) => format!("{:?}", mismatch.excuse),
        };
        assert_eq!(verdict, expected, "{recorded:?}");
    }

    fn failed(message: &str) -> Result<&'static str, ToolError> {
        Err(ToolError::failed(message))
    }

    #[test]
    fn results_are_compared_as_json() {
        let object = (r#"{"a": 1, "b": [2]}"#, false);
        check(object, Ok(r#"{"b":[2],"a":1}"#), "match");
        check(("", false), Ok(""), "match");
        check(("Done.", false), Ok("Done."), "match");
        check(("6.0", false), Ok("6.0"), "match");
        check(("6.0", false), Ok("6"), "None");
        check(("[1, 2]", false), Ok("[2,1]"), "None");
    }

    #[test]
    fn an_error_is_a_message_and_a_flag() {
        check(
            ("Error: user not found", true),
            failed("user not found"),
            "match",
        );
        check(
            ("Error: user not found", true),
            Ok("user not found"),
            "None",
        );
        check(("user not found", false), failed("user not found"), "None");
        check(("Error: no", true), failed("yes"), "None");
    }

    #[test]
    fn what_the_tools_do_not_determine_is_told_apart() {
        let refused = || {
            Err(ToolError::new(
                ErrorKind::InvalidArguments,
                "`/date` is required",
            ))
        };
        check(
            ("Error: missing 'date'", true),
            refused(),
            "Some(RefusedArguments)",
        );
        check(("[]", false), refused(), "None");
        check(
            (r#"{"a": [1, "#, false),
            Ok(r#"{"a":[1,2]}"#),
            "Some(CutOff)",
        );
    }
}
