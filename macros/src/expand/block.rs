//! What `#[tools] impl Shop { … }` becomes: the block without our attributes, a type for each tool, and the set of them.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{function, tool};
use crate::diagnostics::Diagnostics;
use crate::model::{Tool, block as check};
use crate::parse::{Block, Item, SELF, Spelled};

/// The whole of `#[tools]`, after it was read.
pub(super) fn expand(block: &Block, mut found: Diagnostics) -> TokenStream {
    check(block, &mut found);
    let spelled: Vec<&Spelled> = block
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Tool(spelled) => Some(&**spelled),
            Item::Other(_) => None,
        })
        .collect();
    // All of them first, so that the mistakes of all are found.
    let tools: Vec<Option<Tool<'_>>> = spelled
        .iter()
        .map(|spelled| Tool::new(spelled, &mut found))
        .collect();
    let tools: Option<Vec<Tool<'_>>> = tools.into_iter().collect();
    match found.finish(tools) {
        Ok(tools) => {
            let written = written(block);
            let set = set(block, &tools);
            quote!(#written #set)
        }
        Err(error) => {
            let error = error.into_compile_error();
            let written = written(block);
            let stub = stub(block);
            quote!(#error #written #stub)
        }
    }
}

/// The block as the compiler may see it.
fn written(block: &Block) -> TokenStream {
    let Block {
        attrs,
        generics,
        of_trait,
        ty,
        items,
        ..
    } = block;
    let (parameters, _, bounds) = generics.split_for_impl();
    let of_trait = of_trait.as_ref().map(|of_trait| quote!(#of_trait for));
    let items = items.iter().map(|item| match item {
        Item::Other(tokens) => Some(tokens.clone()),
        Item::Tool(spelled) => function(&spelled.function),
    });
    quote!(#(#attrs)* impl #parameters #of_trait #ty #bounds { #(#items)* })
}

/// The tools, each with a type that no other name can meet, and the set of them.
fn set(block: &Block, tools: &[Tool<'_>]) -> TokenStream {
    let krate = block.krate();
    let ty = &block.ty;
    let this = Ident::new(SELF, proc_macro2::Span::mixed_site());
    let declared = tools.iter().map(|it| {
        let ident = it.ident;
        let cfgs = &it.attributes.cfgs;
        let declared = tool::declared(it, &quote!(__tw));
        quote! {
            #(#cfgs)*
            #[allow(non_camel_case_types, clippy::exhaustive_structs)]
            struct #ident {}
            #declared
        }
    });
    let entries = tools.iter().map(|it| {
        let (ident, cfgs) = (it.ident, &it.attributes.cfgs);
        quote!(#(#cfgs)* __tw::ToolEntry::of::<#ident>())
    });
    let cfgs = cfgs(block);
    // Spanned at the type: what two blocks of tools have in common is underlined there.
    let set = quote_spanned! {ty.span()=>
        impl __tw::ToolSet for #ty {
            const ENTRIES: &'static [__tw::ToolEntry] = &[#(#entries),*];
        }
    };
    quote! {
        #(#cfgs)*
        const _: () = {
            use #krate::__private as __tw;
            #[allow(dead_code)]
            type #this = #ty;
            #(#declared)*
            #set
        };
    }
}

/// An empty set in the place of a broken one, so that its uses do not fail a second time.
fn stub(block: &Block) -> Option<TokenStream> {
    if block.of_trait.is_some() {
        return None;
    }
    let (krate, ty, cfgs) = (block.krate(), &block.ty, cfgs(block));
    let (parameters, _, bounds) = block.generics.split_for_impl();
    Some(quote! {
        #(#cfgs)*
        const _: () = {
            use #krate::__private as __tw;
            impl #parameters __tw::ToolSet for #ty #bounds {
                const ENTRIES: &'static [__tw::ToolEntry] = &[];
            }
        };
    })
}

fn cfgs(block: &Block) -> impl Iterator<Item = &syn::Attribute> {
    block.attrs.iter().filter(|it| it.path().is_ident("cfg"))
}
