//! Declare the tools of an AI agent once; get byte-stable definitions, canonical cache keys, batches and parallel
//! dispatch from that one declaration.
//!
//! An agent's cost is mostly replayed input, slow tools and too many calls. Prompt caching, result caching, parallel
//! calls and batching are the levers against it, and all four hang on how a tool is *declared*.
//!
//! # A tool
//!
//! You annotate an async function. It stays an ordinary function; a type of the same name stands beside it.
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::Arc;
//!
//! use toolwright::{CacheStatus, Context, Harness, Provider, State, ToolCall, ToolError, tool, registry};
//!
//! #[derive(Clone)]
//! struct Db(Arc<HashMap<String, u32>>);
//!
//! /// Look up the total of one order, in cents, by the order's id.
//! #[tool(ttl = "5m", cache_key_exclude = "request_id", tenant_scoped, batch = "order_totals", reads = "order/{order_id}")]
//! async fn order_total(
//!     /// The order's id, for example `A-1234`.
//!     order_id: String,
//!     /// Correlates log lines; never changes the answer.
//!     request_id: Option<String>,
//! ) -> Result<u32, ToolError>;
//!
//! /// What `order_total` runs on: one query for all the ids that came together.
//! async fn order_totals(ctx: &Context, State(db): State<Db>, ids: Vec<String>) -> HashMap<String, u32> {
//!     println!("{} ids of {:?}", ids.len(), ctx.tenant());
//!     ids.into_iter().filter_map(|id| Some((id.clone(), *db.0.get(&id)?))).collect()
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = registry![order_total]?;
//! // What the provider is sent, byte for byte the same in every process and build.
//! assert!(registry.definitions(Provider::Anthropic).starts_with(r#"[{"name":"order_total","#));
//!
//! let db = Db(Arc::new(HashMap::from([("A-1".to_owned(), 1999)])));
//! let harness = Harness::builder(registry).state(db).build()?;
//! let session = harness.session().tenant("acme").start();
//!
//! // One tick: what the model emitted in one message. One batch, one outcome a call.
//! let outcomes = session
//!     .dispatch([
//!         ToolCall::new("call_1", "order_total", r#"{"order_id": "A-1", "request_id": "r-1"}"#),
//!         ToolCall::new("call_2", "order_total", r#"{"order_id": "A-2"}"#),
//!     ])
//!     .await;
//! assert_eq!(outcomes[0].text(), "1999");
//! assert_eq!(outcomes[1].text(), "nothing was found for these arguments");
//! assert_eq!(outcomes[0].batch().map(|batch| batch.size), Some(2));
//!
//! // The same question, spelled otherwise, is answered from the cache.
//! let again = session.dispatch([ToolCall::new("call_3", "order_total", r#"{"request_id":"r-2","order_id":"A-1"}"#)]).await;
//! assert_eq!(again[0].cache(), CacheStatus::Hit);
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! | --- | --- |
//! | the options of a declaration and of its arguments | [`tool`](macro@tool) |
//! | methods as tools | [`tools`](macro@tools) |
//! | how to do what, a page for each need | the cookbook: `docs/cookbook/` in the repository |
//! | arguments at a glance | [the section below](#arguments) |
//! | what a tool may return, images and files | [`ToolOutput`], [`Content`], [`Part`] |
//! | what a model sees of an error | [`ToolError`] |
//! | batch functions | [`BatchFn`], [`BatchMethod`], [`Answers`] |
//! | registering, explicitly or by linking | [`registry!`], [`Registry`] |
//! | a test for all declarations | [`Registry::verify`], [`Registry::lints`] |
//! | what a declaration says, read by a program | [`ToolSpec`] |
//! | running calls | [`Harness`], [`Session::dispatch`] |
//! | calls while the message still comes, outcomes as they come | [`OpenTick`], [`OutcomeStream`] |
//! | where a tick's time went | [`TickReport`] |
//! | calls that refer to earlier ones of their message | [`Registry::with_references`] |
//! | a policy, an audit log, redaction | [`Layer`] |
//! | a tool that calls a tool, keys for services that charge | [`Context::call`], [`Context::idempotency_key`] |
//! | when a batch leaves, and what it did | [`FlushPolicy`], [`Batching`], [`Harness::batch_stats`] |
//! | what happened to a call | [`Outcome`] |
//! | resources, and when a write invalidates | [`Resource`], [`Effect`] |
//! | a provider's messages | [`codec`] |
//! | many model calls at half the price, through files | [`model_batch`](https://docs.rs/toolwright/latest/toolwright/model_batch) |
//!
//! # Arguments
//!
//! ```
//! use toolwright::{Context, tool};
//!
//! #[derive(Clone)]
//! struct Clock(u64);
//!
//! /// Search the catalogue by words.
//! #[tool(ttl = "15m", shared, reads = "product/*")]
//! async fn search_products(
//!     #[context] ctx: &Context,
//!     #[state] clock: &Clock,
//!     /// The words to look for.
//!     #[arg(length = 1..=8, example(["red", "shoes"]))]
//!     words: &[String],
//!     /// How many products at most.
//!     #[arg(default = 10, range = 1..=50)]
//!     limit: usize,
//!     /// The type of product.
//!     #[arg(rename = "type")]
//!     product_type: Option<String>,
//! ) -> Vec<String> {
//!     # let _ = (ctx, clock.0, product_type);
//!     words.iter().take(limit).cloned().collect()
//! }
//! ```
//!
//! An argument may have any type with `serde::Deserialize` and `schemars::JsonSchema`, and the function may borrow it:
//! `&str`, `&[T]` or `&T`. One whose type reads JSON's `null`, as `Option` does, or that has a default, may be left out;
//! left out, `null` and the default spelled out are one and the same to the cache.
//!
//! Bounds such as `range` are in the schema and hold before the tool runs. What is out of them, has another type or was
//! never declared is refused by name, in words that a model can act on. With `coerce`, a value of a wrong type that can
//! mean only one thing, such as `"5"` for 5, is put right instead.
//!
//! # Safety
//!
//! In a session that has a tenant, every cache key and every batch carries it, unless the tool says `shared`; a shared
//! tool sees no tenant. A read that begins after a write has finished never sees the value from before it, where the
//! two declare resources that overlap. A call that writes is never answered from the cache, and two identical writes
//! are two writes.
//!
//! # Features
//!
//! | feature | default | what it buys |
//! | --- | --- | --- |
//! | `linked` | yes | [`Registry::linked`]: every tool of the linked program |
//! | `tracing` | yes | a span for each call, a warning for each [lint](Registry::lints) of a registry |
//! | `metrics` | no | counters and histograms by tool, through the facade of the crate `metrics` |
//! | `redis` | no | a second tier of the result cache, in a Redis that several processes share |
//! | `cli` | no | [`cli::dump`](https://docs.rs/toolwright/latest/toolwright/cli): the core of a program that dumps definitions and checks them |
//! | `model-batch` | no | [`model_batch`](https://docs.rs/toolwright/latest/toolwright/model_batch): request files for the batch APIs of OpenAI and Anthropic, and their results |

