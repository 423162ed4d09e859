//! What a tool knows besides its arguments: the tenant, the session, the call, and the application's state.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::entry::BoxFuture;
use super::identity::CallIdentity;
use super::{Call, Reply, Tool, ToolSpec};
use crate::effect::{Read, Resource};
use crate::error::{ErrorKind, ToolError};

/// The surroundings of one call, or of one batch of calls.
///
/// Cheap to clone. A tool that is `shared` sees no tenant; a batch, which answers calls of
/// several sessions, has no call id and no run id.
#[derive(Clone)]
pub struct Context(Arc<Surroundings>);

struct Surroundings {
    host: Arc<dyn Host>,
    /// As the tool may see it.
    tenant: Option<Arc<str>>,
    /// None in a batch.
    call: Option<CallIdentity>,
    /// What the run is a part of, which whoever hosts it knows how to read.
    part_of: Option<Arc<dyn Any + Send + Sync>>,
    /// What the run has read besides what its tool declares.
    reads: Mutex<Vec<Read>>,
    /// How many calls the run has made itself.
    nested: AtomicU64,
}

/// Who runs a tool: a session, as far as its tools may reach it.
pub(crate) trait Host: Send + Sync + 'static {
    /// The application's state.
    fn states(&self) -> &States;
    /// The name of the run.
    fn run_id(&self) -> Option<&str>;
    /// What is cancelled when the session is, and when it ends by itself.
    fn end(&self) -> Option<(&CancellationToken, Option<Instant>)>;
    /// Runs a call that a running tool makes.
    fn call(self: Arc<Self>, call: NestedCall) -> BoxFuture<'static, Reply>;
}

/// A call that a running tool makes.
pub(crate) struct NestedCall {
    pub(crate) tool: &'static ToolSpec,
    pub(crate) arguments: Arc<str>,
    /// The surroundings of the run that makes it.
    pub(crate) outer: Context,
    /// Its place among the calls of that run, counted from 1.
    pub(crate) number: u64,
}

