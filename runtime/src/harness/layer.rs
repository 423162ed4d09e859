//! Layers: what goes on around each call.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::Inner;
use super::caller::Caller;
use super::lookup::LookedUp;
use super::prepare::Prepared;
use crate::call::{Outcome, ToolCall};
use crate::effect::Effect;
use crate::error::{ErrorKind, ToolError};
use crate::registry::RegisteredTool;
use crate::tool::{BoxFuture, ToolSpec};

/// Something that goes on around each call: a policy that refuses some, a log of all, what takes secrets out of results.
///
/// [`HarnessBuilder::layer`](crate::HarnessBuilder::layer) adds one; the first that is added is the outermost. A call
/// comes here when its arguments have been checked and the calls that it waits for have ended, and before the cache is
/// asked, so that a policy is asked for a kept result too. A call that cannot run, with arguments that its tool does not
/// take for example, comes here as well, and [`Next::run`] gives the outcome that says so. Calls that a running tool makes
/// come here like those of a model.
///
/// The layers of the calls of a tick run in parallel. One that panics is the error of its call. The cache keeps what the
/// tool returned, and each call's layers see it anew.
///
/// ```
/// use toolwright::{Harness, Layer, LayerCall, Next, Outcome, async_trait, registry, tool};
///
/// /// Refuses to destroy anything at night.
/// struct NightWatch {
///     is_night: bool,
/// }
///
/// #[async_trait]
/// impl Layer for NightWatch {
///     async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
///         if self.is_night && call.spec().is_some_and(|tool| tool.is_destructive()) {
///             return call.refused("nothing is deleted at night: try again after six");
///         }
///         next.run().await
///     }
/// }
///
/// /// Delete an account.
/// #[tool(writes = "account/{account}", destructive)]
/// async fn delete_account(
///     /// The account.
///     account: String,
/// ) -> String {
///     format!("{account} is gone")
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let harness = Harness::builder(registry![delete_account]?).layer(NightWatch { is_night: true }).build()?;
/// let outcome = harness.session().start().call("delete_account", r#"{"account": "A-1"}"#).await;
/// assert_eq!(outcome.text(), "nothing is deleted at night: try again after six");
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Layer: Send + Sync + 'static {
    /// Runs a call, or does not: [`Next::run`] goes on to the next layer, and in the end to the tool.
    ///
    /// The id and the tool of what this returns are those of the call, whatever it says.
    async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome;
}

/// A call, as a [`Layer`] sees it.
pub struct LayerCall {
    call: ToolCall,
    caller: Caller,
    spec: Option<ToolSpec>,
    effect: Arc<Effect>,
}

impl LayerCall {
    /// The id of the call; empty, if it has none.
    #[must_use]
    pub fn id(&self) -> &str {
        self.call.id()
    }

    /// The name of the tool, as the model wrote it.
    #[must_use]
    pub fn tool(&self) -> &str {
        self.call.name()
    }

    /// The arguments as JSON text, with the results in place of what refers to them.
    #[must_use]
    pub fn arguments(&self) -> &str {
        self.call.arguments()
    }

    /// The declaration of the tool; none, if there is no such tool.
    #[must_use]
    pub fn spec(&self) -> Option<&ToolSpec> {
        self.spec.as_ref()
    }

    /// What the call reads and writes, as far as its tool declares it.
    #[must_use]
    pub fn effect(&self) -> &Effect {
        &self.effect
    }

    /// The tenant on whose behalf the call is made.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.caller.tenant.as_deref()
    }

    /// The run id that the session was given.
    #[must_use]
    pub fn run_id(&self) -> Option<&str> {
        self.caller.session.run_id.as_deref()
    }

    /// The number of the tick in its session, counted from 1.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.caller.tick
    }

    /// Whether a running tool makes the call, and not a model.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        self.caller.maker.is_some()
    }

    /// The text that is the same for every try of this call and for no other call: the one that the tool sees as
    /// [`Context::idempotency_key`](crate::Context::idempotency_key).
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        self.caller.identity(&self.call).key()
    }

    /// The outcome of a call that is refused, with the reason for the model.
    #[must_use]
    pub fn refused(&self, reason: impl fmt::Display) -> Outcome {
        Outcome::new(&self.call, Err(ToolError::new(ErrorKind::Refused, reason)))
    }
}

impl fmt::Debug for LayerCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the arguments, which may hold secrets.
        f.debug_struct("LayerCall")
            .field("id", &self.id())
            .field("tool", &self.tool())
            .field("tenant", &self.tenant())
            .finish_non_exhaustive()
    }
}

/// What is inside of a [`Layer`]: the other layers, and the call itself.
pub struct Next<'n> {
    layers: &'n [Arc<dyn Layer>],
    call: &'n LayerCall,
    core: BoxFuture<'n, Outcome>,
}

impl Next<'_> {
    /// Runs the call.
    pub async fn run(self) -> Outcome {
        match self.layers.split_first() {
            None => self.core.await,
            Some((layer, layers)) => {
                let next = Next { layers, ..self };
                layer.call(next.call, next).await
            }
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next")
            .field("layers", &self.layers.len())
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// Runs a call, or a call that cannot run, within the layers.
    pub(super) async fn layered(
        self: Arc<Self>,
        caller: Caller,
        call: ToolCall,
        prepared: Result<Prepared, ToolError>,
    ) -> Outcome {
        let found = self.registry.find(call.name());
        let spec = found.map(|(_, tool): (usize, &RegisteredTool)| *tool.spec());
        let around = LayerCall {
            call: call.clone(),
            // As the tool may see it.
            caller: prepared.as_ref().map_or(caller, |it| it.caller.clone()),
            spec,
            effect: prepared
                .as_ref()
                .map_or_else(|_| Arc::default(), |it| Arc::clone(&it.effect)),
        };
        let inner = Arc::clone(&self);
        let core = async {
            match prepared {
                Err(error) => Outcome::new(&around.call, Err(error)),
                Ok(prepared) => match inner.look_up(&around.call, Box::new(prepared)) {
                    LookedUp::Answered(outcome) => Self::spanned(&around.call, outcome),
                    LookedUp::Bypass(mut prepared, started) => {
                        inner
                            .run_bypassing(&around.call, &mut prepared, started)
                            .await
                    }
                    LookedUp::Uncached(uncached) => inner.run(around.call.clone(), uncached).await,
                },
            }
        };
        let next = Next {
            layers: &self.layers,
            call: &around,
            core: Box::pin(core),
        };
        let outcome = next.run().await;
        Outcome {
            id: Arc::clone(call.shared_id()),
            tool: Arc::clone(call.shared_name()),
            ..outcome
        }
    }
}
