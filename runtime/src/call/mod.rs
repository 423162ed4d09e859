//! Calls, their outcomes and the facts about them, neutral between providers.

mod content;
mod outcome;
mod part;

use std::sync::Arc;

pub use self::content::Content;
pub use self::outcome::{BatchFacts, CacheStatus, FlushReason, Outcome};
pub use self::part::Part;

/// One request of the model: an id, a tool's name, and arguments as JSON text, exactly as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    id: Arc<str>,
    name: Arc<str>,
    arguments: Arc<str>,
}

impl ToolCall {
    /// A call. `arguments` is the JSON text that the model wrote; `""` and `null` stand for no arguments.
    #[must_use]
    pub fn new(
        id: impl Into<Arc<str>>,
        name: impl Into<Arc<str>>,
        arguments: impl Into<Arc<str>>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
        }
    }

    /// The id by which the provider wants the result.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name of the tool.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The JSON text of the arguments, byte for byte as the model sent it.
    #[must_use]
    pub fn arguments(&self) -> &str {
        &self.arguments
    }

    /// The same call with other arguments.
    pub(crate) fn with_arguments(&self, arguments: impl Into<Arc<str>>) -> Self {
        Self {
            arguments: arguments.into(),
            ..self.clone()
        }
    }

    pub(crate) fn shared_id(&self) -> &Arc<str> {
        &self.id
    }

    pub(crate) fn shared_name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn shared_arguments(&self) -> &Arc<str> {
        &self.arguments
    }
}

#[cfg(test)]
mod tests;