impl Context {
    pub(crate) fn new(
        host: Arc<dyn Host>,
        tenant: Option<Arc<str>>,
        call: Option<CallIdentity>,
        part_of: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Surroundings {
            host,
            tenant,
            call,
            part_of,
            reads: Mutex::default(),
            nested: AtomicU64::new(0),
        }))
    }

    /// The same for a run that is a part of something. What was read before is not in it.
    pub(crate) fn within(&self, part: Arc<dyn Any + Send + Sync>) -> Self {
        Self(Arc::new(Surroundings {
            host: Arc::clone(&self.0.host),
            tenant: self.0.tenant.clone(),
            call: self.0.call.clone(),
            part_of: Some(part),
            reads: Mutex::default(),
            nested: AtomicU64::new(0),
        }))
    }

    /// What all calls of a batch have in common, also if there is one alone.
    pub(crate) fn of_batch(&self) -> Self {
        Self(Arc::new(Surroundings {
            host: Arc::clone(&self.0.host),
            tenant: self.0.tenant.clone(),
            call: None,
            part_of: self.0.part_of.clone(),
            reads: Mutex::default(),
            nested: AtomicU64::new(0),
        }))
    }

    /// Says that the result depends on this resource too, which the tool could not name in its `reads` as it did not
    /// know it before: what a list returned, say. Once the resource is written, the result is not served any more.
    ///
    /// In a batch it is so for every result of the batch. What a tool says after it has returned is not heard.
    ///
    /// ```
    /// use toolwright::{Context, Resource, tool};
    ///
    /// /// List the ids of a customer's orders.
    /// #[tool(ttl = "1h", reads = "customer/{customer_id}")]
    /// async fn list_orders(
    ///     #[context] ctx: &Context,
    ///     /// The customer's id.
    ///     customer_id: String,
    /// ) -> Vec<String> {
    ///     let orders = vec![format!("{customer_id}-1"), format!("{customer_id}-2")];
    ///     for order in &orders {
    ///         ctx.reads(Resource::of(["order", order]));
    ///     }
    ///     orders
    /// }
    /// ```
    pub fn reads(&self, resource: impl Into<Resource>) {
        self.depends([Read::Resource(resource.into())]);
    }

    /// Says that the result depends on all of these.
    pub(crate) fn depends(&self, on: impl IntoIterator<Item = Read>) {
        let mut reads = self.0.reads.lock().unwrap_or_else(PoisonError::into_inner);
        for read in on {
            if !reads.contains(&read) {
                reads.push(read);
            }
        }
    }

    /// What the run has read besides what its tool declares.
    pub(crate) fn take_reads(&self) -> Vec<Read> {
        std::mem::take(&mut self.0.reads.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The tenant on whose behalf the tool runs, from the session and never from the arguments.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.0.tenant.as_deref()
    }

    /// The run id that the session was given; none in a batch.
    #[must_use]
    pub fn run_id(&self) -> Option<&str> {
        self.0.call.as_ref().and_then(|_| self.0.host.run_id())
    }

    /// The id of the call; none in a batch.
    #[must_use]
    pub fn call_id(&self) -> Option<&str> {
        self.0.call.as_ref().map(CallIdentity::id)
    }

    /// A text that is the same for every try of this call and for no other call: what a payment service, say, wants to be
    /// given so that it charges once. None in a batch.
    ///
    /// It is made of the session, the tick and the call, so that two equal calls of a model have two. It differs from run
    /// to run of the program, unless the session was given a
    /// [seed](crate::SessionBuilder::idempotency_seed).
    #[must_use]
    pub fn idempotency_key(&self) -> Option<String> {
        self.0.call.as_ref().map(CallIdentity::key)
    }

    /// Whether the session was cancelled or its deadline is over. A tool that only reads is dropped then; one that writes
    /// runs on, and may look here to stop early. Never in a batch, which several sessions wait for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.end().is_some_and(|(token, deadline)| {
            token.is_cancelled() || deadline.is_some_and(|deadline| deadline <= Instant::now())
        })
    }

    /// Waits until the session is cancelled or its deadline is over; for ever, if that never happens.
    pub async fn cancelled(&self) {
        match self.end() {
            None => std::future::pending().await,
            Some((token, None)) => token.cancelled().await,
            Some((token, Some(deadline))) => tokio::select! {
                () = token.cancelled() => {}
                () = sleep_until(deadline) => {}
            },
        }
    }

    fn end(&self) -> Option<(&CancellationToken, Option<Instant>)> {
        self.0.call.as_ref().and_then(|_| self.0.host.end())
    }

    /// Calls another tool from inside of this one: through the layers, the cache, the batches and the limits of the same
    /// session, and in the name of the tenant that this tool sees.
    ///
    /// `args` is what can be written as the JSON object of the arguments. What the other call reads, this tool's result
    /// depends on as well, so that a kept one is not served after a write to it.
    ///
    /// The place that this run has under the limits is lent to the call, so that it never waits for itself, at a cap of
    /// one as well.
    ///
    /// ```
    /// use serde_json::json;
    /// use toolwright::{Context, Harness, ToolError, registry, tool};
    ///
    /// /// Look up the price of a product, in cents.
    /// #[tool(ttl = "1h")]
    /// async fn price(
    ///     /// The product.
    ///     product: String,
    /// ) -> u32 {
    ///     product.len() as u32 * 100
    /// }
    ///
    /// /// Quote a basket, in cents.
    /// #[tool]
    /// async fn quote(
    ///     #[context] ctx: &Context,
    ///     /// The products.
    ///     products: Vec<String>,
    /// ) -> Result<u32, ToolError> {
    ///     let mut total = 0;
    ///     for product in products {
    ///         total += ctx.call::<price>(json!({"product": product})).await?.parse::<u32>()?;
    ///     }
    ///     Ok(total)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let session = Harness::builder(registry![price, quote]?).build()?.session().start();
    /// assert_eq!(session.call("quote", r#"{"products": ["cup", "plate"]}"#).await.text(), "800");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What became of the call, if it failed; [`ErrorKind::InvalidArguments`], if `args` cannot be written as JSON;
    /// [`ErrorKind::UnknownTool`], if the harness has no such tool; [`ErrorKind::TooDeep`], if calls within calls go too
    /// far.
    pub async fn call<T: Tool>(&self, args: impl Serialize) -> Reply {
        self.call_entry(&T::SPEC, args).await
    }

    async fn call_entry(&self, tool: &'static ToolSpec, args: impl Serialize) -> Reply {
        let arguments = serde_json::to_string(&args).map_err(|error| {
            let name = tool.name();
            let message = format_args!("the arguments of `{name}` cannot be written: {error}");
            ToolError::new(ErrorKind::InvalidArguments, message)
        })?;
        let call = NestedCall {
            tool,
            arguments: arguments.into(),
            outer: self.clone(),
            number: self.0.nested.fetch_add(1, Ordering::Relaxed) + 1,
        };
        Arc::clone(&self.0.host).call(call).await
    }

    /// What the run is a part of.
    pub(crate) fn part_of(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.0.part_of.as_ref()
    }

    /// The tenant, to be taken along.
    pub(crate) fn shared_tenant(&self) -> Option<&Arc<str>> {
        self.0.tenant.as_ref()
    }

    /// Who the call is; none in a batch.
    pub(crate) fn identity(&self) -> Option<&CallIdentity> {
        self.0.call.as_ref()
    }

    /// The application state of type `T`, if the harness was given one, or an `Arc` of one. A `#[state]` parameter, or a `State<T>` of a
    /// batch function, is checked when the harness is built; this is not.
    #[must_use]
    pub fn state<T: SharedState>(&self) -> Option<&T> {
        self.0.host.states().get::<T>()
    }

    pub(crate) fn require<T: SharedState>(&self) -> Result<&T, ToolError> {
        self.state::<T>().ok_or_else(|| {
            ToolError::new(
                ErrorKind::Internal,
                format_args!("this tool is not set up: it has no `{}`", type_name::<T>()),
            )
        })
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("tenant", &self.tenant())
            .field("run_id", &self.run_id())
            .field("call_id", &self.call_id())
            .finish_non_exhaustive()
    }
}

