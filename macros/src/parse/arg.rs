//! The options of `#[arg(…)]` on one parameter, as written.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Ident, Lit, LitStr};

use super::{Entry, Value, entries};
use crate::diagnostics::{Diagnostics, nearest, one_of};

/// `#[arg(…)]` as spelled.
#[derive(Default)]
pub(crate) struct ArgAttr {
    /// `default` alone is `Some(None)`; `default = expr` is `Some(Some(expr))`.
    pub(crate) default: Option<Option<TokenStream>>,
    pub(crate) rename: Option<LitStr>,
    pub(crate) undocumented: bool,
}

const KEYS: &[&str] = &["default", "rename", "undocumented"];

/// Options of the design that this version does not have.
const PLANNED: &[&str] = &[
    "example", "range", "length", "pattern", "email", "url", "from", "refs", "flatten",
];

impl ArgAttr {
    pub(super) fn read(&mut self, attribute: &syn::Attribute, found: &mut Diagnostics) {
        let syn::Meta::List(list) = &attribute.meta else {
            found.error(
                attribute,
                "`#[arg]` says nothing alone: write `#[arg(default = 10)]`, `#[arg(rename = \"id\")]` or `#[arg(undocumented)]`",
            );
            return;
        };
        for entry in entries(list.tokens.clone(), found) {
            self.set(entry, found);
        }
    }

    fn set(&mut self, Entry { key, value }: Entry, found: &mut Diagnostics) {
        let name = key.to_string();
        match name.as_str() {
            "default" => {
                let value = match value {
                    Value::Absent => Some(None),
                    Value::Lit(lit) => Some(Some(lit.into_token_stream())),
                    Value::Path(path) => Some(Some(path.into_token_stream())),
                    Value::Other(tokens) => Some(Some(tokens)),
                    Value::List(list) => {
                        found.error(
                            list.first(),
                            "give the default as an expression: write `default = vec![…]`",
                        );
                        None
                    }
                };
                once(&key, self.default.is_some(), found);
                self.default = self.default.take().or(value);
            }
            "rename" => match value {
                Value::Lit(Lit::Str(text)) => {
                    once(&key, self.rename.is_some(), found);
                    self.rename = Some(text);
                }
                other => found.error_at(
                    other.span(&key),
                    "a name is a string: write `rename = \"order_id\"`",
                ),
            },
            "undocumented" => {
                once(&key, self.undocumented, found);
                self.undocumented = true;
                if !matches!(value, Value::Absent) {
                    found.error_at(
                        value.span(&key),
                        "`undocumented` takes no value: write just `undocumented`",
                    );
                }
            }
            planned if PLANNED.contains(&planned) => found.error(
                &key,
                format_args!(
                    "`{planned}` is not supported by this version of toolwright: remove it"
                ),
            ),
            unknown => {
                let hint = match nearest(unknown, KEYS.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the options are {}", one_of(KEYS.iter().copied())),
                };
                found.error(&key, format_args!("there is no option `{unknown}`: {hint}"));
            }
        }
    }
}

fn once(key: &Ident, given: bool, found: &mut Diagnostics) {
    if given {
        found.error(key, format_args!("`{key}` is given twice: keep one"));
    }
}
