//! Not public API: what an expansion of `#[tool]` names, with the types in the signatures of that, and nothing else.

pub use std::concat;
pub use std::result::Result::Ok;

pub use crate::__linked as linked;
#[cfg(feature = "linked")]
pub use crate::registry::LINKED;
pub use crate::tool::{
    AnyKind, AnyOutput, Arg, ArgError, Args, Batch, BatchCall, BatchKey, BatchMethod, BoxFuture,
    Call, Fallible, FromText, GivenBy, Giver, HasLength, IsNumber, IsScalar, IsText, Keyed, Kind,
    Lent, Maybe, Never, No, Output, OutputSchema, OwnDefault, Param, Plain, Reply, Rule, SchemaOf,
    Shown, StateOf, StateRefOf, Tool, ToolEntry, ToolOutput, ToolSet, ToolSpec, TypeOf,
    batch_of_one, has_length, is_number, is_scalar, is_text, never, output_schema, show, spec,
};
#[cfg(feature = "linked")]
pub use linkme;

/// Nothing to do: the feature `linked` is off.
#[cfg(not(feature = "linked"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __linked {
    ($tool:ident) => {};
}
