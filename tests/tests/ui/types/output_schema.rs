//! Outputs whose schema nobody knows.

use serde::Serialize;
use toolwright::{Part, tool};

/// An order.
#[derive(Serialize)]
pub struct Order;

/// Look up one order.
#[tool(output_schema)]
pub async fn no_schema() -> Result<Order, String> {
    Ok(Order)
}

/// Look up the orders.
#[tool(output_schema)]
pub async fn a_list() -> Vec<Order> {
    vec![Order]
}

/// Show one order.
#[tool(output_schema)]
pub async fn an_image() -> Part {
    Part::text("an order")
}

fn main() {}
