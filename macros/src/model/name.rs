//! Names that every provider takes.

use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt as _;

use crate::diagnostics::Diagnostics;
use crate::parse::Spanned;

/// The tool's name: the given one, or the function's.
pub(super) fn tool(
    ident: &Ident,
    given: Option<&Spanned<LitStr>>,
    found: &mut Diagnostics,
) -> Option<String> {
    let name = match given {
        Some(given) => given.value.value(),
        None => ident.unraw().to_string(),
    };
    if is_portable(&name, true) {
        return Some(name);
    }
    let rule = "a tool's name is a letter or `_`, then up to 63 letters, digits, `_` or `-`";
    match given {
        Some(given) => found.error(
            &given.value,
            format_args!("`{name}` is not a portable name: {rule}"),
        ),
        None => found.error(
            ident,
            format_args!(
                "`{name}` is not a portable name: {rule}; give it one with `name = \"…\"`"
            ),
        ),
    }
    None
}

/// An argument's name: the given one, or the parameter's.
pub(super) fn argument(ident: &Ident, given: Option<&LitStr>, found: &mut Diagnostics) -> String {
    let name = match given {
        Some(given) => given.value(),
        None => ident.unraw().to_string(),
    };
    if !is_portable(&name, false) {
        let rule = "an argument's name is a letter or `_`, then up to 63 letters, digits or `_`";
        match given {
            Some(given) => found.error(given, format_args!("`{name}` is not a portable name: {rule}")),
            None => found.error(
                ident,
                format_args!("`{name}` is not a portable name: {rule}; give it one with `#[arg(rename = \"…\")]`"),
            ),
        }
    }
    name
}

/// The intersection of what Anthropic, OpenAI, Gemini and MCP accept.
fn is_portable(name: &str, hyphen: bool) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || (hyphen && byte == b'-'))
}
