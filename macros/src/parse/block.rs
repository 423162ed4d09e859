//! `#[tools] impl Shop { … }`: the block as written, and the tools among its items.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, Generics, ImplItem, Meta, Path, Token, Type};

use super::attr::krate_alone;
use super::{Attr, Function, Parameter, Slot, Spelled};
use crate::diagnostics::Diagnostics;
use crate::parse::Default_;

/// The name that `Self` has outside of the block.
pub(crate) const SELF: &str = "__ToolSelf";

/// One `impl` block.
pub(crate) struct Block {
    /// What the attribute itself says.
    pub(crate) krate: Slot<Path>,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) generics: Generics,
    /// The trait, if this is an implementation of one.
    pub(crate) of_trait: Option<Type>,
    pub(crate) ty: Type,
    pub(crate) items: Vec<Item>,
}

/// One item of a block.
pub(crate) enum Item {
    Tool(Box<Spelled>),
    Other(TokenStream),
}

/// The type whose method a tool is.
pub(crate) struct Owner {
    /// The type, by the name that it has outside of the block.
    pub(crate) ty: Type,
    /// The functions of the block that take a `self`.
    pub(crate) methods: Vec<Ident>,
}

/// Reads the attribute's tokens and the block's.
///
/// # Errors
/// The item is not an `impl` block at all. All other mistakes are recorded in `found`.
pub(crate) fn tools(
    attribute: TokenStream,
    item: TokenStream,
    found: &mut Diagnostics,
) -> syn::Result<Block> {
    let krate = krate_alone(attribute, found);
    let mut block = (|input: ParseStream<'_>| read(input, found)).parse2(item)?;
    block.krate = krate;
    let methods: Vec<Ident> = block.methods();
    for item in &mut block.items {
        if let Item::Tool(spelled) = item {
            spelled.attr.inherit_krate(block.krate.as_ref());
            resolve_self(spelled.as_mut());
            let ty = Ident::new(SELF, proc_macro2::Span::mixed_site());
            spelled.owner = Some(Owner {
                ty: syn::parse_quote!(#ty),
                methods: methods.clone(),
            });
        }
    }
    Ok(block)
}

fn read(input: ParseStream, found: &mut Diagnostics) -> syn::Result<Block> {
    let attrs = input.call(Attribute::parse_outer)?;
    if !input.peek(Token![impl]) {
        return Err(
            input.error("`#[tools]` goes on an `impl` block: on a function write `#[tool]`")
        );
    }
    input.parse::<Token![impl]>()?;
    let mut generics: Generics = input.parse()?;
    let first: Type = input.parse()?;
    let (of_trait, ty) = if input.parse::<Option<Token![for]>>()?.is_some() {
        (Some(first), input.parse()?)
    } else {
        (None, first)
    };
    generics.where_clause = input.parse()?;
    let inside;
    syn::braced!(inside in input);
    let mut items = Vec::new();
    while !inside.is_empty() {
        items.push(item(&inside, found)?);
    }
    Ok(Block {
        krate: None,
        attrs,
        generics,
        of_trait,
        ty,
        items,
    })
}

fn item(input: ParseStream, found: &mut Diagnostics) -> syn::Result<Item> {
    let attrs = input.fork().call(Attribute::parse_outer)?;
    let has_tool = attrs.iter().any(is_tool);
    // What is no function keeps its `#[tool]`, which says so itself.
    if has_tool && input.fork().call(Function::parse).is_ok() {
        let mut function = input.call(Function::parse)?;
        let at = function.attrs.iter().position(is_tool);
        let attr = at.map(|at| function.attrs.remove(at));
        let options = match attr.map(|attr| attr.meta) {
            Some(Meta::List(list)) => list.tokens,
            _ => TokenStream::new(),
        };
        let attr = Attr::parse(options, found);
        function.read_markers(found);
        return Ok(Item::Tool(Box::new(Spelled {
            attr,
            function,
            owner: None,
        })));
    }
    let other = input.fork();
    if other.parse::<ImplItem>().is_ok() {
        return input
            .parse::<ImplItem>()
            .map(|item| Item::Other(item.into_token_stream()));
    }
    // Half-typed: the compiler says what is wrong with it.
    input.parse().map(Item::Other)
}

/// `#[tool]`, or the same under the path of its crate.
fn is_tool(attribute: &Attribute) -> bool {
    let segments = &attribute.path().segments;
    segments.len() <= 2 && segments.last().is_some_and(|last| last.ident == "tool")
}

impl Block {
    /// The path of the runtime crate.
    pub(crate) fn krate(&self) -> Path {
        match &self.krate {
            Some(krate) => krate.value.clone(),
            None => syn::parse_quote!(::toolwright),
        }
    }

    /// The names of the functions that take a `self`.
    fn methods(&self) -> Vec<Ident> {
        let name = |item: &Item| match item {
            Item::Tool(spelled) => Some(&spelled.function)
                .filter(|function| function.has_receiver())
                .map(|function| function.sig.ident.clone()),
            Item::Other(tokens) => match syn::parse2(tokens.clone()) {
                Ok(ImplItem::Fn(function)) if function.sig.receiver().is_some() => {
                    Some(function.sig.ident)
                }
                _ => None,
            },
        };
        self.items.iter().filter_map(name).collect()
    }
}

/// Gives `Self` the name that it has outside of the block, wherever the generated code repeats it.
fn resolve_self(spelled: &mut Spelled) {
    let function = &mut spelled.function;
    let sig = resolved(function.sig.to_token_stream());
    if let Ok(sig) = syn::parse2(sig) {
        function.sig = sig;
    }
    for Parameter { ty, arg, .. } in &mut function.parameters {
        if let Ok(renamed) = syn::parse2(resolved(ty.to_token_stream())) {
            *ty = renamed;
        }
        if let Some(Default_::Expr(expr)) = &mut arg.default {
            *expr = resolved(expr.clone());
        }
        for example in arg
            .examples
            .iter_mut()
            .flat_map(|examples| &mut examples.value)
        {
            *example = resolved(example.clone());
        }
        if let Some(from) = &mut arg.from
            && let Ok(path) = syn::parse2(resolved(from.value.to_token_stream()))
        {
            from.value = path;
        }
    }
}

fn resolved(tokens: TokenStream) -> TokenStream {
    let resolve = |token| match token {
        TokenTree::Ident(word) if word == "Self" => {
            let span = word.span().resolved_at(proc_macro2::Span::mixed_site());
            TokenTree::Ident(Ident::new(SELF, span))
        }
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), resolved(group.stream()));
            inside.set_span(group.span());
            TokenTree::Group(inside)
        }
        other => other,
    };
    tokens.into_iter().map(resolve).collect()
}
