//! What is known of company, and what follows from it.

use super::*;

const WINDOW: Duration = Duration::from_millis(10);
const RUN: Duration = Duration::from_millis(50);

/// The calls of a group, and a clock that only a test moves.
struct Calls {
    company: Company,
    now: Instant,
}

impl Calls {
    fn new() -> Self {
        Self {
            company: Company::default(),
            now: Instant::now(),
        }
    }

    /// It is quiet now, and so many wait.
    fn quiet(&mut self, waiting: usize) -> Advice {
        self.company.advise(self.now, self.now + WINDOW, waiting)
    }

    /// It is quiet; then so many come, each so long after the one before; then the batch that had left answers, and much
    /// later it begins again.
    fn moment(&mut self, coming: u32, apart: Duration, run: Duration) -> Advice {
        let (advice, left) = (self.quiet(1), self.now);
        self.company.left(left, 1);
        for number in 1..=coming {
            self.company.arrived(left + apart * number);
        }
        self.company.answered(left, run);
        self.now += Duration::from_secs(1);
        advice
    }
}

fn waits_for(advice: Advice) -> Option<u64> {
    match advice {
        Advice::Go => None,
        Advice::Wait { arrivals, .. } => Some(arrivals),
    }
}

#[test]
fn nobody_is_expected_of_whom_nothing_is_known() {
    assert_eq!(Calls::new().quiet(1), Advice::Go);
}

#[test]
fn who_came_after_a_batch_had_left_is_expected_the_next_time() {
    let mut calls = Calls::new();
    let apart = Duration::from_millis(1);
    assert_eq!(calls.moment(4, apart, RUN), Advice::Go);
    // Three times as long as it took before, and not beyond the window.
    let until = calls.now + WINDOW;
    let wait = |arrivals| Advice::Wait {
        arrivals,
        until,
        briefly: false,
    };
    assert_eq!(calls.quiet(1), wait(4));
    calls.moment(0, apart, RUN);
    assert_eq!(
        waits_for(calls.quiet(1)),
        None,
        "who waited alone and in vain does not wait again"
    );
}

#[test]
fn who_has_come_is_not_expected_any_more() {
    let mut calls = Calls::new();
    for _ in 0..8 {
        calls.moment(3, Duration::from_millis(1), RUN);
    }
    for expected in [Some(3), Some(2), Some(1), None] {
        assert_eq!(waits_for(calls.quiet(1)), expected);
        calls.now += Duration::from_millis(1);
        calls.company.arrived(calls.now);
    }
}

#[test]
fn one_in_every_other_moment_is_not_waited_for() {
    let mut calls = Calls::new();
    for round in 0..20 {
        let advice = calls.moment(round % 2, Duration::from_millis(1), RUN);
        assert_eq!(advice, Advice::Go, "in round {round}");
    }
}

#[test]
fn callers_who_come_back_with_their_answer_are_no_company() {
    let mut calls = Calls::new();
    for _ in 0..10 {
        let left = calls.now;
        assert_eq!(calls.quiet(2), Advice::Go);
        calls.company.left(left, 2);
        // Before the window of those who left is over, they are there again.
        let run = WINDOW / 2;
        calls.company.answered(left, run);
        calls.now = left + run;
        calls.company.arrived(calls.now);
        calls.company.arrived(calls.now);
    }
}

#[test]
fn who_comes_after_the_window_is_no_company() {
    let mut calls = Calls::new();
    for _ in 0..10 {
        let advice = calls.moment(1, WINDOW + Duration::from_micros(1), RUN);
        assert_eq!(advice, Advice::Go);
    }
    for _ in 0..8 {
        calls.moment(1, WINDOW, RUN);
    }
    assert_eq!(waits_for(calls.quiet(1)), Some(1), "the last moment counts");
}

#[test]
fn a_wait_in_vain_is_not_tried_again_without_new_reason() {
    let mut calls = Calls::new();
    for _ in 0..8 {
        calls.moment(4, Duration::from_millis(1), RUN);
    }
    assert_ne!(calls.quiet(1), Advice::Go);
    calls.now += WINDOW + Duration::from_micros(1);
    assert_eq!(calls.quiet(1), Advice::Go, "its time is over");
    for _ in 0..3 {
        assert_eq!(calls.moment(0, WINDOW, RUN), Advice::Go);
    }
    calls.moment(4, Duration::from_millis(1), RUN);
    assert_ne!(calls.quiet(1), Advice::Go);
}

