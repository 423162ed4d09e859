//! Arguments that are borrowed in ways that no call can lend them.

#![allow(unused_variables)]

use std::borrow::Cow;

use toolwright::{Context, tool};

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// A text that may not be there.
    path: Option<&str>,
    /// Texts.
    list: &[&str],
    /// A text that may be borrowed.
    cow: Cow<'_, str>,
    /// A text that the tool changes.
    text: &mut String,
    /// The context without its mark.
    ctx: &Context,
    /// A text that lives for ever.
    long: &'static str,
) -> Result<String, String> {
    Ok("an order".to_owned())
}

fn main() {}
