//! `#[tools] impl Shop { … }`: the block as written, and the tools among its items.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{Attribute, Generics, ImplItem, Meta, Path, Token, Type};

use super::attr::krate_alone;
use super::function::NO_FUNCTION;
use super::{Attr, Function, Parameter, Slot, Spanned, Spelled};
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
    /// The functions that take a `self`.
    methods: Vec<Ident>,
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
    for item in &mut block.items {
        if let Item::Tool(spelled) = item {
            if let Some(Spanned { key, .. }) = &spelled.attr.krate {
                let how = "`crate` is an option of the whole block: write `#[tools(crate = …)]`";
                found.error(key, how);
            }
            let receiver = spelled.function.sig.receiver();
            let at = receiver.map_or_else(|| block.ty.span(), |it| it.self_token.span);
            resolve_self(spelled.as_mut());
            let ty = Ident::new(SELF, Span::mixed_site().located_at(at));
            spelled.owner = Some(Owner {
                ty: syn::parse_quote!(#ty),
                methods: block.methods.clone(),
            });
        }
    }
    Ok(block)
}

fn read(input: ParseStream, found: &mut Diagnostics) -> syn::Result<Block> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    if !input.peek(Token![impl]) {
        return Err(
            input.error("`#[tools]` goes on an `impl` block: on a function write `#[tool]`")
        );
    }
    attrs.retain(|attribute| {
        let is_ours = is_named(attribute, "tools");
        if is_ours {
            found.error(attribute, "`#[tools]` is given twice: keep one");
        }
        !is_ours
    });
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
    let (mut items, mut methods) = (Vec::new(), Vec::new());
    while !inside.is_empty() {
        items.push(item(&inside, &mut methods, found)?);
    }
    Ok(Block {
        krate: None,
        attrs,
        generics,
        of_trait,
        ty,
        items,
        methods,
    })
}

fn item(
    input: ParseStream,
    methods: &mut Vec<Ident>,
    found: &mut Diagnostics,
) -> syn::Result<Item> {
    // Read as a function of ours in any case: the body of a helper may be half-typed as well.
    if input.fork().call(Function::parse).is_ok() {
        let function = input.call(Function::parse)?;
        if function.has_receiver() {
            methods.push(function.sig.ident.clone());
        }
        return Ok(tool_or_not(function, found));
    }
    if input.fork().call(ImplItem::parse).is_err() {
        // Half-typed: the compiler says what is wrong with it.
        return input.parse().map(Item::Other);
    }
    let mut attrs = input.call(Attribute::parse_outer)?;
    if let Some(at) = attrs.iter().position(is_tool) {
        found.error(attrs.remove(at), NO_FUNCTION);
    }
    let mut tokens = TokenStream::new();
    for attribute in attrs {
        attribute.to_tokens(&mut tokens);
    }
    input.parse::<ImplItem>()?.to_tokens(&mut tokens);
    Ok(Item::Other(tokens))
}

fn tool_or_not(mut function: Function, found: &mut Diagnostics) -> Item {
    let Some(at) = function.attrs.iter().position(is_tool) else {
        return Item::Other(function.into_token_stream());
    };
    let attr = function.attrs.remove(at);
    let options = match attr.meta {
        Meta::List(list) => list.tokens,
        Meta::Path(_) => TokenStream::new(),
        Meta::NameValue(_) => {
            let how = "options stand in parentheses: write `#[tool(ttl = \"5m\")]`";
            found.error(attr, how);
            TokenStream::new()
        }
    };
    let attr = Attr::parse(options, found);
    function.read_markers(found);
    Item::Tool(Box::new(Spelled {
        attr,
        function,
        owner: None,
    }))
}

fn is_tool(attribute: &Attribute) -> bool {
    is_named(attribute, "tool")
}

/// Whether this is the attribute of this name, or the same under the path of its crate.
fn is_named(attribute: &Attribute, name: &str) -> bool {
    let segments = &attribute.path().segments;
    segments.len() <= 2 && segments.last().is_some_and(|last| last.ident == name)
}

impl Block {
    /// The path of the runtime crate.
    pub(crate) fn krate(&self) -> Path {
        match &self.krate {
            Some(krate) => krate.value.clone(),
            None => syn::parse_quote!(::toolwright),
        }
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
        if let Some(from) = &mut arg.from {
            from.value = neighbour(&from.value);
        }
    }
}

/// A tool of the same block goes by its name alone: `Self::lookup_user` is `lookup_user`.
fn neighbour(path: &Path) -> Path {
    let mut segments = path.segments.iter();
    match (segments.next(), segments.next(), segments.next()) {
        (Some(first), Some(name), None) if first.ident == "Self" => name.ident.clone().into(),
        _ => path.clone(),
    }
}

fn resolved(tokens: TokenStream) -> TokenStream {
    let resolve = |token| match token {
        TokenTree::Ident(word) if word == "Self" => {
            let span = word.span().resolved_at(Span::mixed_site());
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
