//! The function as written, with a body or without, and the helper attributes of its parameters.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, FnArg, LitStr, Meta, Pat, Path, Signature, Token, Type, Visibility};

use super::ArgAttr;
use crate::diagnostics::{Diagnostics, nearest};

/// What `#[tool]` stands on.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// The signature, with `Self` resolved in a method.
    pub(crate) sig: Signature,
    /// The signature as the compiler may see it: once the markers are read, they and the doc comments of the
    /// parameters are gone from here, since the compiler accepts neither.
    pub(crate) written: Signature,
    pub(crate) body: Body,
    pub(crate) parameters: Vec<Parameter>,
}

/// What follows the signature.
pub(crate) enum Body {
    /// `;`
    None(Token![;]),
    /// `{ … }`, not parsed: an editor's half-typed body must not cost the function.
    Block(TokenStream),
}

/// One parameter besides `self`.
pub(crate) struct Parameter {
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    /// The values of its `#[doc = …]` attributes.
    pub(crate) docs: Vec<Expr>,
    pub(crate) marker: Marker,
    pub(crate) arg: ArgAttr,
}

/// Where a parameter's value comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Argument,
    State,
    Context,
}

impl ToTokens for Function {
    /// As it was written: for functions that are no tools.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Function {
            attrs,
            vis,
            written,
            body,
            ..
        } = self;
        for attribute in attrs {
            attribute.to_tokens(tokens);
        }
        vis.to_tokens(tokens);
        written.to_tokens(tokens);
        match body {
            Body::None(semi) => semi.to_tokens(tokens),
            Body::Block(block) => block.to_tokens(tokens),
        }
    }
}

/// What to say of everything else.
pub(super) const NO_FUNCTION: &str = "`#[tool]` goes on an `async fn`";

impl Parse for Function {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if input.peek(Token![impl]) {
            return Err(input.error(format_args!(
                "{NO_FUNCTION}: on an `impl` block write `#[tools]`"
            )));
        }
        if !is_function(input) {
            return Err(input.error(NO_FUNCTION));
        }
        let sig: Signature = input.parse()?;
        let body = if input.peek(Token![;]) {
            Body::None(input.parse()?)
        } else {
            Body::Block(input.parse::<Group>()?.into_token_stream())
        };
        Ok(Function {
            attrs,
            vis,
            written: sig.clone(),
            sig,
            body,
            parameters: Vec::new(),
        })
    }
}

/// Whether a function begins here, behind its visibility.
fn is_function(input: ParseStream) -> bool {
    let rest = input.fork();
    let is_qualifier = |input: ParseStream| {
        input.peek(Token![const])
            || input.peek(Token![async])
            || input.peek(Token![unsafe])
            || input.peek(Token![extern])
            || input.peek(LitStr)
    };
    while is_qualifier(&rest) && rest.parse::<TokenTree>().is_ok() {}
    rest.peek(Token![fn])
}

impl Function {
    /// Moves what our attributes say from the signature into `parameters`.
    pub(super) fn read_markers(&mut self, found: &mut Diagnostics) {
        self.attrs.retain(|attribute| {
            let path = attribute.path();
            let first = path.segments.first().map(|first| first.ident.to_string());
            let is_ours = match (path.segments.len(), first.as_deref()) {
                (1, Some("tool")) => true,
                (2, Some("toolwright")) => path.segments.iter().any(|it| it.ident == "tool"),
                _ => false,
            };
            if is_ours {
                found.error(attribute, "`#[tool]` is given twice: keep one");
            }
            !is_ours
        });
        for input in &mut self.sig.inputs {
            let FnArg::Typed(input) = input else { continue };
            let mut parameter = Parameter {
                pat: (*input.pat).clone(),
                ty: ungroup(&input.ty).clone(),
                docs: Vec::new(),
                marker: Marker::Argument,
                arg: ArgAttr::default(),
            };
            input
                .attrs
                .retain(|attribute| !parameter.take(attribute, found));
            self.parameters.push(parameter);
        }
        self.written = self.sig.clone();
    }

    /// Whether there is a `self`.
    pub(crate) fn has_receiver(&self) -> bool {
        self.sig.receiver().is_some()
    }

    /// The values of the function's own `#[doc = …]` attributes.
    pub(crate) fn docs(&self) -> Vec<Expr> {
        self.attrs.iter().filter_map(doc).collect()
    }

    /// The function's attributes of these names.
    pub(crate) fn attrs_named(&self, names: &[&str]) -> Vec<&Attribute> {
        let is_named = |attribute: &&Attribute| {
            let path = attribute.path();
            names.iter().any(|name| path.is_ident(name))
        };
        self.attrs.iter().filter(is_named).collect()
    }

    pub(crate) fn has_body(&self) -> bool {
        matches!(self.body, Body::Block(_))
    }
}

impl Parameter {
    /// Reads one attribute; whether it is ours, and so must not reach the compiler.
    fn take(&mut self, attribute: &Attribute, found: &mut Diagnostics) -> bool {
        let path = attribute.path();
        if let Some(doc) = doc(attribute) {
            self.docs.push(doc);
        } else if path.is_ident("arg") {
            self.arg.read(attribute, found);
        } else if path.is_ident("state") {
            self.mark(Marker::State, attribute, found);
        } else if path.is_ident("context") {
            self.mark(Marker::Context, attribute, found);
        } else if path.is_ident("cfg") || path.is_ident("cfg_attr") {
            found.error(
                attribute,
                "a parameter of a tool cannot depend on `cfg`: put it on the whole tool, and write the tool twice",
            );
        } else if let Some(meant) = misspelt(path) {
            found.error(
                path,
                format_args!(
                    "there is no mark `#[{}]`: did you mean `#[{meant}]`?",
                    path.to_token_stream()
                ),
            );
            self.marker = match meant {
                "state" => Marker::State,
                "context" => Marker::Context,
                _ => self.marker,
            };
        } else {
            return path.is_ident("doc");
        }
        true
    }

    fn mark(&mut self, marker: Marker, attribute: &Attribute, found: &mut Diagnostics) {
        if !matches!(attribute.meta, Meta::Path(_)) {
            found.error(
                attribute,
                "this marker takes no value: the type of the parameter says it all",
            );
        }
        if self.marker != Marker::Argument {
            found.error(
                attribute,
                "a parameter is `#[state]` or `#[context]`, once: keep one",
            );
        }
        self.marker = marker;
    }
}

/// The mark of ours that was probably meant: what the compiler knows on a parameter is meant as it is.
fn misspelt(path: &Path) -> Option<&'static str> {
    const KNOWN: &[&str] = &["allow", "deny", "doc", "expect", "forbid", "warn"];
    let name = path.get_ident()?.to_string();
    let is_known = KNOWN.contains(&name.as_str());
    nearest(&name, &["arg", "state", "context"]).filter(|_| !is_known)
}

/// The value of `#[doc = …]`.
fn doc(attribute: &Attribute) -> Option<Expr> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let mut value = &meta.value;
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    meta.path.is_ident("doc").then(|| value.clone())
}

/// The type without the invisible groups of a `macro_rules!` fragment.
fn ungroup(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}
