//! Patterns and formats that are none.

#![allow(unused_variables)]

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// No value.
    #[arg(pattern)]
    bare: String,
    /// A number.
    #[arg(pattern = 5)]
    a_number: String,
    /// Not closed.
    #[arg(pattern = "[A-Z")]
    not_closed: String,
    /// Not regular.
    #[arg(pattern = r"^(?!test)\w+$")]
    not_regular: String,
    /// An address is no URL.
    #[arg(email, url)]
    both: String,
    /// Flags with values.
    #[arg(email = true)]
    a_value: String,
    /// Flags with values.
    #[arg(url("https"))]
    a_scheme: String,
) -> u32 {
    1
}

fn main() {}
