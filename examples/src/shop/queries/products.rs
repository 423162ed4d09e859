//! The catalogue, which is the same for all tenants.

use rusqlite::params;
use serde::Serialize;

use super::json_list;
use crate::shop::database::Link;
use crate::shop::error::ShopError;
use crate::shop::money::Money;

/// A product as a model reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Product {
    /// For example `P-117`.
    pub product_id: String,
    /// For example `Copper Kettle`.
    pub name: String,
    /// One of five.
    pub category: String,
    /// The price of one.
    pub price: Money,
    /// The weight of one, packed.
    pub weight_grams: u32,
    /// Whether one can be sent today.
    pub in_stock: bool,
    /// One to five.
    pub stars: f64,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Words that must all occur.
    pub query: String,
    /// Only this category.
    pub category: Option<&'static str>,
    /// Only what costs no more, in euros.
    pub max_price: Option<f64>,
    /// How many to give.
    pub limit: u32,
}

/// The products that match, best rated first, in one round trip.
///
/// # Errors
///
/// When an argument is out of its range, or the database does not answer.
pub fn search(link: &Link<'_>, search: &Search) -> Result<Vec<Product>, ShopError> {
    if !(1..=20).contains(&search.limit) {
        return Err(ShopError::OutOfRange {
            argument: "limit",
            allowed: "between 1 and 20",
        });
    }
    if search.max_price.is_some_and(|euros| euros < 0.0) {
        return Err(ShopError::OutOfRange {
            argument: "max_price",
            allowed: "0 or more, in euros",
        });
    }
    let words = search.query.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    // Half a cent of slack: the euros are a float, the cents are not.
    link.rows(
        "SELECT id, name, category, cents, weight_grams, stock > 0, stars
         FROM products
         WHERE NOT EXISTS (SELECT 1 FROM json_each(?1) WHERE instr(products.words, value) = 0)
           AND (?2 IS NULL OR category = ?2)
           AND (?3 IS NULL OR cents < ?3 * 100 + 0.5)
         ORDER BY stars DESC, cents, id
         LIMIT ?4",
        params![
            json_list(&words),
            search.category,
            search.max_price,
            search.limit
        ],
        |row| {
            Ok(Product {
                product_id: row.get(0)?,
                name: row.get(1)?,
                category: row.get(2)?,
                price: row.get(3)?,
                weight_grams: row.get(4)?,
                in_stock: row.get(5)?,
                stars: row.get(6)?,
            })
        },
    )
}
