//! What the generated items take over from the attributes of the function.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, Ident, Meta};

use crate::diagnostics::Diagnostics;
use crate::parse::{Body, Function};

/// Attributes of the generated type and of its implementation.
pub(crate) struct Attributes<'a> {
    /// `#[cfg(…)]`: what is not there has no tool.
    pub(crate) cfgs: Vec<&'a Attribute>,
    /// What else the type has in the place of the function, or beside it.
    pub(crate) of_type: Vec<&'a Attribute>,
    /// Lints that the implementation is not to be told of, as the function is not.
    pub(crate) allowed: Vec<TokenStream>,
}

/// What a type beside the function takes over.
const SHARED: &[&str] = &["deprecated"];

/// What a type in the place of the function takes over.
const MOVED: &[&str] = &[
    "allow",
    "cfg_attr",
    "deny",
    "deprecated",
    "doc",
    "forbid",
    "must_use",
    "warn",
];

impl<'a> Attributes<'a> {
    pub(super) fn new(function: &'a Function, found: &mut Diagnostics) -> Self {
        let names = match &function.body {
            Body::Block(_) => SHARED,
            Body::None(_) => {
                refuse_others(function, found);
                MOVED
            }
        };
        Attributes {
            cfgs: function.attrs_named(&["cfg"]),
            of_type: function.attrs_named(names),
            allowed: allowed(function),
        }
    }
}

/// What the function allows or expects holds for its types here too; and that it is called, if it is deprecated.
fn allowed(function: &Function) -> Vec<TokenStream> {
    let attributes = function.attrs_named(&["allow", "expect"]).into_iter();
    let lists = attributes.filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(list.tokens.clone()),
        _ => None,
    });
    let deprecated = function.attrs_named(&["deprecated"]);
    let deprecated = deprecated.first().map(|attribute| attribute.path());
    lists
        .chain(deprecated.and_then(|path| path.get_ident().map(Ident::to_token_stream)))
        .collect()
}

/// Without a body there is no function that another attribute could change.
fn refuse_others(function: &Function, found: &mut Diagnostics) {
    for attribute in &function.attrs {
        let path = attribute.path();
        let is_moved = path.is_ident("cfg") || MOVED.iter().any(|name| path.is_ident(name));
        let is_of_a_tool = path.segments.first().is_some_and(|first| {
            path.segments.len() > 1 && (first.ident == "rustfmt" || first.ident == "clippy")
        });
        if !is_moved && !is_of_a_tool {
            found.error(
                attribute,
                format_args!(
                    "this attribute has nothing to change, as `{}` has no body: put it on the batch function",
                    function.sig.ident
                ),
            );
        }
    }
}
