//! `#[tool]` on what is no function.

use toolwright::tool;

/// An order.
#[tool]
pub struct Order;

/// The orders.
#[tool]
pub mod orders {}

/// The name of the shop.
#[tool]
pub const NAME: &str = "the corner shop";

/// A shop.
pub struct Shop;

#[tool]
impl Shop {}

fn main() {}
