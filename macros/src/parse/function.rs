//! The function as written, with a body or without, and the helper attributes of its parameters.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Pat, Signature, Visibility};

use super::ArgAttr;
use crate::diagnostics::Diagnostics;

/// What `#[tool]` stands on.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// The signature as the compiler may see it: once the markers are read, they and the doc comments of the
    /// parameters are gone from here, since the compiler accepts neither.
    pub(crate) sig: Signature,
    pub(crate) body: Body,
    pub(crate) parameters: Vec<Parameter>,
}

/// What follows the signature.
pub(crate) enum Body {
    /// `;`
    None(syn::Token![;]),
    /// `{ … }`, not parsed: an editor's half-typed body must not cost the function.
    Block(TokenStream),
}

/// One parameter besides `self`.
pub(crate) struct Parameter {
    pub(crate) pat: Pat,
    pub(crate) ty: syn::Type,
    /// The values of its `#[doc = …]` attributes.
    pub(crate) docs: Vec<syn::Expr>,
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

impl Parse for Function {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !(input.peek(syn::Token![async])
            || input.peek(syn::Token![fn])
            || input.peek(syn::Token![const])
            || input.peek(syn::Token![unsafe])
            || input.peek(syn::Token![extern]))
        {
            return Err(input.error("`#[tool]` goes on an `async fn`"));
        }
        let sig = input.parse()?;
        let body = if input.peek(syn::Token![;]) {
            Body::None(input.parse()?)
        } else {
            Body::Block(input.parse()?)
        };
        Ok(Function {
            attrs,
            vis,
            sig,
            body,
            parameters: Vec::new(),
        })
    }
}

impl Function {
    /// Moves what our attributes say from the signature into `parameters`.
    pub(super) fn read_markers(&mut self, found: &mut Diagnostics) {
        for input in &mut self.sig.inputs {
            let FnArg::Typed(input) = input else { continue };
            let mut parameter = Parameter {
                pat: (*input.pat).clone(),
                ty: (*input.ty).clone(),
                docs: Vec::new(),
                marker: Marker::Argument,
                arg: ArgAttr::default(),
            };
            input
                .attrs
                .retain(|attribute| !parameter.take(attribute, found));
            self.parameters.push(parameter);
        }
    }

    /// The values of the function's own `#[doc = …]` attributes.
    pub(crate) fn docs(&self) -> Vec<syn::Expr> {
        self.attrs.iter().filter_map(doc).collect()
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
        } else {
            return path.is_ident("doc");
        }
        true
    }

    fn mark(&mut self, marker: Marker, attribute: &Attribute, found: &mut Diagnostics) {
        if !matches!(attribute.meta, syn::Meta::Path(_)) {
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

/// The value of `#[doc = …]`.
fn doc(attribute: &Attribute) -> Option<syn::Expr> {
    match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(meta.value.clone()),
        _ => None,
    }
}
