//! `key`, `key = value` or `key(value, …)`, separated by commas: the form that every attribute of ours has.

use std::fmt::Display;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{Parse as _, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Ident, Lit, LitStr, Path, Token};

use crate::diagnostics::Diagnostics;

/// One option as written.
pub(super) struct Entry {
    pub(super) key: Ident,
    pub(super) value: Value,
}

/// What stands behind a key.
pub(super) enum Value {
    Absent,
    Lit(Lit),
    Path(Path),
    /// `(…)`: what stands inside.
    List(TokenStream),
    /// `= …`: any other expression, or none.
    Other(TokenStream),
}

const NO_COMMA: &str = "a comma is missing here: options are separated by commas";

/// Reads all options. One that cannot be read is recorded and skipped, up to the next comma.
pub(super) fn entries(tokens: TokenStream, found: &mut Diagnostics) -> Vec<Entry> {
    let mut entries = Vec::new();
    let read = |input: ParseStream| {
        while !input.is_empty() {
            match entry(input) {
                Ok(entry) => entries.push(entry),
                Err(error) => {
                    found.push(error);
                    while !input.is_empty() && !input.peek(Token![,]) {
                        input.parse::<TokenTree>()?;
                    }
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        found.push(error);
    }
    entries
}

fn entry(input: ParseStream) -> syn::Result<Entry> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("an option begins with its name, as in `ttl = \"5m\"`"));
    }
    let key = input.call(Ident::parse_any)?;
    let value = if input.peek(syn::token::Paren) {
        let list;
        syn::parenthesized!(list in input);
        Value::List(list.parse()?)
    } else if input.parse::<Option<Token![=]>>()?.is_some() {
        Value::after_equals(&key, input)?
    } else {
        Value::Absent
    };
    if is_end(input) {
        return Ok(Entry { key, value });
    }
    Err(input.error(match value {
        Value::Absent if input.peek(Token![::]) => {
            "an option is one word, as in `ttl = \"5m\"`".to_owned()
        }
        Value::Absent => format!("a `=` is missing here: write `{key} = …`"),
        _ => NO_COMMA.to_owned(),
    }))
}

fn is_end(input: ParseStream) -> bool {
    input.is_empty() || input.peek(Token![,])
}

impl Value {
    fn after_equals(key: &Ident, input: ParseStream) -> syn::Result<Self> {
        if is_end(input) {
            let message =
                format!("nothing stands behind `{key} =`: write a value, or remove the `=`");
            return Err(syn::Error::new_spanned(key, message));
        }
        if let Some(lit) = whole(input, Lit::parse) {
            return Ok(Value::Lit(lit));
        }
        if let Some(path) = whole(input, Path::parse_mod_style) {
            return Ok(Value::Path(path));
        }
        let fork = input.fork();
        if fork.parse::<Lit>().is_ok() && fork.peek(Ident::peek_any) {
            input.parse::<Lit>()?;
            return Err(input.error(NO_COMMA));
        }
        // Only an expression knows which comma ends it; what is none is taken up to the next one.
        let fork = input.fork();
        if fork.parse::<syn::Expr>().is_ok() && is_end(&fork) {
            return input
                .parse::<syn::Expr>()
                .map(|value| Value::Other(value.into_token_stream()));
        }
        let mut value = TokenStream::new();
        while !is_end(input) {
            value.extend([input.parse::<TokenTree>()?]);
        }
        Ok(Value::Other(value))
    }

    /// `"a"`, `("a", "b")` or `= ["a", "b"]`.
    pub(super) fn strings(&self) -> Option<Vec<LitStr>> {
        let list = match self {
            Value::Lit(Lit::Str(text)) => return Some(vec![text.clone()]),
            Value::List(list) => list.clone(),
            Value::Other(other) => {
                let array = |input: ParseStream| {
                    let list;
                    syn::bracketed!(list in input);
                    list.parse::<TokenStream>()
                };
                array.parse2(other.clone()).ok()?
            }
            _ => return None,
        };
        let strings = Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(list);
        let strings = strings.ok().filter(|strings| !strings.is_empty())?;
        Some(strings.into_iter().collect())
    }

    /// The mistake of this value, underlined; the key is, when there is no value.
    pub(super) fn error(&self, key: &Ident, message: impl Display) -> syn::Error {
        if self.to_token_stream().is_empty() {
            syn::Error::new_spanned(key, message)
        } else {
            syn::Error::new_spanned(self, message)
        }
    }
}

/// Reads a `T`, if all that stands before the next comma is one.
fn whole<T>(input: ParseStream, read: fn(ParseStream) -> syn::Result<T>) -> Option<T> {
    let fork = input.fork();
    let is_whole = fork.call(read).is_ok() && is_end(&fork);
    is_whole.then(|| input.call(read).ok()).flatten()
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Value::Absent => {}
            Value::Lit(lit) => lit.to_tokens(tokens),
            Value::Path(path) => path.to_tokens(tokens),
            Value::List(other) | Value::Other(other) => other.to_tokens(tokens),
        }
    }
}
