//! A batch method that takes what only a free function can.

use toolwright::{State, tools};

/// A shop.
pub struct Shop;

/// The shop's database.
#[derive(Clone)]
pub struct Db;

#[tools]
impl Shop {
    /// Count the items of one order.
    #[tool(batch = "Self::lookup_orders")]
    pub async fn count_items(
        &self,
        /// The order's id.
        order_id: String,
    ) -> u32;

    /// The number of items of each order.
    pub async fn lookup_orders(&self, _: State<Db>, ids: Vec<String>) -> Vec<u32> {
        ids.into_iter().map(|_| 1).collect()
    }
}

fn main() {}
