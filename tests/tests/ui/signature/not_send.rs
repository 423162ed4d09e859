//! A function that cannot be moved between threads while it waits.

use std::rc::Rc;

use toolwright::tool;

/// Look up one order.
#[tool]
pub async fn lookup_order() -> u32 {
    let order = Rc::new(1);
    std::future::ready(()).await;
    *order
}

fn main() {}
