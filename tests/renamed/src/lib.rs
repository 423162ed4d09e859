//! A library that knows toolwright by another name, under every lint that its code is held to: free tools, methods,
//! every kind of argument, and the registry of them all.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tw::{Content, Context, Part, Registry, RegistryError, State, tool, tools};

/// One order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// What it costs, in cents.
    pub total: u32,
}

/// Which orders.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// What they cost at least.
    pub at_least: u32,
}

/// A shop, whose methods are tools.
#[derive(Debug, Clone, Default)]
pub struct Shop {
    /// The orders by their ids.
    pub orders: HashMap<String, u32>,
}

#[tools(crate = tw)]
impl Shop {
    /// What a search is limited to, if it does not say it.
    const LIMIT: usize = 10;

    /// Look up one order by its id.
    #[tool(
        ttl = "5m",
        stale_if_error = "1h",
        batch = "Self::renamed_orders",
        batch_max = 8,
        cache_key_exclude = "note",
        reads = "order/{id}",
        output_schema
    )]
    pub async fn renamed_order(
        &self,
        /// The order's id.
        #[arg(length = 1..=64, pattern = "^[A-Z]-[0-9]+$", example = "A-1")]
        id: String,
        /// Why it is looked up.
        #[arg(default = "no reason")]
        note: String,
    ) -> Option<Order>;

    #[expect(clippy::unused_async, reason = "it is a batch function")]
    async fn renamed_orders(&self, ids: Vec<String>) -> HashMap<String, Option<Order>> {
        let order = |id: String| {
            let total = self.orders.get(&id).copied();
            (id.clone(), total.map(|total| Order { id, total }))
        };
        ids.into_iter().map(order).collect()
    }

    /// Find orders.
    #[tw::tool(timeout = "5s", retries = 1, max_concurrency = 2, rate = "10/s")]
    pub async fn renamed_search(
        &self,
        #[context] ctx: &Context,
        /// What their ids begin with.
        prefix: &str,
        /// How many at most.
        #[arg(range = 1..=100, default = Self::LIMIT)]
        limit: usize,
    ) -> Result<Vec<Order>, String> {
        if ctx.tenant().is_none() {
            return Err("whose orders?".to_owned());
        }
        let found = self.orders.iter().filter(|(id, _)| id.starts_with(prefix));
        let mut found: Vec<Order> = found
            .map(|(id, &total)| Order {
                id: id.clone(),
                total,
            })
            .collect();
        found.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        found.truncate(limit);
        Ok(found)
    }
}

/// Show a picture of one order.
#[tool(crate = tw)]
pub async fn renamed_picture(
    /// The order, as it was found.
    #[arg(from = renamed_best)]
    order: Order,
) -> Content {
    let words = [order.id, format!("{} cents", order.total)];
    Content::from_parts(words.map(Part::text))
}

/// Find the best order.
#[tw::tool(crate = ::tw, after = "renamed_search", coerce)]
pub async fn renamed_best(
    #[state] shop: &Shop,
    #[arg(flatten)] search: Search,
) -> Result<Order, String> {
    let best = shop.orders.iter().max_by_key(|(_, total)| **total);
    best.filter(|(_, total)| **total >= search.at_least)
        .map(|(id, &total)| Order {
            id: id.clone(),
            total,
        })
        .ok_or_else(|| "no order costs that much".to_owned())
}

/// Delete one order.
#[tool(crate = tw, writes = "order/{id}", idempotent, destructive, batch = delete_all)]
pub async fn renamed_delete(
    /// The order's id.
    id: String,
) -> bool;

#[expect(clippy::unused_async, reason = "it is a batch function")]
async fn delete_all(State(shop): State<Shop>, ids: Vec<String>) -> Vec<bool> {
    let is_known = |id| shop.orders.contains_key(&id);
    ids.into_iter().map(is_known).collect()
}

/// All tools of this library.
///
/// # Errors
/// They do not fit together.
pub fn registry() -> Result<Registry, RegistryError> {
    tw::registry![Shop, renamed_picture, renamed_best, renamed_delete]
}
