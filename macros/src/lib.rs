//! The `#[tool]` attribute of [toolwright](https://docs.rs/toolwright): depend on that crate, not on this one.
//!
//! Three stages, each in a module of its own: `parse` says what was written, `model` what it means, `expand` how that
//! is spelled in Rust. Every mistake of one declaration goes into `diagnostics`, and all are reported at once.
//!
//! What users read of each option is in `docs/`, beside this folder.

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
/// the same name, `add {}`, which implements `toolwright::Tool`; one `use` brings both, and `registry![add]` registers
/// it. Methods are tools too, in an `impl` block with [`#[tools]`](macro@tools).
///
/// # Descriptions
///
/// The doc comment of the function is the tool's description, and that of a parameter is the argument's. A model picks
/// tools by these words, so a missing one is an error; `#[arg(undocumented)]` is for an argument whose name says it
/// all. The lines of a paragraph are joined, so how wide your editor is changes no byte of a definition. A long
/// description can have a file of its own: `#[doc = include_str!("lookup_order.md")]`.
///
/// # Parameters
///
/// A parameter is an argument, which a model fills in, unless it is marked:
///
/// | mark | what it is | its type |
/// | --- | --- | --- |
/// | none | an argument | `T`, `&T`, `&str` or `&[T]`, with `serde::Deserialize`, `schemars::JsonSchema` and `Send` |
/// | `#[state]` | application state, found by its type | `T` with `Clone`, or `&T`; either with `Send` and `Sync` |
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
///     name: &str,
///     /// Only orders with one of these labels.
///     labels: &[String],
///     /// Only orders of this year.
///     year: Option<u16>,
///     /// How many at most.
///     #[arg(default = 10, range = 1..=100)]
///     limit: u32,
/// ) -> Result<Vec<String>, ToolError> {
/// #   let (_, _, _, _, _, _) = (ctx, db, name, labels, year, limit);
///     // …
/// #   Ok(vec![])
/// }
/// ```
///
/// An argument that is borrowed is read as what owns it (`&str` as a `String`, `&[T]` as a `Vec<T>`, `&T` as a `T`) and
/// lent to the function for the call. A borrow stands alone: inside of other types take owned ones, such as
/// `Option<String>`. There is no `&mut` and no lifetime.
///
/// State comes from the harness: `Harness::builder(registry).state(db)`. A type that is missing there is an error of
/// `build()`, not of a call. What is given as an `Arc<T>` is also a `T` to those that borrow it.
///
/// # Results
///
/// A tool returns a value that can be written as JSON (`serde::Serialize`), or a `Result` of one. An alias of `Result`
/// is one too. The model sees a string as its own text, and everything else as JSON; images and files are a
/// `toolwright::Content` or a `toolwright::Part`. What a tool returns it owns: `String`, or `&'static str`, but no
/// `&str`.
///
/// ```
/// use toolwright::{Content, Part, ToolError, tool};
///
/// /// Count the open orders.
/// #[tool]
/// async fn count_orders() -> u32 {
///     // …
/// #   3
/// }
///
/// /// Draw the sales of this week.
/// #[tool]
/// async fn draw_sales() -> Result<Content, ToolError> {
///     let png: Vec<u8> = vec![]; // …
///     Ok(Content::from_parts([Part::text("Sales by day:"), Part::image("image/png", png)?]))
/// }
/// ```
///
/// # Errors
///
/// The error of a `Result` is any type with `Display`. The model sees that text and nothing else: no sources, no debug
/// form, and never the text of a panic. So write in it what the model can do about it. A `toolwright::ToolError` keeps
/// its kind; every other error is of the kind `Failed`. An error of your own can have a kind by a conversion:
///
/// ```
/// use toolwright::{ToolError, tool};
///
/// enum ShopError {
///     NoOrder(String),
///     Down,
/// }
///
/// impl From<ShopError> for ToolError {
///     fn from(error: ShopError) -> Self {
///         match error {
///             ShopError::NoOrder(id) => {
///                 ToolError::not_found(format_args!("there is no order `{id}`: order ids look like `A-1234`"))
///             }
///             ShopError::Down => ToolError::failed("the shop does not answer: try again in a minute"),
///         }
///     }
/// }
///
/// fn find(order_id: &str) -> Result<u32, ShopError> {
///     // …
/// #   if order_id.is_empty() { Err(ShopError::Down) } else { Err(ShopError::NoOrder(order_id.to_owned())) }
/// }
///
/// /// Look up the total of one order, in cents.
/// #[tool]
/// async fn order_total(
///     /// The order's id.
///     order_id: &str,
/// ) -> Result<u32, ToolError> {
///     Ok(find(order_id)?)
/// }
/// ```
///
/// # Options of the tool
///
/// | option | meaning |
/// | --- | --- |
/// | [`ttl = "5m"`](#ttl) | how long a result stays fresh |
/// | [`stale_while_revalidate = "30s"`, `stale_if_error = "10m"`](#stale_while_revalidate-and-stale_if_error) | how long past its TTL it may still be served |
/// | [`disclose_age`](#disclose_age) | tells the model how old a kept result is |
/// | [`cache_key_exclude = "a, b"`](#cache_key_exclude) | arguments that do not change the answer |
/// | [`tenant_scoped`](#tenant_scoped-and-shared) | refuses to run without a tenant |
/// | [`shared`](#tenant_scoped-and-shared) | one result for all tenants |
/// | [`version = 2`](#version) | a new version never sees an old version's results |
/// | [`batch = "f"`](#batch) | calls that arrive together run as one call of this function |
/// | [`batch_window = "10ms"`, `batch_max = 64`](#batch_window-and-batch_max) | bounds of a batch |
/// | [`reads = "…"`, `writes = "…"`](#reads-and-writes) | the resources that a call touches |
/// | [`after = "a, b"`](#after) | in one tick, runs after the calls of these tools |
/// | [`timeout = "5s"`](#timeout) | how long one run may take |
/// | [`retries = 2`](#retries) | how often a failed run is tried again |
/// | [`max_concurrency = 4`, `rate = "10/s"`](#max_concurrency-and-rate) | how many runs at once, and in a time |
/// | [`idempotent`, `destructive`](#idempotent-and-destructive) | what a second run would do, and what a first one may |
/// | [`name = "x"`](#name-and-crate) | the name that a model sees, instead of the function's |
/// | [`title = "…"`](#title) | a name for people |
/// | [`coerce`](#coerce) | puts arguments of a wrong type right |
/// | [`output_schema`](#output_schema) | tells the schema of the result |
/// | [`crate = path`](#name-and-crate) | where the `toolwright` crate is, if it was renamed |
///
#[doc = include_str!("../docs/options.md")]
///
/// # Options of an argument
///
/// They are written `#[arg(…)]`, on the parameter.
///
/// | option | meaning |
/// | --- | --- |
/// | [`default`, `default = expr`](#default) | what the argument is when the model leaves it out |
/// | [`example = expr`](#example) | values that the schema shows |
/// | [`range = 1..=100`](#range) | the least and the greatest number |
/// | [`length = 1..=64`](#length) | how long a text, a list or a map is |
/// | [`pattern = "…"`](#pattern) | a regular expression that a text must match |
/// | [`email`, `url`](#email-and-url) | a text that is an e-mail address or a URL |
/// | [`rename = "x"`](#rename) | the name that the model sees |
/// | [`undocumented`](#undocumented) | needs no description |
/// | [`flatten`](#flatten) | a struct that is all arguments at once |
/// | [`from = tool`](#from) | the tool whose result can be the value |
/// | [`refs`](#refs) | a model can refer to the result of an earlier call instead |
///
#[doc = include_str!("../docs/arguments.md")]
///
/// # Other attributes
///
/// They stay with the function. `#[cfg]` goes for the tool as well, and so does `#[deprecated]`; what the function
/// allows by `#[allow]` is allowed in the generated code too.
///
/// # Mistakes
///
/// All mistakes of one declaration are reported at once, each at the word to change. The function stays usable
/// meanwhile, and so does the tool: what names it gets no error of its own. What only the types know, such as a default
/// that is out of its bounds, is said when the registry is made.
#[proc_macro_attribute]
pub fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::tool(attribute.into(), &item.into()).into()
}

