//! Resources that are named by what is not one value.

#![allow(unused_variables)]

use std::collections::BTreeMap;

use toolwright::tool;

/// Look up the orders.
#[tool(ttl = "5m", reads("shop/{shop}", "order/{order_ids}"))]
pub async fn a_list(
    /// The shop's id.
    shop: u32,
    /// The orders' ids.
    order_ids: Vec<String>,
) -> u32 {
    shop
}

/// Change the orders.
#[tool(writes = "order/{changes}, order/{more}")]
pub async fn maps(
    /// What to change.
    changes: BTreeMap<String, u32>,
    /// And what else.
    more: Option<Vec<u32>>,
) -> u32 {
    1
}

/// Refund the orders.
#[tool(reads = "order/{order_ids}")]
pub async fn borrowed(
    /// The orders' ids.
    order_ids: &[String],
) -> u32 {
    1
}

fn main() {}
