//! Tests: the rows are the same on every machine.

use std::collections::HashSet;

use super::*;

/// FNV-1a over the rows as text: any change to any row changes it.
fn digest(rows: &Rows) -> u64 {
    format!("{rows:?}")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

#[test]
fn the_rows_are_the_same_on_every_machine() {
    assert_eq!(
        format!("{:016x}", digest(&generate(200))),
        "f749fa13b498f899"
    );
    assert_eq!(
        format!("{:016x}", digest(&generate(10_000))),
        "57790e3790064b0e"
    );
}

#[test]
fn there_are_as_many_orders_as_asked_for() {
    for orders in [0, 1, 3, 100, 202, 10_000] {
        let rows = generate(orders);
        let count: usize = rows.shops.iter().map(|shop| shop.orders.len()).sum();
        assert_eq!(count, orders);
    }
}

#[test]
fn ids_are_unique_within_a_shop_and_shared_between_shops() {
    let rows = generate(2_000);
    let ids: Vec<HashSet<&str>> = rows
        .shops
        .iter()
        .map(|shop| shop.orders.iter().map(|order| &*order.id).collect())
        .collect();
    for (shop, ids) in rows.shops.iter().zip(&ids) {
        assert_eq!(shop.orders.len(), ids.len());
    }
    assert!(ids[0].intersection(&ids[1]).count() > 50);
    assert!(ids[0].difference(&ids[1]).count() > 50);
}

#[test]
fn orders_are_whole() {
    let rows = generate(2_000);
    let products: HashSet<&str> = rows.products.iter().map(|product| &*product.id).collect();
    let names: HashSet<&str> = rows.products.iter().map(|product| &*product.name).collect();
    assert_eq!((products.len(), names.len()), (240, 240));
    for shop in &rows.shops {
        let customers: HashSet<&str> = shop.customers.iter().map(|row| &*row.id).collect();
        assert_eq!(customers.len(), shop.customers.len());
        assert!(shop.orders.is_sorted_by_key(|order| &order.placed_at));
        for order in &shop.orders {
            assert!(customers.contains(&*order.customer_id));
            assert!((1..=4).contains(&order.items.len()));
            assert!(order.total() > order.shipping);
            for item in &order.items {
                assert!(products.contains(&*item.product_id));
            }
            let sent = matches!(order.status, "shipped" | "delivered");
            assert_eq!(order.shipment.is_some(), sent, "{}", order.id);
            if let Some(shipment) = &order.shipment {
                assert!(shipment.updated_at > order.placed_at);
            }
        }
        for customer in &shop.customers {
            assert!(!customer.customer_since.is_empty(), "{}", customer.id);
        }
    }
}
