//! The options of `#[arg(…)]` on one parameter, as written.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, Lit, LitStr, Meta, Path};

use super::entry::{Entry, Value, entries};
use super::{once, unknown_option};
use crate::diagnostics::Diagnostics;

/// `#[arg(…)]` as spelled.
#[derive(Default)]
pub(crate) struct ArgAttr {
    /// The word `arg`, if the attribute is there.
    pub(crate) path: Option<Path>,
    pub(crate) default: Option<Default_>,
    pub(crate) rename: Option<LitStr>,
    pub(crate) undocumented: bool,
}

/// What an absent argument becomes.
pub(crate) enum Default_ {
    /// `default`: that of its type.
    OfType,
    /// `default = …`
    Expr(TokenStream),
}

/// Every key that works.
const KEYS: &[&str] = &["default", "rename", "undocumented"];

/// Options of the design that this version does not have.
const PLANNED: &[&str] = &[
    "example", "range", "length", "pattern", "email", "url", "from", "refs", "flatten",
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
        match key.to_string().as_str() {
            "default" => {
                once(&key, self.default.is_some(), found);
                self.default = Some(match value {
                    Value::Absent => Default_::OfType,
                    Value::List(_) => {
                        let how = "a default is an expression: write `default = …`";
                        found.push(value.error(&key, how));
                        Default_::OfType
                    }
                    value => Default_::Expr(value.into_token_stream()),
                });
            }
            "rename" => {
                once(&key, self.rename.is_some(), found);
                match value {
                    Value::Lit(Lit::Str(text)) => self.rename = Some(text),
                    other => {
                        let how = "a name is a string: write `rename = \"order_id\"`";
                        found.push(other.error(&key, how));
                    }
                }
            }
            "undocumented" => {
                once(&key, self.undocumented, found);
                self.undocumented = true;
                if !matches!(value, Value::Absent) {
                    let how = "`undocumented` takes no value: write just `undocumented`";
                    found.push(value.error(&key, how));
                }
            }
            _ => unknown_option(&key, KEYS, PLANNED, found),
        }
    }
}
