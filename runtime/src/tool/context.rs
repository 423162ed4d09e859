//! What a tool knows besides its arguments: the tenant, the session, the call, and the application's state.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Call;
use crate::effect::Resource;
use crate::error::{ErrorKind, ToolError};

/// The surroundings of one call, or of one batch of calls.
///
/// Cheap to clone. A tool that is `shared` sees no tenant; a batch, which answers calls of
/// several sessions, has no call id and no run id.
#[derive(Clone)]
pub struct Context {
    session: SessionFacts,
    call_id: Option<Arc<str>>,
    states: Arc<States>,
    /// What the run has read besides what its tool declares.
    reads: Arc<Mutex<Vec<Resource>>>,
}

/// What a call inherits from its session.
#[derive(Debug, Clone, Default)]
pub(crate) struct SessionFacts {
    pub(crate) tenant: Option<Arc<str>>,
    pub(crate) run_id: Option<Arc<str>>,
}

impl Context {
    pub(crate) fn new(
        session: SessionFacts,
        call_id: Option<Arc<str>>,
        states: Arc<States>,
    ) -> Self {
        Self {
            session,
            call_id,
            states,
            reads: Arc::default(),
        }
    }

    /// What all calls of a batch have in common, also if there is one alone.
    pub(crate) fn of_batch(&self) -> Self {
        Self {
            session: SessionFacts {
                tenant: self.session.tenant.clone(),
                run_id: None,
            },
            call_id: None,
            states: Arc::clone(&self.states),
            reads: Arc::clone(&self.reads),
        }
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
        let resource = resource.into();
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        if !reads.contains(&resource) {
            reads.push(resource);
        }
    }

    /// What the run has read besides what its tool declares.
    pub(crate) fn take_reads(&self) -> Vec<Resource> {
        std::mem::take(&mut self.reads.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The tenant on whose behalf the tool runs, from the session and never from the arguments.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.session.tenant.as_deref()
    }

    /// The run id that the session was given; none in a batch.
    #[must_use]
    pub fn run_id(&self) -> Option<&str> {
        self.session.run_id.as_deref()
    }

    /// The id of the call; none in a batch.
    #[must_use]
    pub fn call_id(&self) -> Option<&str> {
        self.call_id.as_deref()
    }

    /// The application state of type `T`, if the harness was given one, or an `Arc` of one. A `#[state]` parameter, or a `State<T>` of a
    /// batch function, is checked when the harness is built; this is not.
    #[must_use]
    pub fn state<T: SharedState>(&self) -> Option<&T> {
        self.states.get::<T>()
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
            .field("tenant", &self.session.tenant)
            .field("run_id", &self.session.run_id)
            .field("call_id", &self.call_id)
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
