//! The group `compile`: what a compiler does with the same 200 tools, by ours and by others.
//!
//! Each subject is a crate of its own, generated below `target/bench`. What it depends on is built first; then only the
//! crate itself is compiled, again and again, each subject once a round.

mod build;
#[cfg(test)]
#[rustfmt::skip]
#[allow(unreachable_pub, reason = "it is the text of a crate")]
mod sample;
mod source;
mod subject;

use std::collections::BTreeMap;
use std::time::Duration;

use self::build::{Crate, Way};
use self::subject::Subject;
use super::report::{Figure, Row};
use super::rounds::median;
use super::{Findings, cpu};

/// What `--group` calls it.
pub(super) const NAME: &str = "compile";

/// How many rounds a median is taken of.
const ROUNDS: usize = 5;

/// With `--quick`: one round, of fewer tools.
const QUICK_TOOLS: usize = 50;

/// Measures.
pub(super) fn run(quick: bool) -> Result<Findings, String> {
    let (rounds, tools) = if quick {
        (1, QUICK_TOOLS)
    } else {
        (ROUNDS, source::ALL)
    };
    let mut findings = Findings::default();
    let mut crates = Vec::new();
    for subject in Subject::ALL {
        println!("building, with what it depends on: {subject}");
        match prepare(subject, tools) {
            Ok(prepared) => crates.push(prepared),
            Err(why) if subject == Subject::Ours => return Err(why),
            Err(why) => findings.left_out.push(format!("{subject}: {why}")),
        }
    }
    let mut figures = Figures::default();
    for round in 1..=rounds {
        println!("round {round} of {rounds}");
        for way in Way::ALL {
            for compiled in &crates {
                compiled.touch()?;
                let (built, time) = cpu::of_children(|| compiled.build(way));
                let built = built?;
                if built.was_fresh {
                    let subject = compiled.subject;
                    return Err(format!(
                        "cargo did not compile {subject} anew after its source was touched"
                    ));
                }
                figures.add(compiled.subject, way, time, built.size);
            }
        }
    }
    findings.rows = figures.rows(tools);
    Ok(findings)
}

/// Writes a crate and builds it in every way, so that all that it depends on is there.
fn prepare(subject: Subject, tools: usize) -> Result<Crate, String> {
    let prepared = Crate::write(subject, tools)?;
    for way in Way::ALL {
        prepared.build(way)?;
    }
    Ok(prepared)
}

/// What was measured of each subject, in each way.
#[derive(Debug, Default)]
struct Figures(BTreeMap<(Subject, Way), (Vec<Duration>, Option<u64>)>);

impl Figures {
    fn add(&mut self, subject: Subject, way: Way, time: Duration, size: Option<u64>) {
        let (times, last) = self.0.entry((subject, way)).or_default();
        times.push(time);
        *last = size;
    }

    /// Every figure of ours beside the same one of each of the others: times, then sizes.
    fn rows(&self, tools: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for way in Way::ALL {
            let name = format!("{tools} tools: {}", way.name());
            rows.extend(beside_peers(&name, |subject| {
                let (times, _) = self.0.get(&(subject, way))?;
                median(times.clone()).map(Figure::Time)
            }));
        }
        for way in Way::ALL {
            let name = format!("{tools} tools: {} rlib", way.profile());
            rows.extend(beside_peers(&name, |subject| {
                let (_, size) = self.0.get(&(subject, way))?;
                size.map(Figure::Size)
            }));
        }
        rows
    }
}

/// One figure of ours beside those of the others that have one.
fn beside_peers(name: &str, figure: impl Fn(Subject) -> Option<Figure>) -> Vec<Row> {
    let Some(ours) = figure(Subject::Ours) else {
        return Vec::new();
    };
    let beside = |peer: Subject| {
        Some(Row {
            group: NAME,
            name: name.to_owned(),
            ours,
            peer: peer.to_string(),
            theirs: figure(peer)?,
        })
    };
    Subject::PEERS.into_iter().filter_map(beside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_medians_beside_those_of_the_peers_that_are_there() {
        let mut figures = Figures::default();
        for (subject, seconds, size) in [
            (Subject::Ours, [2, 1, 3], 10),
            (Subject::Rmcp, [5, 4, 9], 40),
        ] {
            for seconds in seconds {
                let time = Duration::from_secs(seconds);
                figures.add(subject, Way::Check, time, None);
                figures.add(subject, Way::Release, time * 2, Some(size));
            }
        }
        let time = |seconds| Figure::Time(Duration::from_secs(seconds));
        let rows = figures.rows(7);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.name.as_str(), row.ours, row.theirs))
            .collect();
        let expected = [
            ("7 tools: check", time(2), time(5)),
            ("7 tools: release build", time(4), time(10)),
            ("7 tools: release rlib", Figure::Size(10), Figure::Size(40)),
        ];
        assert_eq!(found, expected);
        assert!(rows.iter().all(|row| row.peer == Subject::Rmcp.to_string()));
    }
}
