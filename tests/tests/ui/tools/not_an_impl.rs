//! `#[tools]` on what is no `impl` block.

use toolwright::tools;

/// A shop.
#[tools]
pub struct Shop;

/// Look up one order.
#[tools]
pub async fn lookup_order() -> u32 {
    1
}

/// The tools of a shop.
#[tools]
pub trait Tools {}

fn main() {}
