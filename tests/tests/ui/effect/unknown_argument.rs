//! `reads` and `writes` that name an argument that there is not.

use toolwright::tool;

/// Look up one order.
#[tool(reads = "order/{order}")]
pub async fn part_of_a_name(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(writes = "order/{ordr_id}")]
pub async fn a_typo(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(reads = "order/{order_id}, customer/{customer}")]
pub async fn one_of_two(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(writes("order/{order_id}", "customer/{customer}"))]
pub async fn in_a_list(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(reads = "order/{}")]
pub async fn no_name(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
