//! Products and tariffs: what all tenants share.

use super::rng::Rng;
use super::words::{DESTINATIONS, NOUNS, PRAISE, SPEEDS, STYLES};
use crate::shop::money::Money;

/// How many styles each kind of product comes in.
const STYLES_EACH: usize = 8;

/// A product of the catalogue.
#[derive(Debug, Clone)]
pub struct ProductRow {
    /// For example `P-117`.
    pub id: String,
    /// For example `Copper Kettle`.
    pub name: String,
    /// One of five.
    pub category: &'static str,
    /// A sentence or two.
    pub description: String,
    /// The price of one.
    pub price: Money,
    /// The weight of one, packed.
    pub weight_grams: u32,
    /// How many are there to be sold.
    pub stock: u32,
    /// Tenths of a star, up to fifty.
    pub tenth_stars: u32,
}

impl ProductRow {
    /// The words that a search looks at, in lower case.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} {} {}", self.name, self.category, self.description).to_lowercase()
    }

    /// What customers think of it: one to five stars.
    #[must_use]
    pub fn stars(&self) -> f64 {
        f64::from(self.tenth_stars) / 10.0
    }
}

/// What a carrier charges for one destination at one speed.
#[derive(Debug, Clone)]
pub struct TariffRow {
    /// A country's ISO 3166 code.
    pub destination: &'static str,
    /// `standard`, `express` or `overnight`.
    pub speed: &'static str,
    /// For a parcel of up to a kilo.
    pub base: Money,
    /// For each further kilo that was begun.
    pub each_kilo: Money,
    /// Working days, at best.
    pub days_min: u32,
    /// Working days, at worst.
    pub days_max: u32,
}

impl TariffRow {
    /// The price of a parcel of this weight.
    #[must_use]
    pub fn price(&self, weight_grams: u32) -> Money {
        self.base + self.each_kilo * further_kilos(weight_grams)
    }
}

/// How many kilos a tariff charges beyond the first.
fn further_kilos(weight_grams: u32) -> i64 {
    i64::from(weight_grams.div_ceil(1_000).saturating_sub(1))
}

pub(super) fn products(rng: &mut Rng) -> Vec<ProductRow> {
    let mut products = Vec::with_capacity(NOUNS.len() * STYLES_EACH);
    for (kind, (noun, category, low, high, grams)) in NOUNS.iter().enumerate() {
        for style in 0..STYLES_EACH {
            let style = STYLES[(kind * 5 + style) % STYLES.len()];
            let other = NOUNS[rng.below(NOUNS.len())].0.to_lowercase();
            let cents = i64::from(rng.between(*low, *high)) / 100 * 100 + 90;
            products.push(ProductRow {
                id: format!("P-{}", 100 + products.len()),
                name: format!("{style} {noun}"),
                category,
                description: format!("{}. Goes well with a {other}.", rng.pick(&PRAISE)),
                price: Money::cents(cents),
                weight_grams: grams * rng.between(90, 130) / 100,
                stock: if rng.chance(8) {
                    0
                } else {
                    rng.between(1, 400)
                },
                tenth_stars: rng.between(28, 51),
            });
        }
    }
    products
}

pub(super) fn tariffs() -> Vec<TariffRow> {
    let mut tariffs = Vec::new();
    for (destination, distance) in DESTINATIONS.into_iter().zip(0_u8..) {
        for (speed, haste) in SPEEDS.into_iter().zip(0_u8..) {
            let (distance, haste) = (i64::from(distance % 4), i64::from(haste));
            let slack = u32::from(distance > 1);
            let (days_min, days_max) = match haste {
                0 => (3 + slack, 5 + 2 * slack),
                1 => (2, 2 + slack),
                _ => (1, 1),
            };
            tariffs.push(TariffRow {
                destination,
                speed,
                base: Money::cents(490 + 120 * distance + 610 * haste),
                each_kilo: Money::cents(60 + 25 * distance + 45 * haste),
                days_min,
                days_max,
            });
        }
    }
    tariffs
}
