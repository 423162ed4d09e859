//! Bounds that do not fit the type of their argument.

#![allow(unused_variables)]

use std::collections::BTreeMap;

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// A text has no range.
    #[arg(range = 1..=5)]
    text: String,
    /// Nor has a list.
    #[arg(range = 1..=5)]
    list: Option<Vec<u32>>,
    /// A number has no length.
    #[arg(length = 1..=5)]
    number: u32,
    /// Nor has a truth.
    #[arg(length = 5)]
    truth: bool,
    /// A number is no text.
    #[arg(pattern = "^[0-9]+$")]
    digits: u64,
    /// A list is no address.
    #[arg(email)]
    addresses: &[String],
    /// A map is no URL.
    #[arg(url)]
    links: BTreeMap<String, String>,
) -> u32 {
    1
}

fn main() {}
