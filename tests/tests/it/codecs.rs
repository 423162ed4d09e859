//! Providers' messages: calls read out of them, results written back in each one's shape.

mod content;
mod errors;
mod messages;
mod recorded;
mod results;
mod round_trip;
mod truncated;

use toolwright::ToolCall;
use toolwright::codec::{CodecError, CodecErrorKind};

/// The ids, names and arguments of calls.
fn parts(calls: &[ToolCall]) -> Vec<(&str, &str, &str)> {
    calls
        .iter()
        .map(|call| (call.id(), call.name(), call.arguments()))
        .collect()
}

#[track_caller]
fn check_error(calls: Result<Vec<ToolCall>, CodecError>, kind: CodecErrorKind, message: &str) {
    let error = calls.expect_err("no calls");
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
}
