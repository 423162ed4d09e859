//! All turns of a file, one tick after the other, in one harness; and how long their graphs say that they take at least.

use std::ops::AddAssign;

use serde::Serialize;
use serde_json::json;
use tokio::time::Instant;
use toolwright::{Harness, Levers, Session, ToolCall};

use super::tools::{self, Log, Run};
use super::turns::{Call, Turn};
use crate::replay::Problem;

/// What some turns came to; times are in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Turns.
    pub turns: u64,
    /// Their calls.
    pub calls: u64,
    /// How long they took one call after the other.
    pub serial_ms: u64,
    /// How long they take at least: the longest chain of each turn, or its work for each place, if that is more.
    pub bound_ms: u64,
    /// How long they took.
    pub dispatched_ms: u64,
    /// Turns in which a write stands before a call that it conflicts with, so that firing all calls at once breaks them.
    pub broken_at_once: u64,
    /// Calls that did not wait for one that they conflict with.
    pub out_of_order: u64,
}

impl Figures {
    /// How much longer they took than they take at least.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a few hours")]
    pub fn ratio(&self) -> f64 {
        self.dispatched_ms as f64 / self.bound_ms.max(1) as f64
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.turns += other.turns;
        self.calls += other.calls;
        self.serial_ms += other.serial_ms;
        self.bound_ms += other.bound_ms;
        self.dispatched_ms += other.dispatched_ms;
        self.broken_at_once += other.broken_at_once;
        self.out_of_order += other.out_of_order;
    }
}

/// The figures of a file: of all its turns, and of those with several calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pass {
    /// All turns.
    pub all: Figures,
    /// Those with several calls.
    pub several_calls: Figures,
}

/// Runs every turn twice, one call after the other and as the dispatcher does. Time is tokio's, and must be paused.
///
/// # Errors
/// A call failed, which none of them should.
pub async fn pass(turns: &[Turn], cap: usize) -> Result<Pass, Problem> {
    let log = Log::default();
    let session = |levers| {
        let harness = Harness::builder(tools::registry().map_err(Problem::new)?);
        let harness = harness
            .state(log.clone())
            .levers(levers)
            .max_concurrency(cap);
        let harness = harness.build().map_err(Problem::new)?;
        Ok::<_, Problem>(harness.session().start())
    };
    let (serial, dispatched) = (session(Levers::none())?, session(Levers::all())?);
    let mut pass = Pass::default();
    for turn in turns {
        let serial = tick(&serial, &log, turn).await?;
        let (dispatched_ms, out_of_order) = tick(&dispatched, &log, turn).await?;
        let figures = Figures {
            turns: 1,
            calls: turn.len() as u64,
            serial_ms: serial.0,
            bound_ms: bound(turn, cap),
            dispatched_ms,
            broken_at_once: u64::from(is_broken_at_once(turn)),
            out_of_order: serial.1 + out_of_order,
        };
        pass.all += figures;
        if turn.len() > 1 {
            pass.several_calls += figures;
        }
    }
    Ok(pass)
}

/// How long a turn takes as a tick, and how many of its calls did not wait for one that they conflict with.
async fn tick(session: &Session, log: &Log, turn: &[Call]) -> Result<(u64, u64), Problem> {
    let call = |(place, call): (usize, &Call)| {
        let arguments = json!({ "api": call.api, "millis": call.millis });
        ToolCall::new(
            place.to_string(),
            tools::name(call.writes),
            arguments.to_string(),
        )
    };
    let calls: Vec<_> = turn.iter().enumerate().map(call).collect();
    let began = Instant::now();
    let outcomes = session.dispatch(calls).await;
    let took = began.elapsed().as_millis();
    if let Some(failed) = outcomes.iter().find(|outcome| outcome.is_error()) {
        return Err(Problem::new(format_args!(
            "call {}: {}",
            failed.id(),
            failed.text()
        )));
    }
    let took = u64::try_from(took).map_err(Problem::new)?;
    Ok((took, out_of_order(turn, &log.take())))
}

