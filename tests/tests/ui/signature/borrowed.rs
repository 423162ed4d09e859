//! Arguments that are borrowed.

#![allow(unused_variables)]

use std::borrow::Cow;

use toolwright::{Context, tool};

/// The shop's database.
#[derive(Clone)]
pub struct Db;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// A text.
    text: &str,
    /// A list.
    list: &[String],
    /// A path.
    path: Option<&str>,
    /// A text that may be borrowed.
    cow: Cow<'_, str>,
    /// State without its mark.
    db: &Db,
    /// The context without its mark.
    ctx: &Context,
    /// A text that lives for ever.
    long: &'static str,
) -> Result<String, String> {
    Ok("an order".to_owned())
}

fn main() {}
