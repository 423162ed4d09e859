//! Keys of which a few are asked for often, and how many of the gets find something.

use super::get_or_insert;
use super::stores::{Moka, Ours, Quick, Store};
use crate::measure::of;
use crate::rows::{Figure, Row};
use crate::runtime;

/// The Zipf distribution: the key of rank `k` is asked for in proportion to `1 / k^exponent`.
pub(super) struct Zipf {
    /// The probability of a key or one before it.
    sums: Vec<f64>,
}

impl Zipf {
    pub(super) fn new(keys: usize, exponent: f64) -> Self {
        let mut sum = 0.0;
        let mut sums: Vec<f64> = (1..=keys as u64)
            .map(|rank| {
                sum += of(rank).powf(-exponent);
                sum
            })
            .collect();
        for part in &mut sums {
            *part /= sum;
        }
        Self { sums }
    }

    /// So many keys, the same ones in every run.
    pub(super) fn draw(&self, times: usize) -> Vec<u32> {
        let mut draw = fastrand::Rng::with_seed(2);
        let mut key = || {
            let at = draw.f64();
            let key = self.sums.partition_point(|sum| *sum <= at);
            u32::try_from(key).expect("there are fewer keys")
        };
        (0..times).map(|_| key()).collect()
    }

    /// The share of gets that the most probable keys have.
    fn most_probable(&self, keys: usize) -> f64 {
        self.sums[keys - 1]
    }
}

/// Rows with the hit ratio of ours beside everyone's and beside the best that there can be.
pub(super) fn hit_ratios(zipf: &Zipf, capacity: usize, draws: usize, name: &str) -> Vec<Row> {
    let asked = zipf.draw(draws);
    let keys = zipf.sums.len();
    let ours = hit_ratio(&Ours::new(keys, capacity), &asked);
    let theirs = [
        (Moka::label(), hit_ratio(&Moka::new(keys, capacity), &asked)),
        (
            Quick::label(),
            hit_ratio(&Quick::new(keys, capacity), &asked),
        ),
        ("the best keys".to_owned(), zipf.most_probable(capacity)),
    ];
    let row = |(peer, theirs)| Row {
        name: name.to_owned(),
        ours: Figure::Share(ours),
        peer,
        theirs: Figure::Share(theirs),
    };
    theirs.map(row).into()
}

/// Counted once the cache has filled.
fn hit_ratio<S: Store>(store: &S, drawn: &[u32]) -> f64 {
    let runtime = runtime::new();
    let _within = runtime.enter();
    let (filling, counted) = drawn.split_at(drawn.len() / 4);
    for &key in filling {
        get_or_insert(store, key as usize);
    }
    let hits = counted
        .iter()
        .filter(|&&key| get_or_insert(store, key as usize));
    of(hits.count() as u64) / of(counted.len() as u64)
}
