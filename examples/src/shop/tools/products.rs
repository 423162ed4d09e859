//! The catalogue, which all tenants share.

use schemars::JsonSchema;
use serde::Deserialize;
use toolwright::tool;

use crate::shop::database::Db;
use crate::shop::error::ShopError;
use crate::shop::queries::{self, Product, Search};

/// The part of the catalogue to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Kettles, knives, tumblers.
    Kitchen,
    /// Lamps and lanterns.
    Lighting,
    /// Tents, stoves, hammocks.
    Outdoor,
    /// Bags and what goes into them.
    Travel,
    /// Notebooks, stands, clocks.
    Desk,
}

impl Category {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kitchen => "kitchen",
            Self::Lighting => "lighting",
            Self::Outdoor => "outdoor",
            Self::Travel => "travel",
            Self::Desk => "desk",
        }
    }
}

/// Search the catalogue: products whose name, category or description has every word of the query,
/// best rated first, with price, weight, stock and rating. Use it to recommend or compare products;
/// an empty list means that nothing matches.
#[tool(ttl = "15m", shared, reads = "product/*")]
pub async fn search_products(
    #[state] db: Db,
    /// One or more words, for example `desk lamp`. Case does not matter.
    query: String,
    /// Search this category only.
    category: Option<Category>,
    /// Leave out what costs more, in euros, for example `49.90`.
    max_price: Option<f64>,
    /// How many products to list at most.
    #[arg(default = 5, range = 1..=20)]
    limit: u32,
) -> Result<Vec<Product>, ShopError> {
    let search = Search {
        query,
        category: category.map(Category::as_str),
        max_price,
        limit,
    };
    db.read(move |link| queries::search(link, &search)).await
}
