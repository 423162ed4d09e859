//! Which form of value an option takes: what to write instead is the option's own word.

use syn::{Ident, Lit, LitInt, LitStr, Path};

use super::entry::Value;

pub(super) fn string(value: Value, how: &str) -> impl FnOnce(&Ident) -> syn::Result<LitStr> {
    move |key| match value {
        Value::Lit(Lit::Str(text)) => Ok(text),
        other => Err(other.error(key, how)),
    }
}

pub(super) fn strings(value: Value, how: &str) -> impl FnOnce(&Ident) -> syn::Result<Vec<LitStr>> {
    move |key| value.strings().ok_or_else(|| value.error(key, how))
}

pub(super) fn integer(value: Value, how: &str) -> impl FnOnce(&Ident) -> syn::Result<LitInt> {
    move |key| match value {
        Value::Lit(Lit::Int(number)) => Ok(number),
        other => Err(other.error(key, how)),
    }
}

pub(super) fn flag(key: &Ident, value: Value) -> syn::Result<()> {
    match value {
        Value::Absent => Ok(()),
        other => {
            let how = format_args!("`{key}` takes no value: write just `{key}`");
            Err(other.error(key, how))
        }
    }
}

pub(super) fn function(value: Value) -> impl FnOnce(&Ident) -> syn::Result<Path> {
    path(
        value,
        "name the batch function: write `batch = \"lookup_orders\"`",
    )
}

/// A path, bare or in a string.
pub(super) fn path(value: Value, how: &str) -> impl FnOnce(&Ident) -> syn::Result<Path> {
    move |key| match value {
        Value::Path(path) => Ok(path),
        Value::Lit(Lit::Str(text)) => {
            let path = text.parse_with(Path::parse_mod_style);
            path.map_err(|_| syn::Error::new_spanned(text, how))
        }
        other => Err(other.error(key, how)),
    }
}

pub(super) fn krate(value: Value) -> impl FnOnce(&Ident) -> syn::Result<Path> {
    move |key| match value {
        Value::Path(path) => Ok(path),
        other => Err(other.error(
            key,
            "name the path of the toolwright crate: write `crate = ::toolwright`",
        )),
    }
}
