//! What a tool is: the traits behind `#[tool]` and the plain data of a declaration.

mod arg;
mod batch_fn;
mod batch_method;
mod call;
mod context;
mod entry;
mod fields;
mod identity;
mod lent;
mod output;
mod rule;
mod spec;

pub use self::arg::{Arg, ArgError, FromText, OwnDefault, Param, ParamInfo, Shown, show};
pub(crate) use self::batch_fn::nothing_found;
pub use self::batch_fn::{Answers, Batch, BatchCall, BatchFn, BatchKey, Keyed, batch_of_one};
pub use self::batch_method::BatchMethod;
pub use self::call::{Args, Call};
pub use self::context::{Context, SharedState, State, StateOf, StateRefOf, StateSpec, StateValue};
pub(crate) use self::context::{Host, NestedCall, States};
pub use self::entry::{BoxFuture, ToolEntry, ToolSet};
pub(crate) use self::identity::{CallIdentity, SessionSeed};
pub use self::lent::Lent;
pub use self::output::{
    AnyOutput, Fallible, GivenBy, Giver, IntoContent, Never, Output, OutputSchema, Plain, Reply,
    SchemaOf, ToolOutput, TypeOf, never, output_schema,
};
pub use self::rule::{
    AnyKind, HasLength, IsNumber, IsScalar, IsText, Kind, Maybe, No, Rule, has_length, is_number,
    is_scalar, is_text,
};
pub use self::spec::{Rate, Tenancy, ToolSpec, spec};

/// A declared tool. `#[tool]` implements it, on a type that has the function's name.
///
/// ```
/// use toolwright::{Tool, tool};
///
/// /// Add two numbers.
/// #[tool]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> Result<i64, String> {
///     a.checked_add(b).ok_or_else(|| "the sum is too large".to_owned())
/// }
///
/// assert_eq!(add::SPEC.name(), "add");
/// assert_eq!(add::SPEC.description(), "Add two numbers.");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tool",
    label = "needs a function with `#[tool]`"
)]
pub trait Tool: 'static {
    /// What the function returns.
    type Output;
    /// The declaration, as plain data.
    const SPEC: ToolSpec;
    /// Reads the arguments and calls the function.
    fn call(call: Call) -> impl Future<Output = Reply> + Send;
}
