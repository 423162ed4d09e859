//! A value that is wrong is not missed elsewhere: one mistake, one error.

use toolwright::tool;

/// Look up one order.
#[tool(ttl = 5, cache_key_exclude = "request_id", stale_if_error = "10m")]
pub async fn ttl(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Count the items of one order.
#[tool(batch = 5, cache_key_exclude = "request_id", batch_max = 64)]
pub async fn batch(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<u32, String>;

/// Look up one order.
#[tool(ttl = "5m", cache_key_exclude = "trace", reads = "order/{order_id}")]
pub async fn names(
    /// The order's id.
    #[arg(rename = order_id)]
    id: String,
    #[arg(undocumented = true)] trace: String,
) -> Result<String, String> {
    Ok(format!("{id}{trace}"))
}

/// Count the items of one order.
#[tool(batch = "lookup_orders", reads = "order/{order}")]
pub async fn pair(
    /// The shop and the order.
    (shop, order): (String, String),
) -> Result<u32, String>;

/// The number of items of each order.
pub async fn lookup_orders(ids: Vec<String>) -> Vec<u32> {
    ids.into_iter().map(|_| 1).collect()
}

/// Refund one order.
#[tool(writes = order, destructive, retries = 2, idempotent = true)]
pub async fn writes() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
