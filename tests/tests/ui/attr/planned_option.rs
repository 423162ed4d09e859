//! An option that this version does not have.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// The order's id, or a reference to one.
    #[arg(refs)]
    order_id: String,
) -> String {
    order_id
}

fn main() {}