#[test]
fn a_wait_is_worth_it_if_it_saves_more_than_it_costs() {
    // One more is expected after two milliseconds.
    let advice = |run, waiting| {
        let mut calls = Calls::new();
        for _ in 0..20 {
            calls.moment(1, Duration::from_millis(2), Duration::from_micros(run));
        }
        waits_for(calls.quiet(waiting))
    };
    assert_eq!(advice(1_900, 1), None, "a run is shorter than the wait");
    assert_eq!(advice(2_100, 1), Some(1));
    assert_eq!(advice(2_100, 2), None, "two wait");
    assert_eq!(advice(6_100, 3), Some(1));
}

#[test]
fn company_that_comes_at_once_is_waited_for_in_turns() {
    let mut calls = Calls::new();
    for _ in 0..8 {
        calls.moment(2, Duration::from_micros(5), RUN);
    }
    let began = calls.now;
    let Advice::Wait {
        until,
        briefly,
        arrivals,
    } = calls.quiet(1)
    else {
        panic!("two are expected");
    };
    assert_eq!((arrivals, briefly), (2, true));
    let longest = Duration::from_micros(101);
    assert!(
        until - began < longest,
        "no longer than turns are taken for"
    );
    calls.now += longest;
    assert_eq!(calls.quiet(1), Advice::Go, "turns have an end");
}

/// Two batches under way, of which the second is answered soon.
fn two_away(apart: Duration) -> (Calls, Instant) {
    let mut calls = Calls::new();
    let second = |calls: &Calls| calls.now + apart;
    let mut left = calls.now;
    for _ in 0..4 {
        left = calls.now;
        calls.company.left(left, 4);
        calls.company.left(second(&calls), 3);
        calls.company.answered(left, RUN);
        calls.now = left + RUN;
        (0..4).for_each(|_| calls.company.arrived(calls.now));
        let late = left + apart;
        calls.company.answered(late, RUN);
        calls.now = late + RUN;
        (0..3).for_each(|_| calls.company.arrived(calls.now));
    }
    // And once more, until the first are back.
    left += Duration::from_secs(1);
    calls.now = left;
    calls.company.left(left, 4);
    calls.company.left(second(&calls), 3);
    calls.company.answered(left, RUN);
    calls.now = left + RUN;
    (0..4).for_each(|_| calls.company.arrived(calls.now));
    (calls, left + apart + RUN)
}

#[test]
fn who_is_about_to_be_answered_is_waited_for() {
    let (mut calls, back) = two_away(Duration::from_millis(2));
    let Advice::Wait {
        arrivals, until, ..
    } = calls.quiet(4)
    else {
        panic!("three are on their way back");
    };
    assert_eq!(arrivals, 3);
    assert!(until > back && until <= back + RUN / 8, "and not for ever");
    calls.company.answered(back - RUN, RUN);
    calls.now = back;
    (0..3).for_each(|_| calls.company.arrived(back));
    assert_eq!(calls.quiet(7), Advice::Go, "they have come");
}

#[test]
fn who_will_be_answered_after_the_window_is_not_waited_for() {
    let (mut calls, _) = two_away(WINDOW + Duration::from_millis(1));
    assert_eq!(calls.quiet(4), Advice::Go);
}

#[test]
fn who_does_not_come_back_at_once_is_not_waited_for() {
    let mut calls = Calls::new();
    for _ in 0..4 {
        let left = calls.now;
        calls.company.left(left, 3);
        calls.company.answered(left, RUN);
        // They think first.
        calls.now = left + RUN + Duration::from_secs(1);
        (0..3).for_each(|_| calls.company.arrived(calls.now));
        calls.now += Duration::from_secs(1);
    }
    calls.company.left(calls.now - RUN, 3);
    assert_eq!(calls.quiet(1), Advice::Go);
}

#[test]
fn the_rest_of_those_who_were_answered_is_waited_for() {
    let mut calls = Calls::new();
    let apart = Duration::from_micros(100);
    let answer = |calls: &mut Calls, come: u32| {
        let left = calls.now;
        calls.company.left(left, 4);
        calls.company.answered(left, RUN);
        calls.now = left + RUN;
        for _ in 0..come {
            calls.now += apart;
            calls.company.arrived(calls.now);
        }
    };
    for _ in 0..3 {
        answer(&mut calls, 4);
    }
    answer(&mut calls, 3);
    assert_eq!(
        waits_for(calls.quiet(3)),
        Some(1),
        "the fourth is not there yet"
    );
    calls.now += apart;
    calls.company.arrived(calls.now);
    assert_eq!(calls.quiet(4), Advice::Go, "all are there");
}

#[test]
fn who_waited_with_others_in_vain_expects_half_as_many() {
    let mut calls = Calls::new();
    for _ in 0..8 {
        calls.moment(4, Duration::from_millis(1), RUN);
    }
    assert_eq!(waits_for(calls.quiet(2)), Some(4));
    calls.now += Duration::from_secs(1);
    assert_eq!(waits_for(calls.quiet(2)), Some(2));
}
