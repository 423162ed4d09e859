//! Types that cannot be the state of their own tools.

use std::cell::Cell;

use toolwright::tools;

/// Not `Clone`.
pub struct NotClone;

#[tools]
impl NotClone {
    /// Look up one order.
    #[tool]
    pub async fn by_value(self) -> u32 {
        1
    }
}

/// Not `Sync`.
pub struct NotSync(pub Cell<u32>);

#[tools]
impl NotSync {
    /// Look up one order.
    #[tool]
    pub async fn borrowed(&self) -> u32 {
        self.0.get()
    }
}

fn main() {}
