//! What a tool says of its place among others: after which it runs, and what a second run would do.

use syn::LitStr;

use super::name::is_portable;
use crate::diagnostics::Diagnostics;
use crate::parse::{Attr, Spanned};

/// Checks the names of `after`; `name` is the tool's own.
pub(super) fn after(attr: &Attr, name: Option<&str>, found: &mut Diagnostics) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for literal in attr.after.iter().flat_map(|after| &after.value) {
        for other in literal.value().split(',').map(str::trim) {
            if other.is_empty() {
                found.error(
                    literal,
                    "a tool's name is missing here: write `after = \"lookup_order\"`",
                );
            } else if Some(other) == name {
                found.error(
                    literal,
                    format_args!("`{other}` cannot run after itself: name another tool"),
                );
            } else if !is_portable(other, true) {
                found.error(
                    literal,
                    format_args!(
                        "`{other}` is no tool's name: write the name that a model sees, as in `after = \"lookup_order\"`"
                    ),
                );
            } else if names.iter().any(|known| known == other) {
                found.error(literal, format_args!("`{other}` is named twice: keep one"));
            } else {
                names.push(other.to_owned());
            }
        }
    }
    names
}

/// What MCP calls annotations, as far as effects do not say it.
#[derive(Clone, Copy)]
pub(crate) struct Hints {
    pub(crate) idempotent: bool,
    pub(crate) destructive: bool,
}

impl Hints {
    pub(super) fn new(attr: &Attr, found: &mut Diagnostics) -> Self {
        if let Some(destructive) = &attr.destructive
            && !attr.has("writes")
        {
            found.error(
                &destructive.key,
                "what destroys something writes: name it with `writes = \"…\"`, or remove `destructive`",
            );
        }
        Hints {
            idempotent: attr.idempotent.is_some(),
            destructive: attr.destructive.is_some(),
        }
    }
}

/// The title, which people read.
pub(super) fn title(given: Option<&Spanned<LitStr>>, found: &mut Diagnostics) -> Option<String> {
    let literal = &given?.value;
    let title = literal.value().trim().to_owned();
    if title.is_empty() {
        found.error(
            literal,
            "a title cannot be empty: write one for people, or remove it",
        );
        return None;
    }
    Some(title)
}
