//! The figures of one contestant under one load, of all its turns.

use std::time::Duration;

use serde_json::{Value, json};

use super::turn::{Load, Turn};
use crate::measure::{median, of};

/// The turns of a contestant under a load.
#[derive(Debug, Default)]
pub(super) struct Cell(Vec<Turn>);

/// What they come to: medians of the turns, and the p99 of the answers of all turns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// How many answers there were, so that it can be seen what a p99 is of.
    pub(super) answers: usize,
    /// In seconds, as all times here.
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) items_a_second: f64,
    /// Items in a request.
    pub(super) batch: f64,
    /// Requests to the downstream for an answer: of an item, or of a whole burst.
    pub(super) requests: f64,
}

impl Cell {
    pub(super) fn add(&mut self, turn: Turn) {
        self.0.push(turn);
    }

    /// Whether there is a turn already, and one took longer than this.
    pub(super) fn took_longer_than(&self, time: Duration) -> bool {
        self.0.iter().any(|turn| turn.lasted > time)
    }

    pub(super) fn figures(&self, load: Load) -> Figures {
        let turns = &self.0;
        let a_burst = match load {
            Load::Burst(calls) => calls as u64,
            Load::Agents(_) | Load::Rate(_) => 1,
        };
        let of_turns = |figure: &dyn Fn(&Turn) -> f64| median(turns.iter().map(figure).collect());
        let all: Vec<_> = turns
            .iter()
            .flat_map(|turn| turn.times.iter().copied())
            .collect();
        Figures {
            answers: all.len(),
            p50: of_turns(&|turn| percentile(turn.times.clone(), 50)),
            p99: percentile(all, 99),
            items_a_second: of_turns(&|turn| turn.items_a_second(load)),
            batch: of_turns(&|turn| of(turn.items) / of(turn.requests)),
            requests: of_turns(&|turn| of(turn.requests * a_burst) / of(turn.items)),
        }
    }
}

impl Turn {
    fn items_a_second(&self, load: Load) -> f64 {
        let answers = of(self.times.len() as u64);
        match load {
            // Who always waits for an answer has one in every mean time of an answer. To count the answers of so short a
            // while would say more about where it began, as they come by whole batches.
            Load::Agents(agents) => {
                let time: f64 = self.times.iter().map(Duration::as_secs_f64).sum();
                of(agents as u64) * answers / time
            }
            Load::Burst(calls) => of(calls as u64) * answers / self.lasted.as_secs_f64(),
            Load::Rate(_) => answers / self.lasted.as_secs_f64(),
        }
    }
}

/// The time that so many of a hundred answers did not take longer than, in seconds.
fn percentile(mut times: Vec<Duration>, percent: usize) -> f64 {
    let last = times.len().saturating_sub(1);
    let at = (times.len() * percent)
        .div_ceil(100)
        .saturating_sub(1)
        .min(last);
    times.select_nth_unstable(at).1.as_secs_f64()
}

impl Figures {
    /// A line for a program.
    pub(super) fn json(&self, overhead: Duration, load: Load, who: &str) -> Value {
        let (kind, size) = match load {
            Load::Agents(agents) => ("agents", agents as u64),
            Load::Burst(calls) => ("burst", calls as u64),
            Load::Rate(rate) => ("rate", u64::from(rate)),
        };
        json!({
            "downstream_ms": overhead.as_secs_f64() * 1e3,
            "load": kind,
            "size": size,
            "who": who,
            "answers": self.answers,
            "p50_ms": self.p50 * 1e3,
            "p99_ms": self.p99 * 1e3,
            "items_a_second": self.items_a_second,
            "mean_batch": self.batch,
            "requests_an_answer": self.requests,
        })
    }
}
