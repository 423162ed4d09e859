//! Blocks and tools that are declared twice.

use toolwright::tools;

/// A shop.
pub struct Shop;

#[tools]
#[toolwright::tools]
impl Shop {
    /// Look up one order.
    #[tool]
    #[tool(ttl = "5m")]
    pub async fn lookup_order(&self) -> u32 {
        1
    }
}

fn main() {}
