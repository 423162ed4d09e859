//! What is registered and is no tool.

use toolwright::registry;

/// A type without tools.
pub struct Shop;

fn main() {
    let _ = registry![Shop];
}
