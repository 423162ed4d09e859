//! `const __TOOL_ARGS: (…) = (…);`: how each argument is named, described, read and bounded.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Index;
use syn::spanned::Spanned as _;

use super::{located, text};
use crate::model::{Param, Rule, Ruled, Tool, Wants};
use crate::parse::Default_;

pub(super) fn args(tool: &Tool<'_>) -> Option<TokenStream> {
    if tool.params.is_empty() {
        return None;
    }
    let types = tool.params.iter().map(value_type);
    let params = tool
        .params
        .iter()
        .enumerate()
        .map(|(index, it)| param(index, it));
    let checks = tool.params.iter().flat_map(|param| {
        let check = |ruled| fits(param, ruled);
        param.rules.iter().map(check)
    });
    let parts = tool.reads.parts.iter().chain(&tool.writes.parts);
    let parts = parts.filter_map(|(index, at)| Some(names(tool.params.get(*index)?, at.span())));
    Some(quote! {
        const __TOOL_ARGS: (#(__tw::Param<#types>,)*) = (#(#params,)*);
        #(#checks)*
        #(#parts)*
    })
}

/// The type that is read from JSON.
pub(super) fn value_type(param: &Param<'_>) -> TokenStream {
    let ty = param.ty;
    if param.is_lent {
        quote_spanned!(ty.span()=> <#ty as __tw::Lent>::Owned)
    } else {
        ty.to_token_stream()
    }
}

/// Reading one argument.
pub(super) fn take(index: usize, call: &Ident) -> TokenStream {
    let index = Index::from(index);
    quote!(#call.arg(&__TOOL_ARGS.#index)?)
}

fn param(index: usize, param: &Param<'_>) -> TokenStream {
    let Param {
        name,
        ty,
        description,
        ..
    } = param;
    let value = value_type(param);
    let description = text(description);
    // `<T as Trait>::…` has its bound at the user's type, and so the error of a type that does not fit.
    let mut described = quote_spanned!(ty.span()=> <#value as __tw::Arg>::PARAM);
    described.extend(quote!(.describe(#index, #name, #description)));
    if param.is_flat {
        described.extend(quote!(.flat()));
    }
    if let Some(default) = param.default {
        let show = quote_spanned!(ty.span()=> <#value as __tw::Shown>::show);
        let default = match default {
            Default_::OfType => {
                quote_spanned!(ty.span()=> <#value as __tw::OwnDefault>::own_default)
            }
            Default_::Text(text) => {
                let value = located(value.clone(), text.span());
                let from_text = quote_spanned!(text.span()=> <#value as __tw::FromText>::from_text);
                quote!(|| #from_text(#text))
            }
            Default_::Expr(expr) => quote!(|| #expr),
        };
        described.extend(quote!(.or(#default, #show)));
    }
    if !param.examples.is_empty() {
        let examples = param
            .examples
            .iter()
            .map(|example| quote_spanned!(example.span()=> || __tw::show(&#example)));
        described.extend(quote!(.examples(&[#(#examples),*])));
    }
    let rules: Vec<_> = param
        .rules
        .iter()
        .flat_map(|it| &it.rules)
        .map(rule)
        .collect();
    if !rules.is_empty() {
        described.extend(quote!(.rules(&[#(#rules),*])));
    }
    if let Some(from) = param.from {
        let output = quote_spanned!(from.span()=> <#from as __tw::Giver>::Output);
        let value_of = quote_spanned!(from.span()=> <__tw::Output<#output>>::VALUE);
        let given = quote_spanned!(from.span()=> #value_of.given_to::<#from, #value>());
        described.extend(quote!(.from(#given)));
    }
    if param.takes_references {
        described.extend(quote!(.refs()));
    }
    described
}

fn rule(rule: &Rule) -> TokenStream {
    match rule {
        Rule::Minimum(number) => quote!(__tw::Rule::Minimum(#number)),
        Rule::Maximum(number) => quote!(__tw::Rule::Maximum(#number)),
        Rule::ExclusiveMaximum(number) => quote!(__tw::Rule::ExclusiveMaximum(#number)),
        Rule::MinLength(length) => quote!(__tw::Rule::MinLength(#length)),
        Rule::MaxLength(length) => quote!(__tw::Rule::MaxLength(#length)),
        Rule::Pattern(pattern) => quote!(__tw::Rule::Pattern(#pattern)),
        Rule::Email => quote!(__tw::Rule::Email),
        Rule::Url => quote!(__tw::Rule::Url),
    }
}

/// Checks that an argument can be a part of a resource's name, underlined at the resource.
fn names(param: &Param<'_>, at: Span) -> TokenStream {
    let value = value_type(param);
    quote_spanned! {at=>
        const _: () = __tw::is_scalar::<#value, _>(<__tw::Kind<#value>>::SCALAR);
    }
}

/// Checks that an option fits its argument's type, underlined at the option.
fn fits(param: &Param<'_>, Ruled { key, wants, .. }: &Ruled<'_>) -> TokenStream {
    let value = value_type(param);
    match wants {
        Wants::Number => quote_spanned! {key.span()=>
            const _: () = __tw::is_number::<#value, _>(<__tw::Kind<#value>>::NUMBER);
        },
        Wants::Length => quote_spanned! {key.span()=>
            const _: () = __tw::has_length::<#value, _>(<__tw::Kind<#value>>::LENGTH);
        },
        Wants::Text => quote_spanned! {key.span()=>
            const _: () = __tw::is_text::<#value, _>(<__tw::Kind<#value>>::TEXT);
        },
    }
}
