//! `const __TOOL_BATCH: …`: the batch function and how a call becomes its key.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::args::{take, value_type};
use super::local;
use crate::model::{Batch, Tool};
use crate::parse::SELF;

pub(super) fn batch(tool: &Tool<'_>, batch: &Batch<'_>) -> TokenStream {
    let Batch { function, key, .. } = batch;
    let output = tool.output;
    let name = function.to_token_stream().to_string().replace(' ', "");
    let call = local("call");
    let keys: Vec<_> = key.iter().map(|&index| take(index, &call)).collect();
    let rest = (0..tool.params.len())
        .filter(|index| !key.contains(index))
        .map(|index| take(index, &call));
    let key_value = match keys.as_slice() {
        [key] => key.clone(),
        keys => quote!((#(#keys),*)),
    };
    let key_types: Vec<_> = key
        .iter()
        .filter_map(|&index| tool.params.get(index))
        .map(value_type)
        .collect();
    // Said, so that the error of a function that does not fit can say it.
    let key_type = match key_types.as_slice() {
        [ty] => ty.to_token_stream(),
        types => quote!((#(#types),*)),
    };
    // Spanned at the name of the function, which is what to change when it does not fit.
    let span = function.span();
    let function = resolved(function);
    let value = quote_spanned!(output.span()=> <__tw::Output<#output>>::VALUE);
    let read = quote!(|#call| { #(let _ = #rest;)* __tw::Ok(#key_value) });
    let made = match tool.owner {
        Some(owner) if batch.is_method => {
            let owner = &owner.ty;
            quote_spanned!(span=> &__tw::Keyed::<#key_type>::batch_method::<#owner, _, _, _>)
        }
        _ => quote_spanned!(span=> &__tw::Keyed::<#key_type>::batch),
    };
    let made = quote_spanned!(span=> #made(#name, #value, #function, #read));
    quote!(const __TOOL_BATCH: &dyn __tw::BatchCall = #made;)
}

/// `Self::f` by the name that `Self` has outside of its block.
fn resolved(function: &syn::Path) -> syn::Path {
    let mut function = function.clone();
    if let Some(first) = function.segments.first_mut()
        && first.ident == "Self"
    {
        first.ident = Ident::new(SELF, first.ident.span());
    }
    function
}
