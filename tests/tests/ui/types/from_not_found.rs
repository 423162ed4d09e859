//! Tools that there are not.

use toolwright::tool;

/// List the orders of a user.
#[tool]
pub async fn list_orders(
    /// The user's id.
    #[arg(from = lookup_user)]
    user: String,
    /// The shop's id.
    #[arg(from = "shops::lookup_shop")]
    shop: String,
) -> String {
    format!("{user}{shop}")
}

/// The shops.
pub mod shops {}

fn main() {}
