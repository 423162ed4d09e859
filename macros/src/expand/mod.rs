//! How a tool is spelled in Rust. Decides nothing: what could be decided is decided in `model` or in the runtime.

mod args;
mod batch;
mod block;
mod fallback;
mod spec;
mod tool;

#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod tests;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use syn::Type;
use syn::spanned::Spanned as _;

use crate::diagnostics::Diagnostics;
use crate::model::{Piece, Text, Tool};
use crate::parse::{self, Body, Function};

/// The whole of `#[tool]`.
pub(crate) fn tool(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let mut found = Diagnostics::default();
    let spelled = match parse::tool(attribute, item.clone(), &mut found) {
        Ok(spelled) => spelled,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    let tool = Tool::new(&spelled, &mut found);
    match found.finish(tool) {
        Ok(tool) => tool::expand(&tool),
        Err(error) => fallback::expand(&spelled, &error),
    }
}

/// The whole of `#[tools]`.
pub(crate) fn tools(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let mut found = Diagnostics::default();
    match parse::tools(attribute, item.clone(), &mut found) {
        Ok(block) => block::expand(&block, found),
        Err(error) => {
            let error = error.into_compile_error();
            quote!(#error #item)
        }
    }
}

/// A local of ours. Its hygiene keeps arguments apart, and its prefix constants and statics of the user's module.
fn local(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}

/// Where a type ends.
fn end(ty: &Type) -> Span {
    let last = ty.to_token_stream().into_iter().last();
    last.map_or_else(|| ty.span(), |last| last.span())
}

/// The same words, underlined elsewhere.
fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), located(group.stream(), at)).into();
        }
        token.set_span(token.span().located_at(at));
        token
    };
    tokens.into_iter().map(locate).collect()
}

/// A description as one string: a literal, unless only the compiler knows a part of it.
fn text(Text(pieces): &Text) -> TokenStream {
    let literals = pieces.iter().map(|piece| match piece {
        Piece::Written(text) => text.to_token_stream(),
        Piece::Computed(expr) => expr.to_token_stream(),
    });
    match pieces.as_slice() {
        [] => quote!(""),
        [Piece::Written(text)] => text.to_token_stream(),
        _ => {
            let lines = literals.flat_map(|literal| [quote!("\n"), literal]).skip(1);
            quote!(__tw::concat!(#(#lines),*).trim_ascii())
        }
    }
}

/// The user's function, without what the compiler would not accept; nothing, if it has no body.
fn function(function: &Function) -> Option<TokenStream> {
    let Function {
        attrs,
        vis,
        written: sig,
        body,
        ..
    } = function;
    match body {
        Body::None(_) => None,
        Body::Block(block) => Some(quote! {
            // Its documentation is what a model reads, it has as many parameters as a model fills in, and it is async
            // because every tool is. Before the user's own attributes, which so have the last word.
            #[allow(clippy::missing_errors_doc, clippy::too_many_arguments, clippy::unused_async)]
            #(#attrs)*
            #vis #sig #block
        }),
    }
}
