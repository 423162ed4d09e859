//! What runs calls: a registry, the application's state, the result cache, the batch loader and the limits.
//!
//! A call is validated, then ordered after the calls of its tick that it conflicts with, then looked up in the cache,
//! then joined to a batch or run alone under the concurrency cap.

mod arguments;
mod builder;
mod dispatch;
mod levers;
mod prepare;
mod run;
mod session;
mod stats;
mod task;

use std::fmt;
use std::sync::Arc;

use tokio::sync::Semaphore;

pub use self::builder::{HarnessBuilder, HarnessError, HarnessProblem};
pub use self::levers::Levers;
pub use self::session::{Session, SessionBuilder};
use self::stats::Counters;
pub use self::stats::Stats;
use crate::batch::Loader;
use crate::cache::ResultCache;
use crate::key::KeyMaker;
use crate::registry::Registry;
use crate::tool::States;

/// Runs the calls of any number of sessions at once. Cheap to clone.
///
/// ```
/// use toolwright::{CacheStatus, Harness, ToolCall, tool, registry};
///
/// /// Add two numbers.
/// #[tool(ttl = "1h")]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> Result<i64, String> {
///     Ok(a + b)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let harness = Harness::builder(registry![add]?).build()?;
/// let session = harness.session().tenant("acme").start();
/// let call = ToolCall::new("call_1", "add", r#"{"a": 1, "b": 2}"#);
/// let outcomes = session.dispatch([call.clone()]).await;
/// assert_eq!(outcomes[0].text(), "3");
///
/// let again = session.dispatch([call]).await;
/// assert_eq!(again[0].cache(), CacheStatus::Hit);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Harness {
    inner: Arc<Inner>,
}

/// What all sessions and calls share.
struct Inner {
    registry: Registry,
    states: Arc<States>,
    levers: Levers,
    keys: KeyMaker,
    cache: ResultCache,
    loader: Loader,
    permits: Arc<Semaphore>,
    counters: Counters,
}

impl Harness {
    /// Begins a harness that runs the tools of this registry.
    pub fn builder(registry: Registry) -> HarnessBuilder {
        HarnessBuilder::new(registry)
    }

    /// Begins a session: one agent's run.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(Arc::clone(&self.inner))
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// What happened so far, over all sessions.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.inner.counters.read()
    }
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness")
            .field("tools", &self.inner.registry.len())
            .field("levers", &self.inner.levers)
            .finish_non_exhaustive()
    }
}
