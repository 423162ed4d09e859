//! Generic functions.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn of_a_type<T: Into<String>>(
    /// The order's id.
    order_id: T,
) -> Result<String, String> {
    Ok(order_id.into())
}

/// Look up one order.
#[tool]
pub async fn of_a_number<const N: usize>() -> Result<usize, String> {
    Ok(N)
}

/// Look up one order.
#[tool]
pub async fn of_a_lifetime<'a>(
    /// The order's id.
    order_id: &'a str,
) -> Result<String, String> {
    Ok(order_id.to_owned())
}

fn main() {}
