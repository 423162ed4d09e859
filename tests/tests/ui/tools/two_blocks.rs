//! Two blocks of tools of one type.

use toolwright::tools;

/// A shop.
pub struct Shop;

#[tools]
impl Shop {
    /// Look up one order.
    #[tool]
    pub async fn lookup_order(&self) -> u32 {
        1
    }
}

#[tools]
impl Shop {
    /// Look up one user.
    #[tool]
    pub async fn lookup_user(&self) -> u32 {
        1
    }
}

fn main() {}
