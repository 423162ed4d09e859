//! Examples that are none.

#![allow(unused_variables)]

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// No value.
    #[arg(example)]
    bare: String,
    /// An empty list.
    #[arg(example())]
    empty: String,
    /// Half an expression.
    #[arg(example("A-1", 1 +))]
    half: String,
    /// Two, which belong into one.
    #[arg(example = "A-1", example = "A-2")]
    twice: String,
) -> u32 {
    1
}

fn main() {}
