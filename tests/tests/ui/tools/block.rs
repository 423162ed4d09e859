//! Blocks that cannot hold tools, or that hold none.

use toolwright::{registry, tools};

/// A shop.
pub struct Shop;

/// A shop of something.
pub struct ShopOf<T>(pub T);

/// A shop that somebody else owns.
pub struct Borrowed<'a>(pub &'a Shop);

/// The tools of a shop.
pub trait Tools {
    /// Look up one order.
    fn lookup_order(&self) -> impl Future<Output = u32>;
}

#[tools]
impl Tools for Shop {
    /// Look up one order.
    #[tool]
    async fn lookup_order(&self) -> u32 {
        1
    }
}

#[tools]
impl<T> ShopOf<T>
where
    T: Send + Sync + 'static,
{
    /// Look up one order.
    #[tool]
    pub async fn lookup_order(&self) -> u32 {
        1
    }
}

#[tools]
impl Borrowed<'_> {
    /// Look up one order.
    #[tool]
    pub async fn lookup_order(&self) -> u32 {
        1
    }
}

#[tools]
impl Shop {
    /// Its name.
    pub const NAME: &str = "the corner shop";

    /// Look up one order.
    pub async fn no_tool(&self) -> u32 {
        1
    }
}

fn main() {
    let _ = registry![ShopOf<u8>, Borrowed<'static>, Shop];
}
