//! Five mistakes in one declaration are five errors, and the uses of the tool are none.

use toolwright::{registry, tool};

/// Look up one order.
#[tool(ttl = "5", cache_key_exclude = "reqest_id", version = 0)]
pub fn broken(
    /// The order's id.
    order_id: &str,
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up another.
#[tool]
pub async fn sound() -> Result<String, String> {
    Ok("an order".to_owned())
}

fn main() {
    let registry = registry![broken, sound];
    assert!(registry.is_ok());
    assert_eq!(broken("1", "2".to_owned()), Ok("12".to_owned()));
}
