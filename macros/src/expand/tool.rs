//! What a valid tool becomes: the function, a type of its name, and a `Tool` that is data and one call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Index, Type};

use super::function;
use crate::model::{Attributes, Batch, Input, Param, Piece, Tenancy, Text, Tool};
use crate::parse::Default_;

pub(super) fn expand(tool: &Tool<'_>) -> TokenStream {
    let Tool {
        krate,
        ident,
        output,
        attributes,
        ..
    } = tool;
    let function = function(tool.function);
    let vis = &tool.function.vis;
    let Attributes {
        cfgs,
        of_type,
        allowed,
    } = attributes;
    // Beside the function the type is no news to a reader of documentation; in its place it is.
    let hidden = tool.function.has_body().then(|| quote!(#[doc(hidden)]));
    let args = args(tool);
    let batch = tool.batch.as_ref().map(|batch| batch_const(tool, batch));
    let spec = spec(tool);
    let call = Ident::new("call", Span::mixed_site());
    // Spanned at the name: a function that is not `Send` is underlined there.
    let signature = quote_spanned!(ident.span()=> async fn call(#call: __tw::Call) -> __tw::Reply);
    let body = if tool.function.has_body() {
        body(tool, &call)
    } else {
        quote!(__tw::batch_of_one(__TOOL_BATCH, #call).await)
    };
    quote! {
        #function
        #(#cfgs)*
        #(#of_type)*
        #hidden
        #[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
        #vis struct #ident {}
        #(#cfgs)*
        #(#[allow(#allowed)])*
        const _: () = {
            use #krate::__private as __tw;
            #args
            #batch
            impl __tw::Tool for #ident {
                type Output = #output;
                const SPEC: __tw::ToolSpec = #spec;
                #signature {
                    #body
                }
            }
            __tw::linked!(#ident);
        };
    }
}

/// `const __TOOL_ARGS: (…) = (…);`: how each argument is named, described and read.
fn args(tool: &Tool<'_>) -> Option<TokenStream> {
    if tool.params.is_empty() {
        return None;
    }
    let types = tool.params.iter().map(|param| param.ty);
    let params = tool.params.iter().enumerate().map(|(index, param)| {
        let Param {
            name,
            ty,
            description,
            default,
            ..
        } = param;
        let description = text(description);
        // `<T as Trait>::…` has its bound at the user's type, and so the error of a type that does not fit.
        let param = quote_spanned!(ty.span()=> <#ty as __tw::Arg>::PARAM);
        let param = quote!(#param.describe(#index, #name, #description));
        let Some(default) = default else {
            return param;
        };
        let value = match default {
            Default_::OfType => quote_spanned!(ty.span()=> <#ty as __tw::OwnDefault>::own_default),
            Default_::Expr(expr) => quote!(|| #expr),
        };
        let show = quote_spanned!(ty.span()=> <#ty as __tw::Shown>::show);
        quote!(#param.or(#value, #show))
    });
    Some(quote!(const __TOOL_ARGS: (#(__tw::Param<#types>,)*) = (#(#params,)*);))
}

/// `const __TOOL_BATCH: …`: the batch function and how a call becomes its key.
fn batch_const(tool: &Tool<'_>, batch: &Batch<'_>) -> TokenStream {
    let Batch { function, key } = batch;
    let output = tool.output;
    let name = function.to_token_stream().to_string().replace(' ', "");
    let call = Ident::new("call", Span::mixed_site());
    let keys: Vec<_> = key.iter().map(|&index| take(index, &call)).collect();
    let rest = (0..tool.params.len())
        .filter(|index| !key.contains(index))
        .map(|index| take(index, &call));
    let key = match keys.as_slice() {
        [key] => key.clone(),
        keys => quote!((#(#keys),*)),
    };
    let key_types: Vec<_> = batch
        .key
        .iter()
        .filter_map(|&index| tool.params.get(index))
        .map(|param| param.ty)
        .collect();
    let key_type = match key_types.as_slice() {
        [ty] => ty.to_token_stream(),
        types => quote!((#(#types),*)),
    };
    // Spanned at the name of the function, which is what to change when it does not fit.
    let span = function.span();
    // Underlined from the first token of the user's type to its last, as the type itself would be.
    let value = quote_spanned!(output.span()=> <#output as __tw::ToolOutput>::);
    let value = quote_spanned!(end(output)=> #value Value);
    let batch = quote_spanned!(span=> &__tw::batch::<_, #key_type, #value, _>);
    let read = quote!(|#call| { #(let _ = #rest;)* __tw::Ok(#key) });
    let batch = quote_spanned!(span=> #batch(#name, #function, #read));
    quote!(const __TOOL_BATCH: &dyn __tw::BatchCall = #batch;)
}

/// The call of the user's function.
fn body(tool: &Tool<'_>, call: &Ident) -> TokenStream {
    let Tool { ident, output, .. } = tool;
    let args = Ident::new("args", Span::mixed_site());
    let takes = (0..tool.params.len()).map(|index| take(index, call));
    let takes = (!tool.params.is_empty()).then(|| quote!(let #args = (#(#takes,)*);));
    let inputs = tool.inputs.iter().map(|input| match input {
        Input::Argument(index) => {
            let index = Index::from(*index);
            quote!(#args.#index)
        }
        Input::Context(ty) => {
            let call = located_at(ty, call);
            quote_spanned!(ty.span()=> #call.context())
        }
        Input::State(ty) => {
            let call = located_at(ty, call);
            let state = quote_spanned!(ty.span()=> <() as __tw::StateOf<#ty>>::get_clone(&#call));
            quote!(#state?)
        }
        Input::StateRef(ty) => {
            let call = located_at(ty, call);
            let state = quote_spanned!(ty.span()=> <() as __tw::StateOf<#ty>>::get(&#call));
            quote!(#state?)
        }
    });
    let reply = quote_spanned!(output.span()=> <#output as __tw::ToolOutput>::into_reply);
    let output = Ident::new("output", Span::mixed_site());
    quote! {
        #takes
        let #output = #ident(#(#inputs),*).await;
        #reply(#output)
    }
}

/// Where a type ends.
fn end(ty: &Type) -> Span {
    let last = ty.to_token_stream().into_iter().last();
    last.map_or_else(|| ty.span(), |last| last.span())
}

/// A local of ours, underlined where the user's type stands.
fn located_at(ty: &Type, local: &Ident) -> Ident {
    Ident::new(&local.to_string(), local.span().located_at(ty.span()))
}

/// Reading one argument.
fn take(index: usize, call: &Ident) -> TokenStream {
    let index = Index::from(index);
    quote!(#call.arg(&__TOOL_ARGS.#index)?)
}

/// The declaration as plain data.
fn spec(tool: &Tool<'_>) -> TokenStream {
    let Tool {
        ident,
        name,
        description,
        cache,
        reads,
        writes,
        ..
    } = tool;
    let description = text(description);
    // Spanned at the name, so that the location of a tool is that of its function.
    let mut spec = quote_spanned!(ident.span()=> __tw::spec(#name, #description));
    if !tool.params.is_empty() {
        let params = (0..tool.params.len()).map(Index::from);
        spec.extend(quote!(.params(&[#(&__TOOL_ARGS.#params),*])));
    }
    let states: Vec<_> = tool
        .inputs
        .iter()
        .filter_map(|input| match input {
            Input::State(ty) | Input::StateRef(ty) => {
                Some(quote_spanned!(ty.span()=> <() as __tw::StateOf<#ty>>::SPEC))
            }
            Input::Argument(_) | Input::Context(_) => None,
        })
        .collect();
    if !states.is_empty() {
        spec.extend(quote!(.states(&[#(#states),*])));
    }
    if let Some(ttl) = cache.ttl {
        let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        spec.extend(quote!(.ttl_millis(#millis)));
    }
    if !cache.exclude.is_empty() {
        let indices = &cache.exclude;
        spec.extend(quote!(.cache_key_exclude(&[#(#indices),*])));
    }
    match cache.tenancy {
        Tenancy::Session => {}
        Tenancy::Required => spec.extend(quote!(.tenant_scoped())),
        Tenancy::Shared => spec.extend(quote!(.shared())),
    }
    if let Some(version) = cache.version {
        spec.extend(quote!(.version(#version)));
    }
    if tool.batch.is_some() {
        spec.extend(quote!(.batch(__TOOL_BATCH)));
    }
    if !reads.is_empty() {
        spec.extend(quote!(.reads(&[#(#reads),*])));
    }
    if !writes.is_empty() {
        spec.extend(quote!(.writes(&[#(#writes),*])));
    }
    spec
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
