//! What the program prints: a table for people, an object for programs.

use std::fmt;

use serde_json::{Map, Value, json};

use super::pass::{Figures, Pass};
use super::turns::{MILLIS, Source};

/// What became of every file.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How many calls ran at once at most.
    pub cap: usize,
    /// The files.
    pub passes: Vec<(Source, Pass)>,
}

impl Report {
    /// Whether every call waited for those that it conflicts with.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        self.passes
            .iter()
            .all(|(_, pass)| pass.all.out_of_order == 0)
    }

    /// As one JSON object.
    #[must_use]
    pub fn json(&self) -> Value {
        let passes = self.passes.iter();
        let files: Map<_, _> = passes
            .map(|(source, pass)| (source.file().to_owned(), json!(pass)))
            .collect();
        json!({ "cap": self.cap, "files": files, "in_order": self.is_in_order() })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = MILLIS;
        writeln!(
            f,
            "Each recorded turn is one tick of a harness that runs {} calls at once at most.",
            self.cap
        )?;
        writeln!(
            f,
            "A call takes {least} to {most} ms, as its function's name decides. Time is tokio's, paused, so figures are exact.\n"
        )?;
        row(
            f,
            [
                "",
                "turns",
                "calls",
                "one by one",
                "at least",
                "dispatched",
                "ratio",
                "broken at once",
            ],
        )?;
        for (source, pass) in &self.passes {
            figures(f, source.file(), &pass.all)?;
            figures(f, "  with several calls", &pass.several_calls)?;
        }
        writeln!(
            f,
            "\nat least: the longest chain of calls that conflict, or all calls shared out among the places, if that is longer"
        )?;
        writeln!(f, "ratio: dispatched to at least")?;
        writeln!(
            f,
            "broken at once: turns in which a write stands before a call that it conflicts with, so that firing all of them at once goes wrong\n"
        )?;
        let early: u64 = self
            .passes
            .iter()
            .map(|(_, pass)| pass.all.out_of_order)
            .sum();
        match early {
            0 => writeln!(
                f,
                "Every call waited for those before it that it conflicts with."
            ),
            early => writeln!(
                f,
                "{early} calls began before one had ended that they conflict with."
            ),
        }
    }
}

fn figures(f: &mut fmt::Formatter<'_>, name: &str, figures: &Figures) -> fmt::Result {
    let Figures {
        turns,
        calls,
        serial_ms,
        bound_ms,
        dispatched_ms,
        broken_at_once,
        ..
    } = figures;
    row(
        f,
        [
            name,
            &turns.to_string(),
            &calls.to_string(),
            &seconds(*serial_ms),
            &seconds(*bound_ms),
            &seconds(*dispatched_ms),
            &format!("{:.3}", figures.ratio()),
            &broken_at_once.to_string(),
        ],
    )
}

fn row(f: &mut fmt::Formatter<'_>, [first, cells @ ..]: [&str; 8]) -> fmt::Result {
    write!(f, "{first:<22}")?;
    for (cell, width) in cells.into_iter().zip([6, 7, 12, 11, 12, 8, 16]) {
        write!(f, "{cell:>width$}")?;
    }
    writeln!(f)
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(out_of_order: u64) -> Report {
        let all = Figures {
            turns: 3,
            calls: 7,
            serial_ms: 2_050,
            bound_ms: 1_000,
            dispatched_ms: 1_100,
            broken_at_once: 1,
            out_of_order,
        };
        let pass = Pass {
            all,
            several_calls: Figures { turns: 2, ..all },
        };
        Report {
            cap: 8,
            passes: vec![(Source::Parallel, pass)],
        }
    }

    #[test]
    fn a_file_has_two_rows() {
        let text = report(0).to_string();
        let rows: Vec<Vec<&str>> = text
            .lines()
            .skip(4)
            .take(2)
            .map(|line| line.split_whitespace().collect())
            .collect();
        let figures = ["7", "2.050", "s", "1.000", "s", "1.100", "s", "1.100", "1"];
        assert_eq!(
            rows[0],
            [["parallel.jsonl", "3"].as_slice(), &figures].concat()
        );
        assert_eq!(
            rows[1],
            [["with", "several", "calls", "2"].as_slice(), &figures].concat()
        );
        assert!(
            text.ends_with("Every call waited for those before it that it conflicts with.\n"),
            "{text}"
        );
    }

    #[test]
    fn what_is_out_of_order_is_told() {
        let report = report(2);
        assert!(!report.is_in_order());
        let text = report.to_string();
        assert!(
            text.ends_with("2 calls began before one had ended that they conflict with.\n"),
            "{text}"
        );
        assert_eq!(report.json()["in_order"], false);
        assert_eq!(
            report.json()["files"]["parallel.jsonl"]["all"]["serial_ms"],
            2_050
        );
    }
}
