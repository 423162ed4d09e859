//! A tool that destroys and does not write.

use toolwright::tool;

/// Delete all orders.
#[tool(destructive)]
pub async fn no_writes() -> u32 {
    1
}

/// Look up one order.
#[tool(reads = "order", idempotent, destructive)]
pub async fn only_reads() -> u32 {
    1
}

fn main() {}
