//! The rows of the shop, from a seed: the same for the same number of orders on every machine.

mod catalogue;
mod people;
mod rng;
pub mod words;

pub use self::catalogue::{ProductRow, TariffRow};
pub(crate) use self::people::ORDERS_EACH;
pub use self::people::{CustomerRow, ItemRow, OrderRow, ShipmentRow, Shop};
pub use self::rng::Rng;

/// Everything that the database starts with.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The catalogue, the same in every shop.
    pub products: Vec<ProductRow>,
    /// What the carriers charge, the same in every shop.
    pub tariffs: Vec<TariffRow>,
    /// One shop for each tenant, in the order of [`words::TENANTS`].
    pub shops: Vec<Shop>,
}

/// Generates the rows for so many orders, spread over the tenants.
///
/// Ids are unique within a shop only: `A-10234` may be two orders of two tenants, as it would be
/// in a table of one's own, and nothing but the tenant tells them apart.
#[must_use]
pub fn generate(orders: usize) -> Rows {
    let products = catalogue::products(&mut Rng::new(11));
    let tariffs = catalogue::tariffs();
    let shops = words::TENANTS
        .iter()
        .zip(0_u8..)
        .map(|(tenant, position)| {
            let share = words::TENANTS.len();
            let extra = usize::from(usize::from(position) < orders % share);
            let rng = Rng::new(101 + u64::from(position));
            people::shop(rng, tenant, orders / share + extra, &products, &tariffs)
        })
        .collect();
    Rows {
        products,
        tariffs,
        shops,
    }
}

#[cfg(test)]
mod tests;
