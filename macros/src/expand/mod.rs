//! How a tool is spelled in Rust. Decides nothing: what could be decided is decided in `model` or in the runtime.

mod fallback;
mod tool;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;
use crate::model::Tool;
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

/// The user's function, without what the compiler would not accept; nothing, if it has no body.
fn function(function: &Function) -> Option<TokenStream> {
    let Function {
        attrs,
        vis,
        sig,
        body,
        ..
    } = function;
    match body {
        Body::None(_) => None,
        Body::Block(block) => Some(quote! {
            // Its documentation is what a model reads, and it is async because every tool is. Before the user's own
            // attributes, which so have the last word.
            #[allow(clippy::missing_errors_doc, clippy::unused_async)]
            #(#attrs)*
            #vis #sig #block
        }),
    }
}
