//! The rules of an `impl` block with `#[tools]`.

use super::spelling::is_borrowed;
use crate::diagnostics::Diagnostics;
use crate::parse::{Block, Item};

/// Checks the block itself; its tools are checked one by one.
pub(crate) fn check(block: &Block, found: &mut Diagnostics) {
    if let Some(of_trait) = &block.of_trait {
        found.error(
            of_trait,
            "the tools of a type are methods of its own: write `impl Shop { … }`, not `impl … for Shop`",
        );
    }
    if !block.generics.params.is_empty() {
        found.error(
            &block.generics,
            "tools cannot be generic, since the schema of each is one JSON document: name the type, as in `impl Shop<Db>`",
        );
    }
    if block.generics.params.is_empty() && is_borrowed(&block.ty) {
        found.error(
            &block.ty,
            "the type of tools borrows nothing, since all calls share it: let it own what it holds, or write `'static`",
        );
    }
    let tools: Vec<_> = block
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Tool(spelled) => Some(&spelled.function.sig.ident),
            Item::Other(_) => None,
        })
        .collect();
    if tools.is_empty() {
        found.error(
            &block.ty,
            "no tool is declared here: write `#[tool]` on each method that is one",
        );
    }
}
