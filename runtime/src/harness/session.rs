//! One agent's run against a harness: whose it is, when it ends, and its ticks.

use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::stream::{OpenTick, OutcomeStream};
use super::{Inner, TickReport, single, tick};
use crate::call::{Outcome, ToolCall};
use crate::error::{ErrorKind, ToolError};
use crate::limit::Party;
use crate::tool::SessionSeed;

/// Begins a [`Session`].
#[must_use = "a builder does nothing until `start()`"]
pub struct SessionBuilder {
    inner: Arc<Inner>,
    tenant: Option<Arc<str>>,
    run_id: Option<Arc<str>>,
    seed: Option<SessionSeed>,
    deadline: Option<Duration>,
    cancellation: Option<CancellationToken>,
    max_concurrency: Option<usize>,
}

impl SessionBuilder {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        Self {
            inner,
            tenant: None,
            run_id: None,
            seed: None,
            deadline: None,
            cancellation: None,
            max_concurrency: None,
        }
    }

    /// The tenant on whose behalf the agent runs. It comes from what authenticated the request, never from a model.
    pub fn tenant(mut self, tenant: impl Into<Arc<str>>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// A name for the run, which tools see and which never changes an answer.
    pub fn run_id(mut self, run_id: impl Into<Arc<str>>) -> Self {
        self.run_id = Some(run_id.into());
        self
    }

    /// How long the session goes on after `start()`: calls that have no answer then fail with
    /// [`ErrorKind::DeadlineExceeded`], and so do later ones. For ever, unless this is called.
    pub fn deadline(self, after: Duration) -> Self {
        Self {
            deadline: Some(after),
            ..self
        }
    }

    /// What cancels the session when it is cancelled, besides [`Session::cancel`].
    pub fn cancellation(self, token: &CancellationToken) -> Self {
        Self {
            cancellation: Some(token.child_token()),
            ..self
        }
    }

    /// How many tools run at once for this session: as many as the harness allows, unless this is called. Zero is taken
    /// for one.
    pub fn max_concurrency(self, max_concurrency: usize) -> Self {
        Self {
            max_concurrency: Some(max_concurrency.max(1)),
            ..self
        }
    }

    /// What the [idempotency keys](crate::Context::idempotency_key) of the session's calls are made of, so that a session
    /// which is begun again with the same seed, and dispatches the same ticks again, has the same ones. It must differ
    /// from session to session; without it, each has its own.
    pub fn idempotency_seed(self, seed: impl AsRef<[u8]>) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("toolwright 2026-11 session");
        hasher.update(seed.as_ref());
        let mut seed = SessionSeed::default();
        hasher.finalize_xof().fill(&mut seed);
        Self {
            seed: Some(seed),
            ..self
        }
    }

    /// The session.
    #[must_use]
    pub fn start(self) -> Session {
        let Self {
            inner,
            tenant,
            run_id,
            seed,
            deadline,
            cancellation,
            max_concurrency,
        } = self;
        let seed = seed.unwrap_or_else(|| fastrand::u128(..).to_le_bytes());
        // A deadline that no clock reaches is none.
        let deadline = deadline.and_then(|after| Instant::now().checked_add(after));
        Session {
            state: Arc::new(SessionState {
                inner,
                tenant,
                run_id,
                seed,
                deadline,
                cancellation: cancellation.unwrap_or_default(),
                party: Party::new(max_concurrency),
                ticks: AtomicU64::new(0),
            }),
        }
    }
}

/// One agent's run. Cheap to clone.
#[derive(Clone)]
pub struct Session {
    state: Arc<SessionState>,
}

/// What the calls of a session share.
pub(super) struct SessionState {
    pub(super) inner: Arc<Inner>,
    pub(super) tenant: Option<Arc<str>>,
    pub(super) run_id: Option<Arc<str>>,
    pub(super) seed: SessionSeed,
    pub(super) deadline: Option<Instant>,
    pub(super) cancellation: CancellationToken,
    /// Its part in what the limits give.
    pub(super) party: Arc<Party>,
    /// How many ticks there were.
    ticks: AtomicU64,
}

impl SessionState {
    /// What stands for the sessions whose calls a batch answers: nobody cancels it.
    pub(super) fn of_batch(&self, tenant: Option<Arc<str>>) -> Arc<Self> {
        let builder = SessionBuilder::new(Arc::clone(&self.inner));
        SessionBuilder { tenant, ..builder }.start().state
    }

