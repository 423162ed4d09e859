//! One agent's run against a harness: whose it is, and its ticks.

use std::fmt;
use std::sync::Arc;

use super::{Inner, dispatch};
use crate::call::{Outcome, ToolCall};
use crate::tool::SessionFacts;

/// Begins a [`Session`].
#[must_use = "a builder does nothing until `start()`"]
pub struct SessionBuilder {
    inner: Arc<Inner>,
    facts: SessionFacts,
}

impl SessionBuilder {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        Self {
            inner,
            facts: SessionFacts::default(),
        }
    }

    /// The tenant on whose behalf the agent runs. It comes from what authenticated the request, never from a model.
    pub fn tenant(mut self, tenant: impl Into<Arc<str>>) -> Self {
        self.facts.tenant = Some(tenant.into());
        self
    }

    /// A name for the run, which tools see and which never changes an answer.
    pub fn run_id(mut self, run_id: impl Into<Arc<str>>) -> Self {
        self.facts.run_id = Some(run_id.into());
        self
    }

    /// The session.
    #[must_use]
    pub fn start(self) -> Session {
        Session {
            inner: self.inner,
            facts: self.facts,
        }
    }
}

/// One agent's run. Cheap to clone.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
    facts: SessionFacts,
}

impl Session {
    /// Runs the calls of one tick: one outcome for each, in the order of the calls.
    ///
    /// Calls run at once, unless one writes what another reads or writes: those keep the order of emission. A call that
    /// fails fails alone. A call that cannot be answered (no such tool, arguments that the tool does not take, an id
    /// that was given before) has an outcome that a model can act on.
    ///
    /// Dropping the future cancels what is still running, except writes, which go on to their end.
    pub async fn dispatch(&self, calls: impl IntoIterator<Item = ToolCall>) -> Vec<Outcome> {
        dispatch::tick(&self.inner, &self.facts, calls.into_iter().collect()).await
    }

    /// Runs one call, which is a tick of its own and has no id: the tool's name and the arguments as JSON text, as
    /// [`ToolCall::new`] takes them.
    ///
    /// It is what [`dispatch`](Self::dispatch) does for one call, in less time: a kept result is found without anything
    /// being made but the outcome.
    ///
    /// ```
    /// # use toolwright::{Harness, registry, tool};
    /// /// Add two numbers.
    /// #[tool(ttl = "1h")]
    /// async fn add(
    ///     /// The first.
    ///     a: i64,
    ///     /// The second.
    ///     b: i64,
    /// ) -> i64 {
    ///     a + b
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let session = Harness::builder(registry![add]?).build()?.session().start();
    /// let outcome = session.call("add", r#"{"a": 1, "b": 2}"#).await;
    /// assert_eq!(outcome.text(), "3");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn call(&self, tool: &str, arguments: &str) -> Outcome {
        dispatch::single(&self.inner, &self.facts, tool, arguments).await
    }

    /// The tenant, if there is one.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.facts.tenant.as_deref()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.facts.fmt(f)
    }
}
