//! Ranges that are none, or that nothing is in.

#![allow(unused_variables)]

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// No value.
    #[arg(range)]
    bare: u32,
    /// No bounds.
    #[arg(range = ..)]
    open: u32,
    /// A string.
    #[arg(range = "1..5")]
    a_string: u32,
    /// Constants.
    #[arg(range = MIN..MAX)]
    constants: u32,
    /// Characters.
    #[arg(range = 'a'..='z')]
    characters: u32,
    /// Other words.
    #[arg(range(from = 1, to = 5))]
    other_words: u32,
    /// One end twice.
    #[arg(range(min = 1, min = 5))]
    one_end: u32,
    /// Upside down.
    #[arg(range = 5..=1)]
    upside_down: u32,
    /// Nothing in between.
    #[arg(range = 1..1)]
    nothing: u32,
    /// Upside down, with words.
    #[arg(range(min = 0.5, max = -0.5))]
    words: f64,
    /// Two.
    #[arg(range = 1..5, range = 1..6)]
    twice: u32,
) -> u32 {
    1
}

fn main() {}
