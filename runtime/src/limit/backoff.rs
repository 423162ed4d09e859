//! How long a call waits before it is tried again.

use std::time::Duration;

/// The longest that the first pause can be; each later one can be twice as long.
const FIRST: Duration = Duration::from_millis(100);
/// The longest that any pause can be.
const LONGEST: Duration = Duration::from_secs(10);

/// The pause before this retry, counted from 0. `draw` is a random number from 0 to 1: with full jitter, those who
/// failed together do not come back together, and wait half as long on average.
pub(super) fn pause(retry: u32, draw: f64) -> Duration {
    let doubled = 2_u32.saturating_pow(retry);
    FIRST.saturating_mul(doubled).min(LONGEST).mul_f64(draw)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LONGEST, pause};

    #[test]
    fn pauses_double_up_to_the_longest() {
        let longest: Vec<u128> = (0..9).map(|retry| pause(retry, 1.0).as_millis()).collect();
        assert_eq!(
            longest,
            [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
        );
        assert_eq!(pause(u32::MAX, 1.0), LONGEST);
    }

    #[test]
    fn the_draw_is_the_share_of_the_longest() {
        assert_eq!(pause(2, 0.0), Duration::ZERO);
        assert_eq!(pause(2, 0.25), Duration::from_millis(100));
    }
}
