//! What was meant: one valid tool, every rule checked, every value typed.

mod attributes;
mod batch;
mod block;
mod cache;
mod duration;
mod effect;
mod limits;
mod name;
mod order;
mod rule;
mod signature;
mod spelling;
mod text;

pub(crate) use self::attributes::Attributes;
pub(crate) use self::batch::Batch;
pub(crate) use self::block::check as block;
pub(crate) use self::cache::{CacheRule, Tenancy};
pub(crate) use self::effect::Resources;
pub(crate) use self::limits::{Limits, Rate};
use self::name::Names;
pub(crate) use self::order::Hints;
pub(crate) use self::rule::{Rule, Ruled, Wants};
pub(crate) use self::signature::{Input, Param};
pub(crate) use self::text::{Piece, Text};

use proc_macro2::Ident;
use syn::{Path, Type};

use crate::diagnostics::Diagnostics;
use crate::parse::{Function, Owner, Spelled};

/// A valid tool.
pub(crate) struct Tool<'a> {
    /// The path of the runtime crate.
    pub(crate) krate: Path,
    pub(crate) function: &'a Function,
    /// The type whose method it is.
    pub(crate) owner: Option<&'a Owner>,
    /// What the generated items take over from the function.
    pub(crate) attributes: Attributes<'a>,
    /// The function's name.
    pub(crate) ident: &'a Ident,
    /// The name that a model sees.
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) description: Text,
    /// The arguments that a model fills in.
    pub(crate) params: Vec<Param<'a>>,
    /// What the function takes, in order.
    pub(crate) inputs: Vec<Input<'a>>,
    pub(crate) output: &'a Type,
    pub(crate) has_output_schema: bool,
    pub(crate) coerces: bool,
    pub(crate) cache: CacheRule,
    pub(crate) batch: Option<Batch<'a>>,
    pub(crate) limits: Limits,
    pub(crate) reads: Resources<'a>,
    pub(crate) writes: Resources<'a>,
    pub(crate) after: Vec<String>,
    pub(crate) hints: Hints,
}

impl<'a> Tool<'a> {
    /// Checks every rule. Nothing, if a mistake leaves no tool to speak of; `found` knows why.
    pub(crate) fn new(spelled: &'a Spelled, found: &mut Diagnostics) -> Option<Self> {
        let Spelled {
            attr,
            function,
            owner,
        } = spelled;
        let ident = &function.sig.ident;
        let name = name::tool(ident, attr.name.as_ref(), found);
        let attributes = Attributes::new(function, found);
        let description = description(function, found);
        let (params, inputs) = signature::inputs(spelled, found);
        signature::check(function, attr.has("batch"), found);
        let output = signature::output(function, found);
        let names = Names::new(function, &params);
        let cache = CacheRule::new(attr, &names, found);
        let batch = Batch::new(attr, &params, &names, &cache.exclude, owner.as_ref(), found);
        let limits = Limits::new(attr, found);
        let reads = effect::resources(attr.reads.as_ref(), &names, &cache.exclude, found);
        let writes = effect::resources(attr.writes.as_ref(), &names, &[], found);
        let after = order::after(attr, name.as_deref(), found);
        let hints = Hints::new(attr, found);
        Some(Tool {
            krate: attr.krate(),
            function,
            owner: owner.as_ref(),
            attributes,
            ident,
            name: name?,
            title: order::title(attr.title.as_ref(), found),
            description,
            params,
            inputs,
            output: output?,
            has_output_schema: attr.output_schema.is_some(),
            coerces: attr.coerce.is_some(),
            cache,
            batch,
            limits,
            reads,
            writes,
            after,
            hints,
        })
    }
}

fn description(function: &Function, found: &mut Diagnostics) -> Text {
    let description = Text::new(&function.docs());
    if description.is_empty() {
        let ident = &function.sig.ident;
        found.error(
            ident,
            format_args!(
                "`{ident}` needs a description, as a model picks tools by these words: write a doc comment (`/// …`) above it"
            ),
        );
    }
    description
}
