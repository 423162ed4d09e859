//! Measuring in rounds, so that a machine that slows down for a while slows all down alike.

use std::time::Duration;

/// The middle one; of an even number, what is between the two in the middle. None of none.
pub(super) fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    let upper = *times.get(times.len() / 2)?;
    let lower = times[(times.len() - 1) / 2];
    Some((lower + upper) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median_of(seconds: &[u64]) -> Option<Duration> {
        median(seconds.iter().copied().map(Duration::from_secs).collect())
    }

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(median_of(&[]), None);
        assert_eq!(median_of(&[7]), Some(Duration::from_secs(7)));
        assert_eq!(median_of(&[9, 1, 100]), Some(Duration::from_secs(9)));
        assert_eq!(
            median_of(&[4, 100, 1, 3]),
            Some(Duration::from_millis(3500))
        );
    }
}
