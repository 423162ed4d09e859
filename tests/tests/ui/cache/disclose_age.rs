//! The age of a result that is never kept, and a flag with a value.

use toolwright::tool;

/// Tell the rate.
#[tool(disclose_age)]
pub async fn no_ttl() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "0", disclose_age)]
pub async fn never_cached() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "5m", disclose_age = true)]
pub async fn not_a_flag() -> u32 {
    1
}

fn main() {}
