//! Methods of blocks without `#[tools]`.

use toolwright::tool;

/// A shop.
pub struct Shop {
    /// Its name.
    pub name: String,
}

impl Shop {
    /// Look up one order.
    #[tool]
    pub async fn lookup_order(
        &self,
        /// The order's id.
        order_id: String,
    ) -> Result<String, String> {
        Ok(format!("{}/{order_id}", self.name))
    }
}

/// The tools of a shop.
pub trait Tools {
    /// Count the orders.
    #[tool]
    async fn count_orders(&self) -> u32 {
        1
    }
}

fn main() {}
