//! What became of a call, and the facts about it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Content, ToolCall};
use crate::error::ToolError;

/// What the result cache did for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheStatus {
    /// The tool is not cached, or the call never came that far.
    Bypass,
    /// There was no result: the tool ran.
    Miss,
    /// An equal call was already running, and its answer is this one's as well.
    Shared,
    /// A result past its TTL answered the call, as the tool allows (`stale_while_revalidate`, `stale_if_error`).
    Stale,
    /// A fresh result answered the call.
    Hit,
}

impl CacheStatus {
    pub(crate) const ALL: [CacheStatus; 5] = [
        CacheStatus::Bypass,
        CacheStatus::Miss,
        CacheStatus::Shared,
        CacheStatus::Stale,
        CacheStatus::Hit,
    ];

    /// `bypass`, `miss`, `shared`, `stale` or `hit`: the word on spans and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CacheStatus::Bypass => "bypass",
            CacheStatus::Miss => "miss",
            CacheStatus::Shared => "shared",
            CacheStatus::Stale => "stale",
            CacheStatus::Hit => "hit",
        }
    }
}

/// Why a batch left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlushReason {
    /// It was full.
    Size,
    /// Its window was over.
    Window,
    /// Nothing suggested that company would come.
    Idle,
    /// It had all the calls that a tick had for it.
    Tick,
    /// The harness was shutting down.
    Shutdown,
}

impl FlushReason {
    pub(crate) const ALL: [FlushReason; 5] = [
        FlushReason::Size,
        FlushReason::Window,
        FlushReason::Idle,
        FlushReason::Tick,
        FlushReason::Shutdown,
    ];

    /// `size`, `window`, `idle`, `tick` or `shutdown`: the word on spans and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FlushReason::Size => "size",
            FlushReason::Window => "window",
            FlushReason::Idle => "idle",
            FlushReason::Tick => "tick",
            FlushReason::Shutdown => "shutdown",
        }
    }
}

/// The batch that answered a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchFacts {
    /// How many different keys were asked for at once. For a call of a batch that was split it is the size of the part
    /// that answered it.
    pub size: usize,
    /// Why the batch left when it did.
    pub flush_reason: FlushReason,
    /// From the moment when the call joined the batch until the batch began to run: the wait for company, and for the
    /// limits of the tool and of the harness.
    pub wait_time: Duration,
    /// How long the batch ran, downstream: the run that answered the call.
    pub run_time: Duration,
}

/// What became of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub(crate) id: Arc<str>,
    pub(crate) tool: Arc<str>,
    pub(crate) result: Result<Content, ToolError>,
    pub(crate) cache: CacheStatus,
    pub(crate) batch: Option<BatchFacts>,
    pub(crate) attempts: u32,
    pub(crate) retries: u32,
    pub(crate) age: Option<Duration>,
    pub(crate) elapsed: Duration,
    pub(crate) queue_time: Duration,
    pub(crate) run_time: Duration,
}

impl Outcome {
    /// An outcome that no harness made: for tests, and for tools that run elsewhere.
    #[must_use]
    pub fn new(call: &ToolCall, result: Result<Content, ToolError>) -> Self {
        Self::of(Arc::clone(&call.id), Arc::clone(&call.name), result)
    }

    /// The outcome of a call with this id, of the tool with this name.
    pub(crate) fn of(id: Arc<str>, tool: Arc<str>, result: Result<Content, ToolError>) -> Self {
        Self {
            id,
            tool,
            result,
            cache: CacheStatus::Bypass,
            batch: None,
            attempts: 0,
            retries: 0,
            age: None,
            elapsed: Duration::ZERO,
            queue_time: Duration::ZERO,
            run_time: Duration::ZERO,
        }
    }

    /// The id of the call.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name of the tool, as the model wrote it.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The content, or why there is none.
    ///
    /// # Errors
    /// The call failed; the error's message is what the model sees.
    pub fn result(&self) -> Result<&Content, &ToolError> {
        self.result.as_ref()
    }

    /// The content, or why there is none.
    ///
    /// # Errors
    /// As [`result`](Outcome::result).
    pub fn into_result(self) -> Result<Content, ToolError> {
        self.result
    }

    /// The text that the model sees: the content's, or the error's message.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.result {
            Ok(content) => content.text(),
            Err(error) => error.message(),
        }
    }

    /// Whether the call failed.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.result.is_err()
    }

    /// What the result cache did.
    #[must_use]
    pub fn cache(&self) -> CacheStatus {
        self.cache
    }

    /// How old the result is that the cache answered with; none, if the tool ran for this call.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.age
    }

    /// The same, for a call that could start at this moment.
    pub(crate) fn after(self, started: Instant) -> Self {
        Self {
            elapsed: started.elapsed(),
            ..self
        }
    }

    /// The batch that answered, if one did.
    #[must_use]
    pub fn batch(&self) -> Option<BatchFacts> {
        self.batch
    }

    /// How often the tool ran for this call, by itself or in a batch: 0 if the call was answered or refused without a
    /// run, more than 1 if a run failed and was tried again (`retries`), or if its batch failed and was split.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// From the moment when the call could start to its answer.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How much of [`elapsed`](Outcome::elapsed) the call waited for its turn under the limits of the harness, the
    /// session and the tool, and for the company of a batch.
    #[must_use]
    pub fn queue_time(&self) -> Duration {
        self.queue_time
    }

    /// How much of [`elapsed`](Outcome::elapsed) the tool ran, over all tries; for a call that shared a run, how long that
    /// run took.
    #[must_use]
    pub fn run_time(&self) -> Duration {
        self.run_time
    }

    /// The same outcome with other content, if there is any: what a [`Layer`](crate::Layer) that redacts returns.
    #[must_use]
    pub fn map_content(self, map: impl FnOnce(Content) -> Content) -> Self {
        Self {
            result: self.result.map(map),
            ..self
        }
    }
}
