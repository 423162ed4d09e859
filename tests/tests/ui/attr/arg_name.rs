//! Arguments whose names do not do.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order(
    /// A name with a hyphen.
    #[arg(rename = "order-id")]
    order_id: String,
    /// An empty name.
    #[arg(rename = "")]
    empty: String,
    /// A name that is taken.
    #[arg(rename = "request_id")]
    trace_id: String,
    /// The name that is taken.
    request_id: String,
    /// A name in another script.
    größe: u32,
) -> Result<String, String> {
    Ok(format!("{order_id}{empty}{trace_id}{request_id}{größe}"))
}

fn main() {}