/// Declares the methods of a type as tools: `#[tools]` on an `impl` block, and `#[tool]` on each method that is one.
///
/// ```
/// use std::collections::HashMap;
///
/// use toolwright::{Context, registry, tool, tools};
///
/// struct Shop {
///     orders: HashMap<String, u32>,
/// }
///
/// #[tools]
/// impl Shop {
///     /// Look up the total of one order, in cents.
///     #[tool(ttl = "5m", reads = "order/{order_id}", batch = "Self::totals")]
///     async fn order_total(
///         &self,
///         /// The order's id.
///         order_id: &str,
///     ) -> Option<u32> {
///         self.orders.get(order_id).copied()
///     }
///
///     /// What `order_total` runs on: all the ids that came together.
///     async fn totals(&self, ctx: &Context, ids: Vec<String>) -> Vec<Option<u32>> {
///         println!("{} ids of {:?}", ids.len(), ctx.tenant());
///         ids.iter().map(|id| self.orders.get(id).copied()).collect()
///     }
/// }
///
/// /// Tell the time.
/// #[tool]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = registry![Shop, tell_time]?;
/// assert_eq!(registry.names().collect::<Vec<_>>(), ["order_total", "tell_time"]);
///
/// let shop = Shop { orders: HashMap::from([("A-1".to_owned(), 1999)]) };
/// let harness = toolwright::Harness::builder(registry).state(shop).build()?;
/// # let _ = harness;
/// # Ok(())
/// # }
/// ```
///
/// The methods stay methods. The name of the type stands for all of its tools: `registry![Shop]`. To register some of
/// them, filter `Shop::ENTRIES`, which is there by the trait `toolwright::ToolSet`.
///
/// # `self`
///
/// It is application state, of the type whose methods these are. Without it the harness is refused by its `build()`.
///
/// | receiver | what the harness is given |
/// | --- | --- |
/// | `&self` | a `Shop` or an `Arc<Shop>`, with `Send` and `Sync` |
/// | `self: Arc<Self>` | an `Arc<Shop>` |
/// | `self` | a `Shop` with `Clone`: each call gets a clone |
/// | none | nothing |
///
/// `&mut self` is an error, since all calls share the value: put what changes into a lock.
///
/// # Options
///
/// Each `#[tool]` takes the options of [`tool`](macro@tool), and its parameters are what they are there: arguments,
/// `#[state]` and `#[context]`. `#[tools]` itself takes `crate = path` only, for all of them.
///
/// `batch = "Self::f"` names a method of the same block. It takes `&self`, then `&Context` if it wants it, then the
/// keys; other state is in `self`. A function without `self`, of the block or not, is a batch function as it is for a
/// free tool. `from = x` names a tool of the same block by its bare name.
///
/// # Mistakes
///
/// The schema of a tool is one JSON document, so the block names one type: `impl<T> Shop<T>` is an error, and
/// `impl Shop<Db>` is none. The methods are the type's own: `impl Trait for Shop` is an error. A type has one block
/// with `#[tools]`, and other blocks without it as it likes. The mistakes of all tools of a block are reported at once.
#[proc_macro_attribute]
pub fn tools(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::tools(attribute.into(), &item.into()).into()
}
