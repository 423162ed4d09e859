//! A method.

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

fn main() {}
