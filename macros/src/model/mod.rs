//! What was meant: one valid tool, every rule checked, every value typed.

mod batch;
mod cache;
mod duration;
mod effect;
mod name;
mod signature;

pub(crate) use self::batch::Batch;
pub(crate) use self::cache::{CacheRule, Tenancy};
pub(crate) use self::signature::{Default_, Input, Param};

use proc_macro2::Ident;
use syn::{Expr, LitStr, Path, Type};

use crate::diagnostics::Diagnostics;
use crate::parse::{Body, Function, Spelled};

/// A valid tool.
pub(crate) struct Tool<'a> {
    /// The path of the runtime crate.
    pub(crate) krate: Path,
    pub(crate) function: &'a Function,
    /// The function's name.
    pub(crate) ident: &'a Ident,
    /// The name that a model sees.
    pub(crate) name: String,
    /// The values of the doc comment's lines.
    pub(crate) description: Vec<Expr>,
    /// The arguments that a model fills in.
    pub(crate) params: Vec<Param<'a>>,
    /// What the function takes, in order.
    pub(crate) inputs: Vec<Input<'a>>,
    pub(crate) output: &'a Type,
    pub(crate) cache: CacheRule,
    pub(crate) batch: Option<Batch<'a>>,
    pub(crate) reads: Vec<String>,
    pub(crate) writes: Vec<String>,
}

impl<'a> Tool<'a> {
    /// Checks every rule. Nothing, if a mistake leaves no tool to speak of; `found` knows why.
    pub(crate) fn new(spelled: &'a Spelled, found: &mut Diagnostics) -> Option<Self> {
        let Spelled { attr, function } = spelled;
        let ident = &function.sig.ident;
        let name = name::tool(ident, attr.name.as_ref(), found);
        let description = description(function, found);
        let (params, inputs) = signature::inputs(function, found);
        signature::check(function, attr.batch.is_some(), found);
        let output = signature::output(function, found);
        let cache = CacheRule::new(attr, &params, found);
        let batch = Batch::new(attr, &params, &cache.exclude, found);
        let reads = effect::templates(attr.reads.as_ref(), &params, &cache.exclude, found);
        let writes = effect::templates(attr.writes.as_ref(), &params, &[], found);
        Some(Tool {
            krate: krate(spelled),
            function,
            ident,
            name: name?,
            description,
            params,
            inputs,
            output: output?,
            cache,
            batch,
            reads,
            writes,
        })
    }

    /// Whether the function was written with a body.
    pub(crate) fn has_body(&self) -> bool {
        matches!(self.function.body, Body::Block(_))
    }
}

/// The path of the runtime crate, which the output needs also when nothing else was right.
pub(crate) fn krate(spelled: &Spelled) -> Path {
    match &spelled.attr.krate {
        Some(krate) => krate.value.clone(),
        None => syn::parse_quote!(::toolwright),
    }
}

fn description(function: &Function, found: &mut Diagnostics) -> Vec<Expr> {
    let docs = function.docs();
    if is_empty(&docs) {
        let ident = &function.sig.ident;
        found.error(
            ident,
            format_args!(
                "`{ident}` needs a description, as a model picks tools by these words: write a doc comment (`/// …`) above it"
            ),
        );
    }
    docs
}

/// Whether a doc comment says nothing. A value that only the compiler can compute says something.
fn is_empty(docs: &[Expr]) -> bool {
    docs.iter()
        .all(|doc| text(doc).is_some_and(|text| text.value().trim().is_empty()))
}

/// The text of a doc line that is written out.
pub(crate) fn text(doc: &Expr) -> Option<&LitStr> {
    match doc {
        Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text),
        _ => None,
    }
}
