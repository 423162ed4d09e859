//! What a tool returns, and how it becomes the bytes that go to the model.

use std::any::Any;
use std::fmt::Display;

use serde::Serialize;

use super::Call;
use crate::call::Content;
use crate::error::{ErrorKind, ToolError};

/// The content of a call, or why there is none.
pub type Reply = Result<Content, ToolError>;

/// What a tool may return: a `Result` of anything that can be written as JSON, with an error that can be shown.
///
/// What the model sees of an error is its `Display` text and nothing else: no sources, no debug form. A
/// [`ToolError`] keeps its kind.
#[diagnostic::on_unimplemented(
    message = "a tool cannot return `{Self}`",
    label = "needs `Result<T, E>` with `T: serde::Serialize` and `E: Display`",
    note = "what cannot fail returns `Result<T, std::convert::Infallible>`"
)]
pub trait ToolOutput {
    /// The value of a success.
    type Value: Serialize;
    /// The content, or the error in the tool's words.
    ///
    /// # Errors
    /// The tool's own error, or [`ErrorKind::Internal`] if the value cannot be written as JSON.
    fn into_reply(self) -> Reply;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize, E: Display + 'static> ToolOutput for Result<T, E> {
    type Value = T;

    fn into_reply(self) -> Reply {
        match self {
            Ok(value) => content(&value),
            Err(error) => Err(tool_error(&error)),
        }
    }
}

/// A value as the model will read it: JSON, but a string is its own text.
pub(super) fn content<T: Serialize + ?Sized>(value: &T) -> Reply {
    let failed = |error: serde_json::Error| {
        ToolError::new(
            ErrorKind::Internal,
            format_args!("the result cannot be written as JSON: {error}"),
        )
    };
    let json = serde_json::to_string(value).map_err(failed)?;
    if json.starts_with('"') {
        return serde_json::from_str::<String>(&json)
            .map(Content::plain)
            .map_err(failed);
    }
    Ok(Content::json(json))
}

/// The error in the tool's words; one of ours keeps its kind.
pub(super) fn tool_error<E: Display + 'static>(error: &E) -> ToolError {
    match (error as &dyn Any).downcast_ref::<ToolError>() {
        Some(error) => error.clone(),
        None => ToolError::failed(error),
    }
}

/// The output of a declaration that did not compile.
#[derive(Debug)]
pub enum Never {}

/// The body of a declaration that did not compile.
///
/// # Errors
/// Always.
pub fn never(_: Call) -> Reply {
    Err(ToolError::new(
        ErrorKind::Internal,
        "this tool did not compile",
    ))
}