    /// The number of the next tick, counted from 1.
    pub(super) fn next_tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether a call may begin.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`] or [`ErrorKind::DeadlineExceeded`]: the session has ended.
    pub(super) fn check(&self) -> Result<(), ErrorKind> {
        if self
            .deadline
            .is_some_and(|deadline| deadline <= Instant::now())
        {
            return Err(ErrorKind::DeadlineExceeded);
        }
        if self.cancellation.is_cancelled() {
            return Err(ErrorKind::Cancelled);
        }
        Ok(())
    }

    /// Waits until the session has ended, and says why.
    pub(super) async fn ended(&self) -> ErrorKind {
        let deadline = async {
            match self.deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            () = deadline => ErrorKind::DeadlineExceeded,
            () = self.cancellation.cancelled() => self.check().err().unwrap_or(ErrorKind::Cancelled),
        }
    }
}

/// What the model is told of a call that has no answer as its session has ended.
pub(super) fn ended(kind: ErrorKind, tool: &str, may_have_written: bool) -> ToolError {
    let why = match kind {
        ErrorKind::DeadlineExceeded => "the deadline of the session came first",
        _ => "the session was cancelled",
    };
    if may_have_written {
        let message = format_args!(
            "`{tool}` has no answer, as {why}; if it had begun it was not stopped and may still take effect: look at what it changes before you call it again"
        );
        return ToolError::new(kind, message);
    }
    ToolError::new(kind, format_args!("`{tool}` has no answer, as {why}"))
}

impl Session {
    /// Runs the calls of one tick: one outcome for each, in the order of the calls.
    ///
    /// Calls run at once, unless one writes what another reads or writes: those keep the order of emission. A call that
    /// fails fails alone, with those that refer to its result. A call that cannot be answered (no such tool, arguments
    /// that the tool does not take, an id that was given before) has an outcome that a model can act on.
    ///
    /// Dropping the future cancels what is still running, except writes, which go on to their end.
    pub async fn dispatch(&self, calls: impl IntoIterator<Item = ToolCall>) -> TickReport {
        tick::dispatch(&self.state, calls.into_iter().collect()).await
    }

    /// Runs the calls of one tick, and gives each outcome as soon as it is there.
    ///
    /// ```
    /// # use toolwright::{Harness, ToolCall, registry, tool};
    /// /// Add two numbers.
    /// #[tool]
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
    /// let mut outcomes = session.dispatch_stream([
    ///     ToolCall::new("call_1", "add", r#"{"a": 1, "b": 2}"#),
    ///     ToolCall::new("call_2", "add", r#"{"a": 3, "b": 4}"#),
    /// ]);
    /// while let Some(outcome) = outcomes.next().await {
    ///     println!("{}: {}", outcome.id(), outcome.text());
    /// }
    /// let report = outcomes.report().await;
    /// assert_eq!(report[1].text(), "7");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Nothing runs before the stream is asked for the first time. Dropping it is as dropping the future of
    /// [`dispatch`](Self::dispatch).
    pub fn dispatch_stream(&self, calls: impl IntoIterator<Item = ToolCall>) -> OutcomeStream {
        OutcomeStream::new(Arc::clone(&self.state), calls.into_iter().collect())
    }

    /// Begins a tick whose calls come one by one, while the model still writes its message: see [`OpenTick`].
    pub fn open_tick(&self) -> OpenTick {
        OpenTick::new(&self.state)
    }

    /// Runs one call, which is a tick of its own and has no id: the tool's name and the arguments as JSON text, as
    /// [`ToolCall::new`] takes them.
    ///
    /// It is what [`dispatch`](Self::dispatch) does for one call, in less time: a kept result is found without anything
    /// being made but the outcome, and a tool runs in the caller's own task, which it holds up if it computes.
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
    // No `async fn`, which would have its future copied once more.
    pub fn call<'c>(
        &'c self,
        tool: &'c str,
        arguments: &'c str,
    ) -> impl Future<Output = Outcome> + Send + 'c {
        single::call(&self.state, tool, arguments)
    }

    /// Ends the session: calls that have no answer yet fail with [`ErrorKind::Cancelled`] at once, and so do later ones. A
    /// write that has begun goes on to its end, unless its tool looks at
    /// [`Context::is_cancelled`](crate::Context::is_cancelled).
    ///
    /// ```
    /// # use toolwright::{ErrorKind, Harness, registry};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let session = Harness::builder(registry![]?).build()?.session().start();
    /// session.cancel();
    /// let outcome = session.call("look_up", "{}").await;
    /// assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::Cancelled);
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel(&self) {
        self.state.cancellation.cancel();
    }

    /// The tenant, if there is one.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.state.tenant.as_deref()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("tenant", &self.state.tenant)
            .field("run_id", &self.state.run_id)
            .finish_non_exhaustive()
    }
}