/// A type that can be application state which tools borrow: `#[state] db: &Db`, or the `&self` of a method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of a tool",
    label = "needs `Send` and `Sync`, and no borrowed parts",
    note = "put what is not `Sync` into a lock"
)]
pub trait SharedState: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> SharedState for T {}

/// A type that can be application state which tools take by value: each call gets a clone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of a tool",
    label = "needs `Clone`, `Send` and `Sync`, and no borrowed parts",
    note = "wrap it in an `Arc`: `Arc<{Self}>`"
)]
pub trait StateValue: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> StateValue for T {}

/// How a tool takes its state of type `T` by value: [`StateValue`] without its bounds, so that a type that does not fit
/// is one error, at the type, and in our words. `()` has it, since for `T` the compiler would recommend `&T`.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be the state of a tool",
    label = "needs `Clone`, `Send` and `Sync`, and no borrowed parts",
    note = "borrow it, as in `&{T}`, or wrap it in an `Arc`, as in `Arc<{T}>`; put what is not `Sync` into a lock"
)]
pub trait StateOf<T> {
    /// The type by name.
    const SPEC: StateSpec;

    /// A clone of the application state of this type.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`]: the harness has none, which its `build()` refuses.
    fn get_clone(call: &Call) -> Result<T, ToolError>;
}

#[diagnostic::do_not_recommend]
impl<T: StateValue> StateOf<T> for () {
    const SPEC: StateSpec = StateSpec {
        id: TypeId::of::<T>,
        shared: None,
        name: type_name::<T>,
    };

    fn get_clone(call: &Call) -> Result<T, ToolError> {
        call.context().require().cloned()
    }
}

/// How a tool borrows its state of type `T`, which may also be there as an `Arc<T>`.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be the state of a tool",
    label = "needs `Send` and `Sync`, and no borrowed parts",
    note = "put what is not `Sync` into a lock"
)]
pub trait StateRefOf<T> {
    /// The type by name.
    const SPEC: StateSpec;

    /// The application state of this type.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`]: the harness has none, which its `build()` refuses.
    fn get(call: &Call) -> Result<&T, ToolError>;
}

#[diagnostic::do_not_recommend]
impl<T: SharedState> StateRefOf<T> for () {
    const SPEC: StateSpec = StateSpec {
        id: TypeId::of::<T>,
        shared: Some(TypeId::of::<Arc<T>>),
        name: type_name::<T>,
    };

    fn get(call: &Call) -> Result<&T, ToolError> {
        call.context().require()
    }
}

/// Application state as a parameter of a batch function: `State(db): State<Db>`.
#[derive(Debug, Clone)]
pub struct State<T>(pub T);

/// A type of state that a tool needs.
#[derive(Clone, Copy)]
pub struct StateSpec {
    id: fn() -> TypeId,
    /// The same behind an `Arc`, where a borrow is enough.
    shared: Option<fn() -> TypeId>,
    name: fn() -> &'static str,
}

impl StateSpec {
    /// The name of the type, as the compiler writes it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        (self.name)()
    }
}

impl fmt::Debug for StateSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

/// With nothing else: for tests of what is below a harness.
#[cfg(test)]
impl Host for States {
    fn states(&self) -> &States {
        self
    }

    fn run_id(&self) -> Option<&str> {
        None
    }

    fn end(&self) -> Option<(&CancellationToken, Option<Instant>)> {
        None
    }

    fn call(self: Arc<Self>, _: NestedCall) -> BoxFuture<'static, Reply> {
        Box::pin(async { Err(ToolError::failed("there is no harness")) })
    }
}

/// The application's state, one value a type.
#[derive(Default)]
pub(crate) struct States(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl States {
    pub(crate) fn insert<T: SharedState>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    pub(crate) fn has(&self, spec: &StateSpec) -> bool {
        let has = |id: fn() -> TypeId| self.0.contains_key(&id());
        has(spec.id) || spec.shared.is_some_and(has)
    }

    fn get<T: SharedState>(&self) -> Option<&T> {
        let find = |id| self.0.get(&id);
        match find(TypeId::of::<T>()) {
            Some(value) => value.downcast_ref(),
            None => find(TypeId::of::<Arc<T>>())?
                .downcast_ref::<Arc<T>>()
                .map(|shared| &**shared),
        }
    }
}
