//! Functions that are `unsafe`, `const` or `extern`.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async unsafe fn unsafe_order() -> Result<String, String> {
    Ok("an order".to_owned())
}

/// Look up one order.
#[tool]
pub const fn const_order() -> Result<u32, String> {
    Ok(1)
}

/// Look up one order.
#[tool]
pub async extern "C" fn extern_order() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
