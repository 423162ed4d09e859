//! Lengths that are none, or that nothing has.

#![allow(unused_variables)]

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// No value.
    #[arg(length)]
    bare: String,
    /// A string.
    #[arg(length = "5")]
    a_string: String,
    /// Below zero.
    #[arg(length = -1..=5)]
    negative: String,
    /// Half a character.
    #[arg(length = 1..=1.5)]
    half: String,
    /// Upside down.
    #[arg(length = 5..=1)]
    upside_down: String,
    /// Nothing is shorter than nothing.
    #[arg(length = ..0)]
    nothing: String,
    /// Two.
    #[arg(length = 1.., length = ..=5)]
    twice: String,
) -> u32 {
    1
}

fn main() {}
