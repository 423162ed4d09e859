//! What the spelling of a type gives away.

use proc_macro2::TokenTree;
use quote::ToTokens as _;
use syn::Type;

/// Whether the type has a reference or a lifetime in it, other than `'static`.
pub(super) fn is_borrowed(ty: &Type) -> bool {
    let tokens = flat(ty);
    tokens.iter().enumerate().any(|(index, token)| {
        let next = |by: usize| tokens.get(index + by).map(String::as_str);
        match token.as_str() {
            "'" => next(1) != Some("static"),
            "&" => (next(1), next(2)) != (Some("'"), Some("static")),
            _ => false,
        }
    })
}

/// Whether the type is or has an `impl Trait`.
pub(super) fn has_impl(ty: &Type) -> bool {
    flat(ty).iter().any(|token| token == "impl")
}

/// The words and signs of a type, in a row.
fn flat(ty: &Type) -> Vec<String> {
    let mut pending: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
    pending.reverse();
    let mut tokens = Vec::new();
    while let Some(token) = pending.pop() {
        match token {
            TokenTree::Group(group) => {
                let mut inside: Vec<TokenTree> = group.stream().into_iter().collect();
                inside.reverse();
                pending.extend(inside);
            }
            other => tokens.push(other.to_string()),
        }
    }
    tokens
}
