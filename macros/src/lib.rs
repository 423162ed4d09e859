//! The `#[tool]` attribute of [toolwright](https://docs.rs/toolwright): depend on that crate, not on this one.
//!
//! Three stages, each in a module of its own: `parse` says what was written, `model` what it means, `expand` how that
//! is spelled in Rust. Every mistake of one declaration goes into `diagnostics`, and all are reported at once.

mod diagnostics;
mod expand;
mod model;
mod parse;

use proc_macro::TokenStream;

/// Declares a tool: an async function that a model may call.
///
/// ```
/// use toolwright::{ToolError, registry, tool};
///
/// /// Add two numbers.
/// #[tool]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> Result<i64, ToolError> {
///     a.checked_add(b).ok_or_else(|| ToolError::failed("the sum is too large"))
/// }
///
/// let registry = registry![add]?;
/// # Ok::<(), toolwright::RegistryError>(())
/// ```
///
/// The function stays what it is, under its own name: it can be called and tested directly. Beside it comes a type of
/// the same name, `add {}`, which implements `toolwright::Tool`; one `use` brings both, and `registry![add]` registers it.
///
/// # Descriptions
///
/// The doc comment of the function is the tool's description, and that of a parameter is the argument's. A model picks
/// tools by these words, so a missing one is an error; `#[arg(undocumented)]` is for an argument whose name says it all.
///
/// # Parameters
///
/// A parameter is an argument, which a model fills in, unless it is marked:
///
/// | mark | what it is | its type |
/// | --- | --- | --- |
/// | none | an argument | owned, with `serde::Deserialize` and `schemars::JsonSchema` |
/// | `#[state]` | application state, found by its type | `T` or `&T`, with `Clone`, `Send` and `Sync` |
/// | `#[context]` | the surroundings of the call | `&Context` |
///
/// A model may leave out an argument that is an `Option` or that has a default. Parameters come in any order.
///
/// ```
/// # use toolwright::{ToolError, tool};
/// # #[derive(Clone)]
/// # struct Db;
/// use toolwright::Context;
///
/// /// Find orders by the name of the customer.
/// #[tool]
/// async fn find_orders(
///     #[context] ctx: &Context,
///     #[state] db: Db,
///     /// The customer's name, or a part of it.
///     name: String,
///     /// Only orders of this year.
///     year: Option<u16>,
///     /// How many at most.
///     #[arg(default = 10)]
///     limit: u32,
///     /// The newest first.
///     #[arg(default, rename = "newest_first")]
///     reversed: bool,
/// ) -> Result<Vec<String>, ToolError> {
/// #   let (_, _, _, _, _, _) = (ctx, db, name, year, limit, reversed);
///     // …
/// #   Ok(vec![])
/// }
/// ```
///
/// | option of `#[arg(…)]` | meaning |
/// | --- | --- |
/// | `default` | the value of `Default`, when the model leaves the argument out; the schema shows it |
/// | `default = expr` | this value |
/// | `rename = "x"` | the name that the model sees; the options of `#[tool]` use it too |
/// | `undocumented` | needs no description |
///
/// # Results
///
/// A tool returns a `Result<T, E>` with `T: serde::Serialize` and `E: Display`. The model sees the value as JSON (a
/// string as its own text), and of an error its `Display` text and nothing else. A `ToolError` keeps its kind.
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | [`ttl = "5m"`](#ttl) | how long a result stays fresh |
/// | [`cache_key_exclude = "a, b"`](#cache_key_exclude) | arguments that do not change the answer |
/// | [`tenant_scoped`](#tenant_scoped-and-shared) | refuses to run without a tenant |
/// | [`shared`](#tenant_scoped-and-shared) | one result for all tenants |
/// | [`version = 2`](#version) | a new version never sees an old version's results |
/// | [`batch = "f"`](#batch) | calls that arrive together run as one call of this function |
/// | [`reads = "…"`, `writes = "…"`](#reads-and-writes) | the resources that a call touches |
/// | [`name = "x"`](#name-and-crate) | the name that a model sees, instead of the function's |
/// | [`crate = path`](#name-and-crate) | where the `toolwright` crate is, if it was renamed |
///
/// ## `ttl`
///
/// How long a result may be served from the cache, counted from the end of the run. The units are `ms`, `s`, `m`, `h`
/// and `d`, each once: `"250ms"`, `"1h30m"`; at most `"365d"`. A tool without `ttl` is neither cached nor shared
/// between equal calls, and `ttl = "0"` says so in words. A tool that `writes` has no `ttl`.
///
/// ## `cache_key_exclude`
///
/// Arguments that do not change the answer, so that calls which differ in nothing else share one result. The function
/// still gets them when it runs: what it returns must not depend on them. Several are separated by commas, or are a
/// list: `cache_key_exclude("request_id", "trace_id")`.
///
/// ```
/// # use toolwright::{ToolError, tool};
/// /// Look up one order by its id.
/// #[tool(ttl = "5m", cache_key_exclude = "request_id")]
/// async fn lookup_order(
///     /// The order's id, for example `A-1234`.
///     order_id: String,
///     /// Correlates log lines; never changes the answer.
///     request_id: Option<String>,
/// ) -> Result<String, ToolError> {
/// #   let _ = request_id;
///     // …
/// #   Ok(order_id)
/// }
/// ```
///
/// ## `tenant_scoped` and `shared`
///
/// In a session that has a tenant, every cached result and every batch is that tenant's alone. `tenant_scoped` goes
/// further: without a tenant the call is refused. `shared` is for answers that are the same for everyone, such as an
/// exchange rate: one result serves all tenants, and the function sees no tenant.
///
/// ## `version`
///
/// A part of the cache key, 1 if it is absent. Raise it when the meaning of the result changes, and results that an
/// older program left in a cache are not taken for new ones.
///
/// ## `batch`
///
/// Names an async function that answers many calls at once. Its key is the argument that `cache_key_exclude` leaves, or
/// the tuple of those that it leaves. It takes the keys last as a `Vec`, after `&Context` and up to three `State<T>`
/// if it wants them; it answers with a `HashMap` by key, in which a missing key is that caller's "not found", or with a
/// `Vec` in the order of the keys; and either may be in a `Result`.
///
/// A tool with `batch` needs no body. One that has a body runs it in a harness whose batching is off.
///
/// ```
/// # use toolwright::ToolError;
/// use std::collections::HashMap;
///
/// use toolwright::{Context, State, tool};
///
/// # #[derive(Clone)]
/// # struct Db;
/// /// Look up one order by its id.
/// #[tool(batch = "lookup_orders")]
/// async fn lookup_order(
///     /// The order's id, for example `A-1234`.
///     order_id: String,
/// ) -> Result<String, ToolError>;
///
/// async fn lookup_orders(
///     ctx: &Context,
///     State(db): State<Db>,
///     order_ids: Vec<String>,
/// ) -> Result<HashMap<String, String>, ToolError> {
///     // One query for all of them.
/// #   let (_, _, _) = (ctx, db, order_ids);
/// #   Ok(HashMap::new())
/// }
/// ```
///
/// ## `reads` and `writes`
///
/// The resources that a call touches: paths, in which `{x}` is the value of the argument `x`. A trailing `*` is all
/// that is below, and `"*"` alone is everything. Several are separated by commas, or are a list.
///
/// A write invalidates cached reads of overlapping resources at once. In one tick, a write keeps its place among the
/// calls that overlap with it; all others run in parallel.
///
/// ```
/// # use toolwright::{ToolError, tool};
/// /// List the orders of one customer.
/// #[tool(ttl = "5m", reads = "customer/{customer_id}, order/*")]
/// async fn list_orders(
///     /// The customer's id.
///     customer_id: String,
/// ) -> Result<Vec<String>, ToolError> {
///     // …
/// #   Ok(vec![customer_id])
/// }
///
/// /// Refund one order in full.
/// #[tool(writes = "order/{order_id}")]
/// async fn issue_refund(
///     /// The order to refund.
///     order_id: String,
/// ) -> Result<String, ToolError> {
///     // …
/// #   Ok(order_id)
/// }
/// ```
///
/// ## `name` and `crate`
///
/// The name is the function's, unless `name` gives another. Either is what every provider takes: a letter or `_`, then
/// up to 63 letters, digits, `_` or `-`. `crate` is for a crate that uses toolwright under another name.
///
/// ```
/// # use toolwright::ToolError;
/// use toolwright as tw;
///
/// /// Tell the time.
/// #[tw::tool(name = "tell-the-time", crate = tw)]
/// async fn tell_the_time() -> Result<String, ToolError> {
///     // …
/// #   Ok("noon".to_owned())
/// }
/// # assert_eq!(<tell_the_time as tw::Tool>::SPEC.name(), "tell-the-time");
/// ```
///
/// # Other attributes
///
/// They stay with the function. `#[cfg]` goes for the tool as well, and so does `#[deprecated]`; what the function
/// allows by `#[allow]` is allowed in the generated code too.
///
/// # Mistakes
///
/// All mistakes of one declaration are reported at once, each at the word to change. The function stays usable
/// meanwhile, and so does the tool: what names it gets no error of its own.
#[proc_macro_attribute]
pub fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::tool(attribute.into(), &item.into()).into()
}

/// Declares the methods of a type as tools.
#[proc_macro_attribute]
pub fn tools(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::tools(attribute.into(), &item.into()).into()
}
