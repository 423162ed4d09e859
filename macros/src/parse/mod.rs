//! What was written, unjudged: tokens in, spelled values out.

mod arg;
mod attr;
mod function;

pub(crate) use self::arg::ArgAttr;
pub(crate) use self::attr::{Attr, Spanned};
pub(crate) use self::function::{Body, Function, Marker, Parameter};

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream, Parser as _};

use crate::diagnostics::Diagnostics;

/// One declaration as spelled.
pub(crate) struct Spelled {
    pub(crate) attr: Attr,
    pub(crate) function: Function,
}

/// Reads the attribute's tokens and the item's.
///
/// # Errors
/// The item is not a function at all: there is nothing to go on with. All other mistakes are recorded in `found`.
pub(crate) fn tool(
    attribute: TokenStream,
    item: TokenStream,
    found: &mut Diagnostics,
) -> syn::Result<Spelled> {
    let attr = Attr::parse(attribute, found);
    let mut function: Function = syn::parse2(item)?;
    function.read_markers(found);
    Ok(Spelled { attr, function })
}

/// Whether these tokens are a path to a function, and which.
pub(crate) fn path(literal: &syn::LitStr) -> syn::Result<syn::Path> {
    literal.parse_with(syn::Path::parse_mod_style)
}

/// `key`, `key = value` or `key(value, …)`.
pub(crate) struct Entry {
    pub(crate) key: syn::Ident,
    pub(crate) value: Value,
}

/// What stands behind a key.
pub(crate) enum Value {
    Absent,
    Lit(syn::Lit),
    Path(syn::Path),
    /// `("a", "b")` or `= ["a", "b"]`.
    List(Vec<syn::LitStr>),
    Other(TokenStream),
}

impl Value {
    /// The place to underline when the value is wrong; the key, when there is no value.
    pub(crate) fn span(&self, key: &syn::Ident) -> Span {
        use syn::spanned::Spanned as _;
        match self {
            Value::Absent => key.span(),
            Value::Lit(lit) => lit.span(),
            Value::Path(path) => path.span(),
            Value::List(list) => list.first().map_or_else(|| key.span(), syn::LitStr::span),
            Value::Other(tokens) => tokens.span(),
        }
    }
}

/// Reads `key = value, key, …`; what follows a syntax error is not read.
pub(crate) fn entries(tokens: TokenStream, found: &mut Diagnostics) -> Vec<Entry> {
    let mut entries = Vec::new();
    let read = |input: ParseStream| {
        while !input.is_empty() {
            entries.push(input.parse()?);
            if input.is_empty() {
                break;
            }
            input.parse::<syn::Token![,]>()?;
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        found.push(error);
    }
    entries
}

impl Parse for Entry {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        use syn::ext::IdentExt as _;
        let key = input.call(syn::Ident::parse_any)?;
        let value = if input.peek(syn::token::Paren) {
            let list;
            syn::parenthesized!(list in input);
            Value::list(&list)?
        } else if input.parse::<Option<syn::Token![=]>>()?.is_some() {
            Value::after_equals(input)?
        } else {
            Value::Absent
        };
        Ok(Entry { key, value })
    }
}

impl Value {
    fn list(list: ParseStream) -> syn::Result<Self> {
        let fork = list.fork();
        let strings =
            syn::punctuated::Punctuated::<syn::LitStr, syn::Token![,]>::parse_terminated(&fork);
        Ok(match strings {
            Ok(strings) => {
                list.parse::<TokenStream>()?;
                Value::List(strings.into_iter().collect())
            }
            Err(_) => Value::Other(list.parse()?),
        })
    }

    fn after_equals(input: ParseStream) -> syn::Result<Self> {
        let ends = |input: ParseStream| input.is_empty() || input.peek(syn::Token![,]);
        if input.peek(syn::token::Bracket) {
            let list;
            syn::bracketed!(list in input);
            return Self::list(&list);
        }
        let fork = input.fork();
        if fork.parse::<syn::Lit>().is_ok() && ends(&fork) {
            return input.parse().map(Value::Lit);
        }
        let fork = input.fork();
        if fork.call(syn::Path::parse_mod_style).is_ok() && ends(&fork) {
            return input.call(syn::Path::parse_mod_style).map(Value::Path);
        }
        if ends(input) {
            return Err(input.error("a value is missing after `=`"));
        }
        input
            .parse::<syn::Expr>()
            .map(|expr| Value::Other(quote_expr(&expr)))
    }
}

fn quote_expr(expr: &syn::Expr) -> TokenStream {
    use quote::ToTokens as _;
    expr.to_token_stream()
}
