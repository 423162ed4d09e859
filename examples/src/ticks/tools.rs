//! The tools that stand for the recorded functions: one that reads and one that writes, each an application as a whole.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use toolwright::{Context, Registry, RegistryError, ToolError, registry, tool};

/// From when to when each call ran, in the order in which they ended.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Run>>>);

/// From when to when a call ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The id of the call.
    pub id: String,
    /// When it began.
    pub from: Instant,
    /// When it ended.
    pub to: Instant,
}

impl Log {
    /// The runs since this was asked.
    #[must_use]
    pub fn take(&self) -> Vec<Run> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn run(&self, ctx: &Context, api: &str, millis: u64) -> Result<String, ToolError> {
        let id = ctx
            .call_id()
            .ok_or_else(|| ToolError::failed("a call needs an id"))?;
        let from = Instant::now();
        sleep(Duration::from_millis(millis)).await;
        let run = Run {
            id: id.to_owned(),
            from,
            to: Instant::now(),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(run);
        Ok(format!("{api} is done"))
    }
}

/// Ask something of an application.
#[tool(reads = "{api}")]
async fn turn_read(
    #[state] log: &Log,
    #[context] ctx: &Context,
    /// The application.
    api: &str,
    /// How long it takes, in milliseconds.
    millis: u64,
) -> Result<String, ToolError> {
    log.run(ctx, api, millis).await
}

/// Change something in an application.
#[tool(writes = "{api}")]
async fn turn_write(
    #[state] log: &Log,
    #[context] ctx: &Context,
    /// The application.
    api: &str,
    /// How long it takes, in milliseconds.
    millis: u64,
) -> Result<String, ToolError> {
    log.run(ctx, api, millis).await
}

/// Both.
///
/// # Errors
/// Never: they are valid.
pub fn registry() -> Result<Registry, RegistryError> {
    registry![turn_read, turn_write]
}

/// The name of the tool that writes, or of the one that reads.
#[must_use]
pub const fn name(writes: bool) -> &'static str {
    if writes { "turn_write" } else { "turn_read" }
}
