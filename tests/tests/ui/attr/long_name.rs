//! A function whose name is too long for a tool.

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn look_up_one_order_by_its_id_or_by_the_name_of_the_customer_who_placed_it(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

/// Look up one order.
#[tool(name = "look_up_one_order_by_its_id_or_by_the_name_of_the_customer_who_placed_it")]
pub async fn given(
    /// The order's id.
    order_id: String,
    /// Correlates log lines.
    request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
