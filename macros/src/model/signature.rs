//! The rules of the function: async, not generic, with named arguments, returning something.

use proc_macro2::{Ident, TokenStream};
use syn::{GenericParam, Pat, Path, Receiver, ReceiverKind, ReturnType, Type};

use super::rule::{self, Ruled};
use super::spelling::{has_impl, is_borrowed};
use super::{Text, name};
use crate::diagnostics::Diagnostics;
use crate::parse::{Body, Default_, Function, Marker, Owner, Parameter, Spelled};

/// One argument that a model fills in.
pub(crate) struct Param<'a> {
    pub(crate) ident: &'a Ident,
    /// The name that a model sees.
    pub(crate) name: String,
    /// Its type; what is behind the `&`, if the function borrows it.
    pub(crate) ty: &'a Type,
    pub(crate) is_lent: bool,
    /// Whether it is all arguments at once.
    pub(crate) is_flat: bool,
    pub(crate) description: Text,
    pub(crate) default: Option<&'a Default_>,
    pub(crate) examples: &'a [TokenStream],
    pub(crate) rules: Vec<Ruled<'a>>,
    /// The tool that can give it.
    pub(crate) from: Option<&'a Path>,
    /// Whether a reference can stand for it.
    pub(crate) takes_references: bool,
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
    spelled: &'a Spelled,
    found: &mut Diagnostics,
) -> (Vec<Param<'a>>, Vec<Input<'a>>) {
    let Spelled {
        function, owner, ..
    } = spelled;
    let (mut params, mut inputs) = (Vec::new(), Vec::new());
    if let Some(receiver) = function.sig.receiver() {
        inputs.extend(receiver_input(function, receiver, owner.as_ref(), found));
    }
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
    only_flat(&params, function, found);
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

/// `self` is state of the type whose method this is.
fn receiver_input<'a>(
    function: &'a Function,
    receiver: &'a Receiver,
    owner: Option<&'a Owner>,
    found: &mut Diagnostics,
) -> Option<Input<'a>> {
    // As it was written, with its `Self`.
    let written = function.written.receiver();
    let Some(owner) = owner else {
        found.error(
            written,
            "a tool with `self` is a method: write `#[tools]` above its `impl` block as well",
        );
        return None;
    };
    match &receiver.kind {
        ReceiverKind::Value => Some(Input::State(&owner.ty)),
        ReceiverKind::Reference(_, lifetime, None) => {
            if let Some(lifetime) = lifetime.as_ref().filter(|it| it.ident == "static") {
                let how = "`self` is borrowed for the call only: remove the lifetime";
                found.error(lifetime, how);
            }
            Some(Input::StateRef(&owner.ty))
        }
        ReceiverKind::Reference(..) => {
            found.error(
                written,
                "`self` is shared by all calls, so none can borrow it mutably: take `&self`, with a lock inside of the type",
            );
            None
        }
        ReceiverKind::Typed(_, ty) if !matches!(**ty, Type::Reference(_)) => Some(Input::State(ty)),
        _ => {
            found.error(written, "write this `self` in short: `&self`");
            None
        }
    }
}

/// An argument that is all arguments has no other beside it.
fn only_flat(params: &[Param<'_>], function: &Function, found: &mut Diagnostics) {
    if params.len() < 2 {
        return;
    }
    for flatten in function
        .parameters
        .iter()
        .filter_map(|it| it.arg.flatten.as_ref())
    {
        found.error(
            &flatten.key,
            "a struct with `#[arg(flatten)]` is all arguments at once: move the others into it",
        );
    }
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
        let arg = &parameter.arg;
        let name = name::argument(ident, arg.rename.as_ref(), found);
        let description = Text::new(&parameter.docs);
        let is_flat = arg.flatten.is_some();
        if is_flat {
            nothing_else(parameter, found);
        } else if description.is_empty() && arg.undocumented.is_none() {
            found.error(
                ident,
                format_args!(
                    "the argument `{name}` needs a description: write a doc comment (`/// …`) above it, or `#[arg(undocumented)]` if its name says it all"
                ),
            );
        }
        let (ty, is_lent) = lent(&parameter.ty, found);
        Some(Param {
            ident,
            name,
            ty,
            is_lent,
            is_flat,
            description,
            default: arg.default.as_ref(),
            examples: arg.examples.as_ref().map_or(&[], |given| &given.value),
            rules: rule::all(arg, found),
            from: arg.from.as_ref().map(|given| &given.value),
            takes_references: arg.refs.is_some(),
        })
    }
}

/// What is all arguments at once has no name, default or bounds of its own: its fields have them.
fn nothing_else(parameter: &Parameter, found: &mut Diagnostics) {
    if let Some(refs) = &parameter.arg.refs {
        found.error(
            &refs.key,
            "a struct that is all arguments at once takes no references, and neither do its fields: make those that do arguments of their own, and remove `flatten`",
        );
    }
    for key in parameter.arg.of_one_argument() {
        found.error(
            key,
            format_args!(
                "`{key}` says nothing of a struct that is all arguments at once: say it of its fields, with `#[serde(…)]` and `#[schemars(…)]`"
            ),
        );
    }
}

/// The type that is read from JSON, and whether the function borrows it for the call.
fn lent<'a>(ty: &'a Type, found: &mut Diagnostics) -> (&'a Type, bool) {
    if has_impl(ty) {
        found.error(
            ty,
            "an argument needs a type of its own, since its schema is one JSON document: name one instead of `impl …`",
        );
        return (ty, false);
    }
    let Type::Reference(reference) = ty else {
        if is_borrowed(ty) {
            found.error(
                ty,
                "a borrowed argument stands alone, as in `&str`: take owned types inside of others, such as `Option<String>`",
            );
        }
        return (ty, false);
    };
    let elem = &*reference.elem;
    if matches!(elem, Type::Path(path) if is_named(&path.path, "Context")) {
        let how = "is this the context of the call? mark it: `#[context] ctx: &Context`";
        found.error(ty, how);
    } else if reference.mutability.is_some() {
        found.error(
            ty,
            "an argument is borrowed for reading: take it by value, and the function may change it",
        );
    } else if let Some(lifetime) = reference
        .lifetime
        .as_ref()
        .filter(|it| it.ident == "static")
    {
        found.error(
            lifetime,
            "an argument is borrowed for the call only: remove the lifetime",
        );
    } else if is_borrowed(elem) {
        found.error(
            ty,
            "a borrowed argument stands alone, as in `&str`: take owned types inside of others, such as `&[String]`",
        );
    }
    (elem, true)
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
            "a tool has no lifetimes: what it borrows, it borrows for the call, and `&` needs none"
        } else {
            "a tool cannot be generic, since its schema is one JSON document: name the type"
        };
        found.error(generics, why);
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
                "`{ident}` returns nothing that a model could read: return a value, as in `-> String`, or what can fail, as in `-> Result<String, ToolError>`"
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