/// How many calls began before one had ended that they conflict with.
fn out_of_order(turn: &[Call], runs: &[Run]) -> u64 {
    let run = |place: usize| runs.iter().find(|run| run.id == place.to_string());
    let is_early = |later: usize| {
        (0..later).any(|earlier| {
            let ordered = run(earlier)
                .zip(run(later))
                .is_some_and(|(earlier, later)| earlier.to <= later.from);
            turn[earlier].conflicts_with(&turn[later]) && !ordered
        })
    };
    (0..turn.len()).filter(|&later| is_early(later)).count() as u64
}

/// How long a turn takes at least in a harness that runs so many calls at once.
fn bound(turn: &[Call], cap: usize) -> u64 {
    let mut ends: Vec<u64> = Vec::with_capacity(turn.len());
    for (later, call) in turn.iter().enumerate() {
        let waits_for = (0..later).filter(|&earlier| turn[earlier].conflicts_with(call));
        let begins = waits_for.map(|earlier| ends[earlier]).max().unwrap_or(0);
        ends.push(begins + call.millis);
    }
    let work: u64 = turn.iter().map(|call| call.millis).sum();
    let longest_chain = ends.into_iter().max().unwrap_or(0);
    longest_chain.max(work.div_ceil(cap as u64))
}

/// Whether a write stands before a call that it conflicts with.
fn is_broken_at_once(turn: &[Call]) -> bool {
    let mut calls = turn.iter().enumerate();
    calls.any(|(place, call)| {
        call.writes
            && turn[place + 1..]
                .iter()
                .any(|later| call.conflicts_with(later))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(api: &str, writes: bool, millis: u64) -> Call {
        Call {
            api: api.to_owned(),
            writes,
            millis,
        }
    }

    /// A read, a write and a read of one application, and a read of another.
    fn turn() -> Turn {
        vec![
            call("a", false, 100),
            call("a", true, 50),
            call("a", false, 70),
            call("b", false, 90),
        ]
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_takes_as_long_as_its_longest_chain_where_there_is_room() {
        let turns = [turn(), vec![call("a", true, 10)]];
        let pass = pass(&turns, 2).await.unwrap();
        let several = Figures {
            turns: 1,
            calls: 4,
            serial_ms: 310,
            bound_ms: 220,
            dispatched_ms: 220,
            broken_at_once: 1,
            out_of_order: 0,
        };
        assert_eq!(pass.several_calls, several);
        let all = Figures {
            turns: 2,
            calls: 5,
            serial_ms: 320,
            bound_ms: 230,
            dispatched_ms: 230,
            ..several
        };
        assert_eq!(pass.all, all);
        assert!((all.ratio() - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn with_little_room_the_work_is_the_bound() {
        let reads = vec![call("a", false, 100); 5];
        assert_eq!(
            (bound(&reads, 8), bound(&reads, 2), bound(&reads, 1)),
            (100, 250, 500)
        );
        assert!(!is_broken_at_once(&reads));
        assert!(!is_broken_at_once(&[
            call("a", true, 1),
            call("b", false, 1)
        ]));
        assert!(is_broken_at_once(&turn()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_begins_too_early_is_noticed() {
        let log = Log::default();
        let harness = Harness::builder(tools::registry().unwrap()).state(log.clone());
        let session = harness.build().unwrap().session().start();
        let reads: Turn = turn()
            .into_iter()
            .map(|call| Call {
                writes: false,
                ..call
            })
            .collect();
        let (_, of_reads) = tick(&session, &log, &reads).await.unwrap();
        assert_eq!(of_reads, 0);
        let ids = reads.iter().enumerate().map(|(place, call)| {
            let arguments = json!({ "api": call.api, "millis": call.millis });
            ToolCall::new(place.to_string(), "turn_read", arguments.to_string())
        });
        session.dispatch(ids).await;
        // They all ran at once, and the record says that one of them was a write.
        assert_eq!(out_of_order(&turn(), &log.take()), 2);
    }
}
