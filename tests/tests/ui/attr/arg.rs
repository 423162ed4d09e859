//! `#[arg]` that says what it cannot.

#![allow(unused_variables)]

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// Says nothing.
    #[arg]
    bare: String,
    /// Says nothing either.
    #[arg()]
    empty: String,
    /// Has a typo.
    #[arg(defualt = 5)]
    typo: u32,
    /// Has an option that there is not.
    #[arg(colour = "red")]
    unknown: String,
    /// Has an option twice.
    #[arg(default = 5, default = 6)]
    twice: u32,
    /// Has two attributes.
    #[arg(default = 5)]
    #[arg(default)]
    two: u32,
    /// Has a default in parentheses.
    #[arg(default(5))]
    parentheses: u32,
    /// Has a name that is no string.
    #[arg(rename = order)]
    renamed: String,
    /// Has a flag with a value.
    #[arg(undocumented = true)]
    flag: String,
) -> Result<String, String> {
    Ok(bare)
}

fn main() {}
