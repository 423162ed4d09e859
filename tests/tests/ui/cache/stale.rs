//! Times past the TTL: without a TTL, or that are none.

use toolwright::tool;

/// Tell the rate.
#[tool(stale_while_revalidate = "30s")]
pub async fn no_ttl() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "0", stale_if_error = "10m")]
pub async fn never_cached() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "5m", stale_while_revalidate = "30")]
pub async fn no_unit() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "5m", stale_if_error = "0")]
pub async fn zero() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "5m", stale_if_error = "400d")]
pub async fn too_long() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "5m", stale_if_error = "-5m")]
pub async fn negative() -> u32 {
    1
}

/// Tell the rate.
#[tool(ttl = "5m", stale_while_revalidate = 30, stale_if_error)]
pub async fn no_string() -> u32 {
    1
}

fn main() {}
