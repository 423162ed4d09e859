//! How much memory 100,000 results of 200 bytes take, key and table and all, as an allocator counts it.

use super::KEYS;
use super::stores::{Moka, Ours, Quick, Store};
use crate::measure::of;
use crate::rows::{Figure, Row};
use crate::runtime;

/// Rows of ours beside what the cache itself says, and beside everyone; `held` tells how many bytes more are allocated after
/// something was done than before.
pub fn memory(held: impl Fn(&mut dyn FnMut()) -> f64) -> Vec<Row> {
    let runtime = runtime::new();
    let _within = runtime.enter();
    let (ours, cache) = filled(&held, || Ours::by_default(KEYS), |_| ());
    let (moka, _) = filled(&held, || Moka::new(KEYS, KEYS), Moka::settle);
    let (quick, _) = filled(&held, || Quick::new(KEYS, KEYS), |_| ());
    let row = |peer: String, theirs: f64| Row {
        name: "memory of 100,000 results".to_owned(),
        ours: Figure::Bytes(ours),
        peer,
        theirs: Figure::Bytes(theirs),
    };
    vec![
        row("as the cache says".to_owned(), of(cache.says())),
        row(Moka::label(), moka),
        row(Quick::label(), quick),
    ]
}

/// How much a full cache holds; the numbered keys, which only this program has, do not count.
fn filled<S: Store>(
    held: &impl Fn(&mut dyn FnMut()) -> f64,
    new: impl Fn() -> S,
    settle: fn(&S),
) -> (f64, S) {
    let mut full = None;
    let bytes = held(&mut || {
        let mut store = new();
        (0..KEYS).for_each(|key| store.insert(key));
        settle(&store);
        let there = (0..KEYS).filter(|&key| store.get(key)).count();
        assert!(there > KEYS * 99 / 100, "{} keeps {there}", S::label());
        store.forget_keys();
        full = Some(store);
    });
    (bytes, full.expect("it was filled"))
}
