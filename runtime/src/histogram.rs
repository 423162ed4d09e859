//! Counts by size: how many values there were of about which size, in a fixed room and without a lock.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Between one power of two and the next there are so many buckets, so that a bound is at most a quarter above a value.
const PARTS: u64 = 4;
/// Two bits of a value besides its first.
const BITS: u32 = 2;
/// Values up to this are counted exactly; the last bucket has everything from 2^48 on.
const BUCKETS: usize = 47 * 4 + 1;

/// How many values there were of about which size, such as the keys of batches or the microseconds of runs.
///
/// Values up to 3 are counted exactly, larger ones in buckets whose bounds are at most 25 % apart.
///
/// ```
/// # use toolwright::{Harness, registry};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let harness = Harness::builder(registry![]?).build()?;
/// for tool in harness.batch_stats() {
///     println!("{}: half of its batches had at most {} keys", tool.tool, tool.sizes.quantile(0.5));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Histogram {
    buckets: Vec<u64>,
    sum: u64,
}

impl Histogram {
    /// How many values there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// What they were together.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// What they were on average; zero, if there was none.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        reason = "a mean is not wanted more exactly"
    )]
    pub fn mean(&self) -> f64 {
        match self.count() {
            0 => 0.0,
            count => self.sum as f64 / count as f64,
        }
    }

    /// A value that this part of all values does not exceed, from 0 to 1; zero, if there was none. It is the upper bound of a bucket, and so up
    /// to a quarter too large.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank is at least zero, and needs no more than 52 bits"
    )]
    pub fn quantile(&self, part: f64) -> u64 {
        let count = self.count();
        let rank = ((count as f64 * part.clamp(0.0, 1.0)).ceil() as u64).max(1);
        let mut seen = 0;
        let buckets = self.buckets.iter().enumerate();
        let mut reached = buckets.filter(|&(_, &values)| {
            seen += values;
            values > 0 && seen >= rank
        });
        reached.next().map_or(0, |(bucket, _)| upper_bound(bucket))
    }

    /// The buckets that are not empty: the upper bound of each, and how many values it has.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        let buckets = self.buckets.iter().enumerate();
        let filled = buckets.filter(|&(_, &values)| values > 0);
        filled.map(|(bucket, &values)| (upper_bound(bucket), values))
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.buckets()).finish()
    }
}

/// A histogram that is being filled.
pub(crate) struct Recorder {
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl Recorder {
    pub(crate) fn record(&self, value: u64) {
        if let Some(bucket) = self.buckets.get(bucket(value)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Histogram {
        let buckets = self.buckets.iter();
        Histogram {
            buckets: buckets.map(|it| it.load(Ordering::Relaxed)).collect(),
            sum: self.sum.load(Ordering::Relaxed),
        }
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
        }
    }
}

/// Where a value is counted.
fn bucket(value: u64) -> usize {
    let Some(octave) = value.max(1).ilog2().checked_sub(BITS) else {
        return usize::try_from(value).unwrap_or_default();
    };
    // The first bit and the two after it tell the bucket.
    let part = (value >> octave) - PARTS;
    let bucket = u64::from(octave + 1) * PARTS + part;
    usize::try_from(bucket).map_or(BUCKETS - 1, |bucket| bucket.min(BUCKETS - 1))
}

/// The largest value of a bucket.
fn upper_bound(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    match (bucket / PARTS).checked_sub(1) {
        None => bucket,
        Some(_) if bucket == BUCKETS as u64 - 1 => u64::MAX,
        Some(octave) => ((PARTS + bucket % PARTS + 1) << octave) - 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BUCKETS, Recorder, bucket, upper_bound};

    proptest! {
        /// A value is in a bucket whose bound it does not exceed, and exceeds that of the one before.
        #[test]
        fn a_value_is_within_its_bucket(value in 0u64..1 << 52) {
            let at = bucket(value);
            prop_assert!(value <= upper_bound(at));
            prop_assert!(at == 0 || value > upper_bound(at - 1));
        }

        /// The bounds are at most a quarter apart.
        #[test]
        fn a_bound_is_at_most_a_quarter_above_the_value(value in 0u64..1 << 48) {
            let bound = upper_bound(bucket(value));
            prop_assert!(bound - value <= value / 4, "{value} is counted as {bound}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_values() {
        let recorder = Recorder::default();
        for value in [1, 2, 2, 3, 100] {
            recorder.record(value);
        }
        let histogram = recorder.read();
        assert_eq!((histogram.count(), histogram.sum()), (5, 108));
        assert_eq!(histogram.quantile(0.2), 1);
        assert_eq!(histogram.quantile(0.5), 2);
        assert_eq!(histogram.quantile(0.8), 3);
        assert_eq!(histogram.quantile(1.0), 111);
        assert!((histogram.mean() - 21.6).abs() < 1e-9);
        assert_eq!(format!("{histogram:?}"), "{1: 1, 2: 2, 3: 1, 111: 1}");
        assert_eq!(Recorder::default().read().quantile(0.5), 0);
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }
}
