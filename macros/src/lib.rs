//! The `#[tool]` attribute of [toolwright](https://docs.rs/toolwright): depend on that crate, not on this one.
//!
//! Three stages, each in a module of its own: `parse` says what was written, `model` what it means, `expand` how that
//! is spelled in Rust. Every mistake of one declaration goes into `diagnostics`, and all are reported at once.

mod diagnostics;
mod expand;
mod model;
mod parse;

use proc_macro::TokenStream;

/// Declares a tool: a function that a model may call.
///
/// The function stays what it is, under its own name. Beside it comes a type of the same name, which implements
/// `toolwright::Tool`; one `use` brings both, and `tools![lookup_order]` registers it.
///
/// ```ignore
/// /// Look up one order by its id.
/// #[tool(ttl = "5m", cache_key_exclude = "request_id", tenant_scoped, reads = "order/{order_id}")]
/// async fn lookup_order(
///     #[state] db: Db,
///     /// The order's id, for example `A-1234`.
///     order_id: String,
///     /// Correlates log lines; never changes the answer.
///     request_id: Option<String>,
/// ) -> Result<Order, ShopError> {
///     db.order(&order_id).await
/// }
/// ```
///
/// The doc comment of the function is the tool's description and that of a parameter is the argument's; a model picks
/// tools by these words, so a missing one is an error. (Each option is shown in code that compiles in the
/// documentation of `toolwright::tool`.)
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | `ttl = "5m"` | how long a result stays fresh, in `ms`, `s`, `m`, `h` and `d` and sums such as `1h30m`; `"0"` says never cache, and so does no `ttl` at all |
/// | `cache_key_exclude = "a, b"` | arguments that do not change the answer; they still reach the function when it runs |
/// | `tenant_scoped` | refuses to run without a tenant |
/// | `shared` | one result for all tenants; the function sees no tenant |
/// | `version = 2` | part of the cache key: a new version never sees an old version's results |
/// | `batch = "lookup_orders"` | calls that arrive together run as one call of this function |
/// | `reads = "order/{order_id}"`, `writes = "…"` | the resources that a call touches; `{x}` is an argument, several are separated by commas, `"*"` is everything |
/// | `name = "find_order"` | the name that the model sees, instead of the function's |
/// | `crate = path` | where the `toolwright` crate is, if it was renamed |
///
/// # Parameters
///
/// A parameter is a JSON argument, unless it is marked `#[state]` (shared application state, by type) or `#[context]`
/// (`&Context`). `#[arg(default)]` and `#[arg(default = expr)]` make it optional, as `Option` does;
/// `#[arg(rename = "x")]` gives it another name; `#[arg(undocumented)]` says that it needs no description.
#[proc_macro_attribute]
pub fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::tool(attribute.into(), item.into()).into()
}
