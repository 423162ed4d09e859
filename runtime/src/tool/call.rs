//! One call on its way into a tool: its context and its arguments.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::Param;
use super::context::Context;
use crate::error::{ErrorKind, ToolError};

/// What `Tool::call` takes.
#[derive(Debug)]
pub struct Call {
    context: Context,
    args: Args,
}

/// The arguments of one call: the text that the model sent and where in it each declared argument stands.
#[derive(Debug, Clone)]
pub struct Args {
    text: Arc<str>,
    spans: SmallVec<[Option<Range<usize>>; 4]>,
}

impl Args {
    /// `spans[i]` is where argument `i` stands in `text`; `None` is an argument that the model left out.
    pub(crate) fn new(
        text: Arc<str>,
        spans: impl IntoIterator<Item = Option<Range<usize>>>,
    ) -> Self {
        let spans = spans.into_iter().collect();
        Self { text, spans }
    }

    /// The source text of the argument at `index`.
    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let span = self.spans.get(index)?.clone()?;
        self.text.get(span)
    }
}

impl Call {
    pub(crate) fn new(context: Context, args: Args) -> Self {
        Self { context, args }
    }

    /// The same call once more, in these surroundings.
    pub(crate) fn again(&self, context: Context) -> Self {
        Self {
            context,
            args: self.args.clone(),
        }
    }

    /// Reads one argument.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArguments`]: where the value is wrong and what was expected there.
    pub fn arg<T>(&self, param: &Param<T>) -> Result<T, ToolError> {
        use super::ParamInfo as _;
        param.read(self.args.get(param.index)).map_err(|error| {
            let pointer = match (param.is_flat(), error.pointer) {
                (false, pointer) => format!("argument `/{}{pointer}`", param.name()),
                (true, pointer) if pointer.is_empty() => "the arguments".to_owned(),
                (true, pointer) => format!("argument `{pointer}`"),
            };
            ToolError::new(
                ErrorKind::InvalidArguments,
                format_args!("{pointer}: {}", error.message),
            )
        })
    }

    /// The context of the call.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }
}
