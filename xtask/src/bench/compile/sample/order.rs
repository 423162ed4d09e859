//! Tools about one order.

use toolwright::{ToolError, tool};

/// What they return.
#[derive(serde::Serialize)]
pub struct Order {
    /// The id.
    pub id: String,
    /// How many entries.
    pub entries: u32,
    /// The remark.
    pub remark: Option<String>,
    /// Whether it is archived.
    pub archived: bool,
}

/// Find the order with this id.
#[tool(ttl = "5m")]
pub async fn find_order(
    /// The id, for example `order-17`.
    id: String,
    /// How many entries at most.
    limit: u32,
    /// A remark to go with it.
    remark: Option<String>,
    /// Whether an archived order will do.
    archived: bool,
) -> Result<Order, ToolError> {
    if limit == 0 {
        return Err(ToolError::failed("the limit must be at least 1"));
    }
    Ok(Order {
        id,
        entries: limit.saturating_add(0),
        remark,
        archived,
    })
}

/// List the order with this id.
#[tool(ttl = "5m")]
pub async fn list_order(
    /// The id, for example `order-17`.
    id: String,
    /// How many entries at most.
    limit: u32,
    /// A remark to go with it.
    remark: Option<String>,
    /// Whether an archived order will do.
    archived: bool,
) -> Result<Order, ToolError> {
    if limit == 0 {
        return Err(ToolError::failed("the limit must be at least 1"));
    }
    Ok(Order {
        id,
        entries: limit.saturating_add(1),
        remark,
        archived,
    })
}
