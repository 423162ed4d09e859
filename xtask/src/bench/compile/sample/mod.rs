//! Every tool, registered.

pub mod order;

use toolwright::{Registry, RegistryError, registry};

/// Registers them.
pub fn registry() -> Result<Registry, RegistryError> {
    registry![
        order::find_order,
        order::list_order,
    ]
}
