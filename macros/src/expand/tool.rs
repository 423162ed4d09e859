//! What a valid tool becomes: the function, a type of its name, and a `Tool` that is data and one call.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Index, Type};

use super::args::{args, take};
use super::batch::batch;
use super::spec::spec;
use super::{end, function, local};
use crate::model::{Attributes, Input, Tool};

/// A free function.
pub(super) fn expand(tool: &Tool<'_>) -> TokenStream {
    let Tool {
        krate,
        ident,
        attributes,
        ..
    } = tool;
    let function = function(tool.function);
    let vis = &tool.function.vis;
    let Attributes { cfgs, of_type, .. } = attributes;
    // Beside the function the type is no news to a reader of documentation; in its place it is.
    let hidden = tool.function.has_body().then(|| quote!(#[doc(hidden)]));
    let declared = declared(tool, &quote!(#krate::__private));
    quote! {
        #function
        #(#cfgs)*
        #(#of_type)*
        #hidden
        #[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
        #vis struct #ident {}
        #declared
    }
}

/// The implementation of `Tool`; `private` is the path of the runtime's private door.
pub(super) fn declared(tool: &Tool<'_>, private: &TokenStream) -> TokenStream {
    let Tool {
        ident,
        output,
        attributes,
        ..
    } = tool;
    let Attributes { cfgs, allowed, .. } = attributes;
    let args = args(tool);
    let batch = tool.batch.as_ref().map(|it| batch(tool, it));
    let spec = spec(tool);
    let call = local("call");
    // Spanned at the name: a function that is not `Send` is underlined there.
    let signature = quote_spanned!(ident.span()=> async fn call(#call: __tw::Call) -> __tw::Reply);
    let body = if tool.function.has_body() {
        body(tool, &call)
    } else {
        quote!(__tw::batch_of_one(__TOOL_BATCH, #call).await)
    };
    quote! {
        #(#cfgs)*
        #(#[allow(#allowed)])*
        #[allow(unused_imports)]
        const _: () = {
            use #private::{self as __tw, AnyKind as _, AnyOutput as _};
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

/// The call of the user's function.
fn body(tool: &Tool<'_>, call: &Ident) -> TokenStream {
    let Tool { ident, output, .. } = tool;
    let args = local("args");
    let takes = (0..tool.params.len()).map(|index| take(index, call));
    let takes = (!tool.params.is_empty()).then(|| quote!(let #args = (#(#takes,)*);));
    let inputs = tool.inputs.iter().map(|it| input(tool, it, &args, call));
    let function = match tool.owner {
        None => quote!(#ident),
        Some(owner) => {
            let owner = &owner.ty;
            quote!(<#owner>::#ident)
        }
    };
    // Underlined from the first token of the user's type to its last, as the type itself would be.
    let reply = quote_spanned!(output.span()=> <Self::);
    let reply = quote_spanned!(end(output)=> #reply Output as __tw::ToolOutput<_>>::into_reply);
    let output = local("output");
    quote! {
        #takes
        let #output = #function(#(#inputs),*).await;
        #reply(#output, <__tw::Output<Self::Output>>::KIND)
    }
}

fn input(tool: &Tool<'_>, input: &Input<'_>, args: &Ident, call: &Ident) -> TokenStream {
    match input {
        Input::Argument(index) => {
            let param = tool.params.get(*index);
            let index = Index::from(*index);
            match param {
                Some(param) if param.is_lent => {
                    let ty = param.ty;
                    quote_spanned!(ty.span()=> <#ty as __tw::Lent>::lend(&#args.#index))
                }
                _ => quote!(#args.#index),
            }
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
            let state = quote_spanned!(ty.span()=> <() as __tw::StateRefOf<#ty>>::get(&#call));
            quote!(#state?)
        }
    }
}

/// A local of ours, underlined where the user's type stands.
fn located_at(ty: &Type, local: &Ident) -> Ident {
    Ident::new(&local.to_string(), local.span().located_at(ty.span()))
}
