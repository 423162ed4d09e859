//! The options of `#[arg(…)]` on one parameter, as written.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Lit, LitStr, Meta, Path, Token};

use super::attr::{Slot, Spanned, put, put_flag};
use super::bounds::Bounds;
use super::entry::{Entry, Value, entries};
use super::value::{path, string};
use super::{once, unknown_option};
use crate::diagnostics::Diagnostics;

/// `#[arg(…)]` as spelled.
#[derive(Default)]
pub(crate) struct ArgAttr {
    /// The word `arg`, if the attribute is there.
    pub(crate) path: Option<Path>,
    pub(crate) default: Option<Default_>,
    /// The word `default`, if it was written.
    pub(crate) default_key: Option<Ident>,
    pub(crate) rename: Slot<LitStr>,
    /// Whether `rename` was written, rightly or wrongly.
    pub(crate) is_renamed: bool,
    pub(crate) undocumented: Slot<()>,
    pub(crate) examples: Slot<Vec<TokenStream>>,
    pub(crate) range: Slot<Bounds>,
    pub(crate) length: Slot<Bounds>,
    pub(crate) pattern: Slot<LitStr>,
    pub(crate) email: Slot<()>,
    pub(crate) url: Slot<()>,
    pub(crate) from: Slot<Path>,
    pub(crate) refs: Slot<()>,
    pub(crate) flatten: Slot<()>,
}

/// What an absent argument becomes.
pub(crate) enum Default_ {
    /// `default`: that of its type.
    OfType,
    /// `default = "…"`: this text, as whatever type can be made of one.
    Text(LitStr),
    /// `default = …`
    Expr(TokenStream),
}

/// Every key that works.
const KEYS: &[&str] = &[
    "default",
    "rename",
    "undocumented",
    "example",
    "range",
    "length",
    "pattern",
    "email",
    "url",
    "from",
    "refs",
    "flatten",
];

impl ArgAttr {
    pub(super) fn read(&mut self, attribute: &Attribute, found: &mut Diagnostics) {
        self.path = Some(attribute.path().clone());
        match &attribute.meta {
            Meta::List(list) if !list.tokens.is_empty() => {
                for entry in entries(list.tokens.clone(), found) {
                    self.set(entry, found);
                }
            }
            _ => found.error(
                attribute,
                "`#[arg]` says nothing alone: write `#[arg(default = 10)]`, `#[arg(rename = \"id\")]` or `#[arg(undocumented)]`",
            ),
        }
    }

    fn set(&mut self, Entry { key, value }: Entry, found: &mut Diagnostics) {
        let name = key.to_string();
        if let Some(slot) = self.flag(&name) {
            return put_flag(slot, key, value, found);
        }
        match name.as_str() {
            "default" => self.set_default(&key, value, found),
            "example" => put(&mut self.examples, key, examples(value), found),
            "rename" => {
                self.is_renamed = true;
                let how = "a name is a string: write `rename = \"order_id\"`";
                put(&mut self.rename, key, string(value, how), found);
            }
            "pattern" => {
                let how = "a pattern is a string: write `pattern = \"^[A-Z]-[0-9]+$\"`";
                put(&mut self.pattern, key, string(value, how), found);
            }
            "range" => {
                let how = "a range is written with numbers: `range = 1..=100`, `range = 0..` or `range = ..1.0`";
                put(&mut self.range, key, bounds(value, how), found);
            }
            "length" => {
                let how =
                    "a length is written with whole numbers: `length = 1..=64` or `length = ..=64`";
                put(&mut self.length, key, bounds(value, how), found);
            }
            "from" => {
                let how = "name the tool that gives the value: write `from = lookup_user`";
                put(&mut self.from, key, path(value, how), found);
            }
            _ => unknown_option(&key, KEYS, found),
        }
    }

    /// The options that are one word.
    fn flag(&mut self, name: &str) -> Option<&mut Slot<()>> {
        Some(match name {
            "undocumented" => &mut self.undocumented,
            "email" => &mut self.email,
            "url" => &mut self.url,
            "refs" => &mut self.refs,
            "flatten" => &mut self.flatten,
            _ => return None,
        })
    }

    fn set_default(&mut self, key: &Ident, value: Value, found: &mut Diagnostics) {
        once(key, self.default.is_some(), found);
        self.default_key = Some(key.clone());
        self.default = Some(match value {
            Value::Absent => Default_::OfType,
            Value::Lit(Lit::Str(text)) => Default_::Text(text),
            Value::List(_) => {
                let how = "a default is an expression: write `default = …`";
                found.push(value.error(key, how));
                Default_::OfType
            }
            value => Default_::Expr(value.into_token_stream()),
        });
    }

    /// Every option that says something of one argument's value or name.
    pub(crate) fn of_one_argument(&self) -> impl Iterator<Item = &Ident> {
        fn key<T>(given: &Spanned<T>) -> &Ident {
            &given.key
        }
        let keys = [
            self.rename.as_ref().map(key),
            self.default_key.as_ref(),
            self.examples.as_ref().map(key),
            self.range.as_ref().map(key),
            self.length.as_ref().map(key),
            self.pattern.as_ref().map(key),
            self.email.as_ref().map(key),
            self.url.as_ref().map(key),
            self.from.as_ref().map(key),
            self.undocumented.as_ref().map(key),
        ];
        keys.into_iter().flatten()
    }
}

/// `= a` or `(a, b)`: expressions.
fn examples(value: Value) -> impl FnOnce(&Ident) -> syn::Result<Vec<TokenStream>> {
    const HOW: &str = "an example is an expression: write `example = \"A-1234\"`";
    move |key| match value {
        Value::Absent => Err(value.error(key, HOW)),
        Value::List(ref list) => {
            let list = Punctuated::<Expr, Token![,]>::parse_terminated
                .parse2(list.clone())
                .ok()
                .filter(|list| !list.is_empty())
                .ok_or_else(|| value.error(key, HOW))?;
            Ok(list.into_iter().map(Expr::into_token_stream).collect())
        }
        other => Ok(vec![other.into_token_stream()]),
    }
}

/// `= a..=b` or `(a..=b)`.
fn bounds(value: Value, how: &str) -> impl FnOnce(&Ident) -> syn::Result<Bounds> {
    move |key| Bounds::parse(value.to_token_stream()).ok_or_else(|| value.error(key, how))
}
