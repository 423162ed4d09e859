//! toolwright
#![doc(hidden)]
#[doc(hidden)]
pub mod __private;
mod canonical;
mod batch;
mod cache;
mod call;
mod definition;
mod effect;
mod error;
mod graph;
mod harness;
mod json;
mod key;
mod registry;
mod tool;

pub use self::call::{BatchFacts, CacheStatus, Content, FlushReason, Outcome, ToolCall};
pub use self::definition::{Fingerprint, Provider, ToolDefinition};
pub use self::effect::{Effect, Resource};
pub use self::error::{ErrorKind, ToolError};
pub use self::harness::{Harness, HarnessBuilder, HarnessError, HarnessProblem, Levers, Session, SessionBuilder, Stats};
pub use self::canonical::canonicalize;
pub use self::json::JsonError;
pub use self::key::CacheKey;
pub use self::registry::{Registry, RegistryError, RegistryProblem};
pub use self::tool::{
    Answers, Arg, BatchFn, Context, State, StateValue, Tenancy, Tool, ToolEntry, ToolOutput, ToolSpec,
};
pub use toolwright_macros::tool;
