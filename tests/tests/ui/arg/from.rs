//! `from` that names no tool.

#![allow(unused_variables)]

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// No value.
    #[arg(from)]
    bare: String,
    /// A number.
    #[arg(from = 5)]
    a_number: String,
    /// No path.
    #[arg(from = "lookup user")]
    no_path: String,
    /// A call.
    #[arg(from = lookup_user())]
    a_call: String,
) -> u32 {
    1
}

fn main() {}