#[doc(hidden)]
pub mod __private;
mod aboard;
mod batch;
mod cache;
mod call;
mod canonical;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codec;
mod definition;
mod effect;
mod error;
mod graph;
mod harness;
mod histogram;
mod json;
mod key;
mod limit;
#[cfg(feature = "model-batch")]
pub mod model_batch;
mod reference;
mod registry;
mod sync;
mod tool;
mod wiring;

#[doc(no_inline)]
pub use async_trait::async_trait;

pub use self::batch::{BatchStats, Batching, FlushPolicy, WhenFull};
#[cfg(feature = "redis")]
pub use self::cache::{RedisTier, RedisTierError, TierStats};
pub use self::call::{BatchFacts, CacheStatus, Content, FlushReason, Outcome, Part, ToolCall};
pub use self::canonical::canonicalize;
pub use self::definition::{Fingerprint, Provider, ToolDefinition};
pub use self::effect::{Effect, Resource};
pub use self::error::{ErrorKind, ToolError};
#[cfg(feature = "__bench")]
#[doc(hidden)]
pub use self::harness::steps as __bench;
pub use self::harness::{
    Harness, HarnessBuilder, HarnessError, HarnessProblem, Invalidation, Invalidations, Layer,
    LayerCall, Levers, Next, OpenTick, OutcomeStream, Session, SessionBuilder, Stats, TickReport,
    TickStats, ToolStats,
};
pub use self::histogram::Histogram;
pub use self::json::JsonError;
pub use self::registry::{Lint, LintKind, Registry, RegistryError, RegistryProblem, Verified};
pub use self::tool::{
    Answers, Arg, BatchFn, BatchMethod, Context, IntoContent, ParamInfo, Rate, SharedState, State,
    StateSpec, StateValue, Tenancy, Tool, ToolEntry, ToolOutput, ToolSet, ToolSpec,
};
#[doc(inline)]
pub use toolwright_macros::{tool, tools};
