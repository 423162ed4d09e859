//! An argument that is not always there.

#![allow(unused_variables)]

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// The order's id.
    order_id: String,
    /// The shop.
    #[cfg(unix)]
    shop: String,
    /// The shop on other systems.
    #[cfg_attr(unix, cfg(any()))]
    other: String,
) -> Result<String, String> {
    Ok(order_id)
}

fn main() {}
