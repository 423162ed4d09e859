//! The rules of the function: async, free, not generic, with named and owned arguments, returning something.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, FnArg, Pat, ReturnType, Type};

use super::{is_empty, name};
use crate::diagnostics::Diagnostics;
use crate::parse::{Body, Function, Marker, Parameter};

/// One argument that a model fills in.
pub(crate) struct Param<'a> {
    pub(crate) ident: &'a Ident,
    /// The name that a model sees.
    pub(crate) name: String,
    pub(crate) ty: &'a Type,
    pub(crate) description: &'a [Expr],
    pub(crate) default: Option<Default_<'a>>,
}

/// What an absent argument becomes.
#[derive(Clone, Copy)]
pub(crate) enum Default_<'a> {
    /// `Default::default()` of its type.
    OfType,
    Expr(&'a TokenStream),
}

/// One parameter of the function, by where its value comes from.
pub(crate) enum Input<'a> {
    /// The argument at this index.
    Argument(usize),
    /// State of this type, by value.
    State(&'a Type),
    /// State of this type, borrowed.
    StateRef(&'a Type),
    Context,
}

/// What the function takes.
pub(super) fn inputs<'a>(
    function: &'a Function,
    found: &mut Diagnostics,
) -> (Vec<Param<'a>>, Vec<Input<'a>>) {
    let (mut params, mut inputs) = (Vec::new(), Vec::new());
    for parameter in &function.parameters {
        match parameter.marker {
            Marker::Context => inputs.push(Input::Context),
            Marker::State => inputs.push(match &parameter.ty {
                Type::Reference(reference) => Input::StateRef(&reference.elem),
                ty => Input::State(ty),
            }),
            Marker::Argument => {
                if let Some(param) = Param::new(parameter, found) {
                    inputs.push(Input::Argument(params.len()));
                    params.push(param);
                }
            }
        }
        if parameter.marker != Marker::Argument {
            no_arg_options(parameter, found);
        }
    }
    for (index, param) in params.iter().enumerate() {
        if params
            .iter()
            .take(index)
            .any(|other: &Param| other.name == param.name)
        {
            found.error(
                param.ident,
                format_args!("two arguments are named `{}`: rename one", param.name),
            );
        }
    }
    (params, inputs)
}

impl<'a> Param<'a> {
    fn new(parameter: &'a Parameter, found: &mut Diagnostics) -> Option<Self> {
        let ident = match &parameter.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => &pat.ident,
            other => {
                found.error(
                    other,
                    "give this argument a name: it becomes a property of the schema",
                );
                return None;
            }
        };
        let name = name::argument(ident, parameter.arg.rename.as_ref(), found);
        if is_empty(&parameter.docs) && !parameter.arg.undocumented {
            found.error(
                ident,
                format_args!(
                    "the argument `{name}` needs a description: write a doc comment (`/// …`) above it, or `#[arg(undocumented)]` if its name says it all"
                ),
            );
        }
        owned(parameter, found);
        Some(Param {
            ident,
            name,
            ty: &parameter.ty,
            description: &parameter.docs,
            default: parameter.arg.default.as_ref().map(|default| match default {
                None => Default_::OfType,
                Some(expr) => Default_::Expr(expr),
            }),
        })
    }
}

fn owned(parameter: &Parameter, found: &mut Diagnostics) {
    match &parameter.ty {
        Type::Reference(reference) => {
            let owned = match &*reference.elem {
                Type::Path(path) if path.path.is_ident("str") => "`String`",
                Type::Slice(_) => "a `Vec`",
                Type::Path(path) if path.path.is_ident("Context") => {
                    found.error(
                        &parameter.ty,
                        "is this the call's context? mark it: `#[context] ctx: &Context`",
                    );
                    return;
                }
                _ => "the type itself",
            };
            found.error(
                &parameter.ty,
                format_args!("an argument cannot be borrowed: take {owned}"),
            );
        }
        Type::ImplTrait(_) => found.error(
            &parameter.ty,
            "an argument needs a type of its own: its schema is one JSON document",
        ),
        _ => {}
    }
}

fn no_arg_options(parameter: &Parameter, found: &mut Diagnostics) {
    let arg = &parameter.arg;
    if arg.default.is_some() || arg.rename.is_some() || arg.undocumented {
        found.error(
            &parameter.pat,
            "`#[arg]` is for arguments that a model fills in: remove it here",
        );
    }
}

/// The rules of the signature as a whole.
pub(super) fn check(function: &Function, has_batch: bool, found: &mut Diagnostics) {
    let sig = &function.sig;
    let ident = &sig.ident;
    if sig.asyncness.is_none() {
        found.error(
            sig.fn_token,
            format_args!("a tool is an `async fn`: write `async fn {ident}`"),
        );
    }
    if let syn::Safety::Unsafe(token) = &sig.safety {
        found.error(token, "a tool cannot be `unsafe`: a model calls it");
    }
    if let Some(token) = &sig.constness {
        found.error(token, "a tool cannot be `const`: it is an `async fn`");
    }
    if let Some(token) = &sig.abi {
        found.error(token, "a tool is a Rust function: remove `extern`");
    }
    if !sig.generics.params.is_empty() {
        found.error(
            &sig.generics,
            "a tool cannot be generic: its schema is one JSON document",
        );
    }
    if let Some(FnArg::Receiver(receiver)) = sig.inputs.first() {
        found.error(
            receiver,
            "a tool is a free function in this version of toolwright: take what `self` holds as `#[state]`",
        );
    }
    if let Body::None(semi) = &function.body
        && !has_batch
    {
        found.error(
            semi,
            format_args!(
                "`{ident}` has no body: give it one, or name the function that answers it with `batch = \"…\"`"
            ),
        );
    }
}

/// The return type.
pub(super) fn output<'a>(function: &'a Function, found: &mut Diagnostics) -> Option<&'a Type> {
    match &function.sig.output {
        ReturnType::Type(_, ty) => Some(ty),
        ReturnType::Default => {
            found.error(
                &function.sig.ident,
                format_args!(
                    "`{}` returns nothing that a model could read: return a `Result`",
                    function.sig.ident
                ),
            );
            None
        }
    }
}
