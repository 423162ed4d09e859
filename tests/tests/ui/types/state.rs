//! State that cannot be shared.

use std::cell::Cell;

use toolwright::tool;

/// Not `Clone`.
pub struct NotClone;

/// Not `Sync`.
#[derive(Clone)]
pub struct NotSync(Cell<u8>);

/// Look up one order.
#[tool]
pub async fn lookup_order(
    #[state] not_clone: NotClone,
    #[state] borrowed: &NotClone,
    #[state] not_sync: NotSync,
) -> Result<u8, String> {
    let (NotClone, NotClone) = (not_clone, borrowed);
    Ok(not_sync.0.get())
}

fn main() {}
