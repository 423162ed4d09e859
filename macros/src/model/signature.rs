//! The rules of the function: async, free, not generic, with named and owned arguments, returning something.

use proc_macro2::Ident;
use syn::{FnArg, GenericParam, Pat, Path, ReturnType, Type};

use super::spelling::{has_impl, is_borrowed, spelled};
use super::{Text, name};
use crate::diagnostics::Diagnostics;
use crate::parse::{Body, Default_, Function, Marker, Parameter};

/// One argument that a model fills in.
pub(crate) struct Param<'a> {
    pub(crate) ident: &'a Ident,
    /// The name that a model sees.
    pub(crate) name: String,
    pub(crate) ty: &'a Type,
    pub(crate) description: Text,
    pub(crate) default: Option<&'a Default_>,
}

/// One parameter of the function, by where its value comes from.
pub(crate) enum Input<'a> {
    /// The argument at this index.
    Argument(usize),
    /// State of this type, by value.
    State(&'a Type),
    /// State of this type, borrowed.
    StateRef(&'a Type),
    /// The context, as this type.
    Context(&'a Type),
}

/// What the function takes.
pub(super) fn inputs<'a>(
    function: &'a Function,
    found: &mut Diagnostics,
) -> (Vec<Param<'a>>, Vec<Input<'a>>) {
    let (mut params, mut inputs) = (Vec::new(), Vec::new());
    for parameter in &function.parameters {
        match parameter.marker {
            Marker::Context => inputs.push(context(parameter, found)),
            Marker::State => inputs.push(state(parameter, found)),
            Marker::Argument => {
                if let Some(param) = Param::new(parameter, found) {
                    inputs.push(Input::Argument(params.len()));
                    params.push(param);
                }
            }
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

fn context<'a>(parameter: &'a Parameter, found: &mut Diagnostics) -> Input<'a> {
    no_arg_options(parameter, found);
    match &parameter.ty {
        Type::Reference(reference) if reference.mutability.is_none() => {}
        other => found.error(other, "the context is borrowed: write `&Context`"),
    }
    Input::Context(&parameter.ty)
}

fn state<'a>(parameter: &'a Parameter, found: &mut Diagnostics) -> Input<'a> {
    no_arg_options(parameter, found);
    let Type::Reference(reference) = &parameter.ty else {
        if has_impl(&parameter.ty) {
            found.error(
                &parameter.ty,
                "state is found by its type: name one instead of `impl …`",
            );
        }
        return Input::State(&parameter.ty);
    };
    if reference.mutability.is_some() {
        found.error(
            &parameter.ty,
            "state is shared by all calls, so none can borrow it mutably: take `&` of a type with a lock inside",
        );
    } else if let Some(lifetime) = reference.lifetime.as_ref().filter(|it| it.ident != "_") {
        found.error(
            lifetime,
            "state is borrowed for the call only: remove the lifetime",
        );
    }
    Input::StateRef(&reference.elem)
}

impl<'a> Param<'a> {
    fn new(parameter: &'a Parameter, found: &mut Diagnostics) -> Option<Self> {
        if is_extractor(&parameter.ty) {
            found.error(
                &parameter.ty,
                "`State<T>` is for batch functions: a tool takes state as `#[state] db: Db`",
            );
            return None;
        }
        let ident = match &parameter.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => &pat.ident,
            other => {
                found.error(
                    other,
                    "an argument needs a plain name, which becomes a property of the schema: write `order_id: …`",
                );
                return None;
            }
        };
        let name = name::argument(ident, parameter.arg.rename.as_ref(), found);
        let description = Text::new(&parameter.docs);
        if description.is_empty() && !parameter.arg.undocumented {
            found.error(
                ident,
                format_args!(
                    "the argument `{name}` needs a description: write a doc comment (`/// …`) above it, or `#[arg(undocumented)]` if its name says it all"
                ),
            );
        }
        owned(&parameter.ty, found);
        Some(Param {
            ident,
            name,
            ty: &parameter.ty,
            description,
            default: parameter.arg.default.as_ref(),
        })
    }
}

/// An argument is read from JSON, so nothing could lend it out.
fn owned(ty: &Type, found: &mut Diagnostics) {
    if has_impl(ty) {
        found.error(
            ty,
            "an argument needs a type of its own, since its schema is one JSON document: name one instead of `impl …`",
        );
        return;
    }
    let instead = match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if is_named(&path.path, "Context") => {
                let how = "is this the context of the call? mark it: `#[context] ctx: &Context`";
                found.error(ty, how);
                return;
            }
            Type::Path(path) if path.path.is_ident("str") => "take `String`".to_owned(),
            Type::Slice(slice) => format!("take `Vec<{}>`", spelled(&slice.elem)),
            elem => format!("take `{}`, or mark it `#[state]`", spelled(elem)),
        },
        ty if is_borrowed(ty) => "take owned types, such as `String` instead of `&str`".to_owned(),
        _ => return,
    };
    found.error(
        ty,
        format_args!("an argument cannot be borrowed: {instead}"),
    );
}

/// Whether this is `State<T>`.
fn is_extractor(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "State" && !last.arguments.is_none())
}

fn is_named(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

fn no_arg_options(parameter: &Parameter, found: &mut Diagnostics) {
    if let Some(path) = &parameter.arg.path {
        found.error(
            path,
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
    let generics = &sig.generics;
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    if !generics.params.is_empty() {
        let why = if generics.params.iter().all(is_lifetime) {
            "a tool has no lifetimes: its arguments are owned, and `&Context` and state need none"
        } else {
            "a tool cannot be generic, since its schema is one JSON document: name the type"
        };
        found.error(generics, why);
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
    let ident = &function.sig.ident;
    let ReturnType::Type(_, ty) = &function.sig.output else {
        found.error(
            ident,
            format_args!(
                "`{ident}` returns nothing that a model could read: return a `Result`, as in `-> Result<String, ToolError>`"
            ),
        );
        return None;
    };
    if has_impl(ty) {
        found.error(
            ty,
            "a tool returns a type that has a name: write it instead of `impl …`",
        );
    } else if is_borrowed(ty) {
        found.error(
            ty,
            "a tool returns what it owns, since the result outlives the call: return `String` instead of `&str`",
        );
    }
    Some(ty)
}
