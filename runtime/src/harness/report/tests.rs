//! The figures of a tick, and its chart.

use std::time::Duration;

use super::{TickReport, Times};
use crate::call::{Content, Outcome, ToolCall};
use crate::error::ToolError;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn call(tool: &str, queue: u64, run: u64) -> Outcome {
    let call = ToolCall::new(tool, tool, "{}");
    Outcome {
        queue_time: ms(queue),
        run_time: ms(run),
        ..Outcome::new(&call, Ok(Content::plain("")))
    }
}

fn times(ready: u64, end: u64, waited_for: &[usize]) -> Times {
    Times {
        ready: ms(ready),
        end: ms(end),
        waited_for: waited_for.into(),
    }
}

fn report() -> TickReport {
    let outcomes = vec![
        call("get_user", 0, 300),
        call("get_balance", 100, 600),
        call("get_history", 0, 500),
    ];
    let all = vec![
        times(0, 300, &[]),
        times(300, 1000, &[0]),
        times(0, 500, &[]),
    ];
    TickReport::new(3, outcomes, all, ms(1000))
}

#[test]
fn the_critical_path_is_what_the_end_hung_on() {
    let report = report();
    assert_eq!(report.critical_path(), [0, 1]);
    assert_eq!(report.critical_path_time(), ms(900));
    assert_eq!(report.run_time(), ms(1400));
    assert_eq!(report.queue_time(), ms(100));
    assert_eq!(report.of("get_history"), Some(&report[2]));
    assert_eq!(report.waited_for(1), [0]);
    assert_eq!(report.ready_at(1), Some(ms(300)));
    assert_eq!(report.ended_at(7), None);
}

#[test]
fn a_tick_is_one_line_and_a_chart() {
    let report = report();
    let line = "tick 3: 3 calls in 1000 ms, 1400 ms of runs, critical path 1 > 2 in 900 ms";
    assert_eq!(report.to_string(), line);
    let chart = "
  1 get_user    |############                            |     0 us +   300 ms bypass
  2 get_balance |............----########################|   300 ms +   700 ms bypass, after 1
  3 get_history |####################                    |     0 us +   500 ms bypass";
    assert_eq!(format!("{report:#}"), format!("{line}{chart}"));
}

#[test]
fn a_failure_says_of_what_kind_and_an_empty_tick_is_no_trouble() {
    let failed = Outcome::new(&ToolCall::new("", "x", ""), Err(ToolError::not_found("no")));
    let report = TickReport::new(1, vec![failed], vec![times(0, 0, &[])], ms(0));
    assert!(
        format!("{report:#}")
            .ends_with("|#                                       |     0 us +     0 us not_found")
    );
    let empty = TickReport::new(2, Vec::new(), Vec::new(), ms(0));
    assert_eq!(
        format!("{empty:#}"),
        "tick 2: 0 calls in 0 us, 0 us of runs, critical path - in 0 us"
    );
}
