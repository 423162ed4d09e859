//! `#[tool]` on what is no function.

use toolwright::tool;

/// An order.
#[tool]
pub struct Order;

/// The orders.
#[tool]
pub mod orders {}

/// A shop.
pub struct Shop;

#[tool]
impl Shop {}

fn main() {}
