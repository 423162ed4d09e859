//! Not public API: what an expansion of `#[tool]` names, with the types in the signatures of that, and nothing else.

pub use std::concat;
pub use std::result::Result::Ok;

pub use crate::__linked as linked;
#[cfg(feature = "linked")]
pub use crate::registry::LINKED;
pub use crate::tool::{
    Arg, ArgError, Args, Batch, BatchCall, BatchKey, BoxFuture, Call, Never, OwnDefault, Param,
    Reply, Shown, StateOf, Tool, ToolOutput, ToolSpec, batch, batch_of_one, never, spec,
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
