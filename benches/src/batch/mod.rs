//! The group `batch`: many agents who ask for one item each, at a downstream that would rather be asked for many.

mod aims;
mod clock;
mod contestant;
mod downstream;
mod figures;
mod ours;
mod peers;
mod tables;
mod turn;

use std::time::Duration;

use serde_json::json;

use self::contestant::{Contestant, Role};
use self::figures::{Cell, Figures};
use self::turn::Load;
use crate::rows::Row;

/// How many items a batch has at most, everyone's.
const MOST: usize = 64;

/// How long ours waits at most, in its adaptive, hybrid and fixed window alike.
const WINDOW: Duration = Duration::from_millis(2);

/// A turn that took longer is not taken again: it waits in the downstream's line, and is the same each time.
const LONG: Duration = Duration::from_secs(1);

/// A load on a downstream that takes this long for a request without items.
#[derive(Debug, Clone, Copy)]
struct Case {
    overhead: Duration,
    load: Load,
}

/// What is measured, and for how long.
struct Plan {
    rounds: usize,
    /// The downstream's overheads in microseconds, each with the length of a turn in milliseconds.
    overheads: &'static [(u64, u64)],
    agents: &'static [usize],
    /// These at the second overhead only.
    bursts: &'static [usize],
    /// And these, each with the length of a turn in milliseconds.
    rates: &'static [(u32, u64)],
}

const FULL: Plan = Plan {
    rounds: 3,
    overheads: &[(500, 100), (5_000, 200), (50_000, 400)],
    agents: &[1, 2, 4, 16, 50, 250, 1_000],
    bursts: &[1, 2, 4, 16, 64],
    rates: &[(50, 800), (500, 300), (5_000, 300)],
};

const QUICK: Plan = Plan {
    rounds: 1,
    overheads: &[(500, 100), (5_000, 200)],
    agents: &[1, 2, 16, 50, 1_000],
    bursts: &[2, 16],
    rates: &[(500, 300)],
};

/// What everyone did under every load.
struct Results {
    contestants: Vec<Contestant>,
    cases: Vec<Case>,
    /// By case, then by contestant; none for who does not take part.
    figures: Vec<Vec<Option<Figures>>>,
}

/// Measures, prints the tables, and returns what is to be held beside something.
#[must_use]
pub fn measure(quick: bool) -> Vec<Row> {
    let plan = if quick { &QUICK } else { &FULL };
    let results = plan.results();
    results.print_figures();
    tables::print(&results);
    aims::rows(&results)
}

impl Plan {
    /// The cases, each with the length of a turn.
    fn cases(&self) -> Vec<(Case, Duration)> {
        let case = |overhead, load, length| {
            let overhead = Duration::from_micros(overhead);
            (Case { overhead, load }, Duration::from_millis(length))
        };
        let mut cases = Vec::new();
        for &(overhead, length) in self.overheads {
            cases.extend(
                self.agents
                    .iter()
                    .map(|&agents| case(overhead, Load::Agents(agents), length)),
            );
        }
        let (overhead, length) = self.overheads[1];
        cases.extend(
            self.bursts
                .iter()
                .map(|&calls| case(overhead, Load::Burst(calls), length)),
        );
        cases.extend(
            self.rates
                .iter()
                .map(|&(rate, length)| case(overhead, Load::Rate(rate), length)),
        );
        cases
    }

    /// Everyone takes a turn under each load in each round, one right after the other; every other round in reverse.
    fn results(&self) -> Results {
        let mut contestants = peers::bare();
        contestants.extend(ours::contestants());
        contestants.extend(peers::contestants());
        let cases = self.cases();
        let mut cells: Vec<Vec<Cell>> = Vec::new();
        cells.resize_with(cases.len(), || {
            contestants.iter().map(|_| Cell::default()).collect()
        });
        for round in 0..self.rounds {
            for ((case, length), cells) in cases.iter().zip(&mut cells) {
                let mut order: Vec<_> = contestants.iter().zip(cells).collect();
                order.retain(|(contestant, cell)| {
                    contestant.takes_part(case.load) && !cell.took_longer_than(LONG)
                });
                if round % 2 == 1 {
                    order.reverse();
                }
                for (contestant, cell) in order {
                    cell.add(turn::take(contestant, case.overhead, case.load, *length));
                }
            }
            eprintln!("round {} of {}", round + 1, self.rounds);
        }
        let figures = cases.iter().zip(&cells).map(|((case, _), cells)| {
            let everyone = contestants.iter().zip(cells);
            let figures = everyone.map(|(contestant, cell)| {
                contestant
                    .takes_part(case.load)
                    .then(|| cell.figures(case.load))
            });
            figures.collect()
        });
        Results {
            figures: figures.collect(),
            cases: cases.iter().map(|(case, _)| *case).collect(),
            contestants,
        }
    }
}

impl Contestant {
    /// A burst can be asked for by one request; items of many agents cannot.
    fn takes_part(&self, load: Load) -> bool {
        self.role != Role::Together || matches!(load, Load::Burst(_))
    }
}

impl Results {
    /// Everyone's figures in a case.
    fn of(&self, case: usize) -> impl Iterator<Item = (&Contestant, Figures)> {
        let everyone = self.contestants.iter().zip(&self.figures[case]);
        everyone.filter_map(|(contestant, figures)| Some((contestant, (*figures)?)))
    }

    /// Lines for a program that draws.
    fn print_figures(&self) {
        for (at, case) in self.cases.iter().enumerate() {
            for (contestant, figures) in self.of(at) {
                let figures = figures.json(case.overhead, case.load, &contestant.name);
                println!("{}", json!({ "figures": figures }));
            }
        }
    }
}
