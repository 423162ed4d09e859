//! The rate alone: so many runs in any such time, and what did not begin is not counted.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn log(calls: u32, millis: u64) -> Log {
    let per = Duration::from_millis(millis);
    Log::new(Rate { calls, per })
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn the_next_begins_when_the_run_that_many_before_it_is_a_period_old() {
    let (mut log, start) = (log(2, 1_000), Instant::now());
    assert_eq!(log.next(0, start), None);
    log.begin(start);
    assert_eq!(log.next(0, start), None);
    log.begin(start + millis(400));
    let now = start + millis(500);
    // The first begun is forgotten at 1000, the second at 1400, and then those that wait now, in the same steps.
    for (ahead, at) in [(0, 1_000), (1, 1_400), (2, 2_000), (3, 2_400)] {
        assert_eq!(log.next(ahead, now), Some(start + millis(at)), "{ahead}");
    }
    assert_eq!(log.next(0, start + millis(1_000)), None);
}

#[test]
fn a_run_that_did_not_begin_is_not_counted() {
    let (mut log, start) = (log(1, 1_000), Instant::now());
    log.begin(start);
    log.take_back(start);
    assert_eq!(log.next(0, start), None);
    log.begin(start + millis(300));
    // That it has not begun at another time changes nothing.
    log.take_back(start);
    let next = log.next(0, start + millis(500));
    assert_eq!(next, Some(start + millis(1_300)));
}

#[test]
fn of_a_group_one_is_taken_back() {
    let (mut log, start) = (log(5_000, 5_000), Instant::now());
    for _ in 0..5_000 {
        log.begin(start);
    }
    assert_eq!(log.entries.len(), 1);
    assert!(log.next(0, start).is_some());
    log.take_back(start);
    assert_eq!((log.next(0, start), log.runs), (None, 4_999));
    assert!(log.next(1, start).is_some());
}

proptest! {
    /// A rate of very many runs, at random distances: never too many in a period, and few entries.
    #[test]
    fn a_high_rate_holds_and_remembers_little(gaps in prop::collection::vec(0..3_u64, 3..12)) {
        let (calls, per) = (5_000, Duration::from_secs(5));
        let mut log = Log::new(Rate { calls, per });
        let mut now = Instant::now();
        let mut begun: Vec<Instant> = Vec::new();
        for gap in gaps.iter().cycle().take(20_000) {
            now += Duration::from_micros(*gap * 300);
            if let Some(next) = log.next(0, now) {
                prop_assert!(next > now, "it would be refused for ever");
                // Groups make it wait a little longer, and no more than that.
                let exact = begun[begun.len() - calls as usize] + per;
                prop_assert!(next >= exact && next <= exact + per / 512);
                now = next;
            }
            log.begin(now);
            begun.push(now);
        }
        for (first, last) in begun.iter().zip(begun.iter().skip(calls as usize)) {
            prop_assert!(last.duration_since(*first) >= per);
        }
        prop_assert!(log.entries.len() <= MOST as usize + 1, "{}", log.entries.len());
    }
}
