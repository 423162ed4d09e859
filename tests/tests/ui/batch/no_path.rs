//! `batch` whose value is no path.

use toolwright::tool;

/// Count the items of one order.
#[tool(batch = 5)]
pub async fn a_number(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// Count the items of one order.
#[tool(batch)]
pub async fn bare(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// Count the items of one order.
#[tool(batch = "")]
pub async fn empty(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// Count the items of one order.
#[tool(batch = "lookup orders")]
pub async fn a_space(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// Count the items of one order.
#[tool(batch = "lookup_orders()")]
pub async fn a_call(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// Count the items of one order.
#[tool(batch = |ids| ids)]
pub async fn a_closure(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

/// Count the items of one order.
#[tool(batch("lookup_orders"))]
pub async fn a_list(
    /// The order's id.
    order_id: String,
) -> Result<u32, String>;

fn main() {}
