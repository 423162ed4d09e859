//! `cargo xtask bench`: measurements beside other libraries, as ratios of one run on one machine.

mod command;
mod compile;
mod cpu;
mod options;
mod plot;
mod report;
mod rounds;
mod runtime;
mod traces;

use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use self::options::Options;
use self::report::{Report, Row};

/// Things that are measured together.
struct Group {
    /// What `--group` calls it.
    name: &'static str,
    /// What it measures, in a few words.
    what: &'static str,
    /// Measures; with `quick`, in about a minute, if what it builds upon is built.
    run: fn(quick: bool) -> Result<Findings, String>,
}

/// Every group.
const GROUPS: &[Group] = &[
    Group {
        name: compile::NAME,
        what: "the compiler's work on a crate of many tools",
        run: compile::run,
    },
    Group {
        name: "dispatch",
        what: "a call, from the text of its arguments to the text of its result",
        run: runtime::dispatch,
    },
    Group {
        name: "key",
        what: "the key of a result, from the text of the arguments",
        run: runtime::key,
    },
    Group {
        name: "cache",
        what: "the result cache alone: its time, its hits and its memory",
        run: runtime::cache,
    },
    Group {
        name: "flight",
        what: "one run for all who ask for the same thing at once",
        run: runtime::flight,
    },
    Group {
        name: runtime::BATCH,
        what: "calls that go together, at a downstream that takes a while for each request",
        run: runtime::batch,
    },
    Group {
        name: traces::NAME,
        what: "the hits of recorded calls in one world, right and stale",
        run: traces::run,
    },
];

/// Where what is measured is built, seen from the workspace.
const BUILD: &str = "target/bench/build";

/// What a group measured.
#[derive(Debug, Default)]
struct Findings {
    rows: Vec<Row>,
    /// What could not be measured, and why.
    left_out: Vec<String>,
    /// What was measured beyond the rows, for a program.
    figures: Vec<Value>,
}

/// Runs the groups that the command line asks for.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(mistake) => return crate::misused(&mistake),
    };
    let chosen = match options.choose(GROUPS) {
        Ok(chosen) => chosen,
        Err(mistake) => {
            eprintln!("error: {mistake}");
            return ExitCode::from(crate::MISUSED);
        }
    };
    let report = measure(&chosen, options.quick);
    print!("\n{report}");
    let mut written = Ok(());
    if let Some(path) = &options.json {
        written = written.and(write(path, &report.json()));
    }
    if let Some(path) = &options.svg {
        let plot = plot::draw(&report.figures);
        written = written.and(plot.and_then(|plot| write(path, &plot)));
    }
    if let Err(why) = &written {
        eprintln!("error: {why}");
    }
    if report.failures.is_empty() && written.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let written = std::fs::write(path, text);
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    println!("written to {}", path.display());
    Ok(())
}

fn measure(groups: &[&Group], quick: bool) -> Report {
    let mut report = Report::default();
    for group in groups {
        println!("== {}: {}", group.name, group.what);
        match (group.run)(quick) {
            Ok(findings) => {
                report.rows.extend(findings.rows);
                report.left_out.extend(findings.left_out);
                report.figures.extend(findings.figures);
            }
            Err(why) => report.failures.push(format!("{}: {why}", group.name)),
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURES: Group = Group {
        name: "measures",
        what: "measures",
        run: |_| {
            Ok(Findings {
                rows: vec![],
                left_out: vec!["a peer, as it is not here".to_owned()],
                figures: vec![Value::from("a figure")],
            })
        },
    };
    const FAILS: Group = Group {
        name: "fails",
        what: "fails",
        run: |quick| Err(format!("quick is {quick}")),
    };

    #[test]
    fn a_group_that_fails_does_not_keep_others_from_running() {
        let report = measure(&[&FAILS, &MEASURES], true);
        assert_eq!(report.failures, ["fails: quick is true"]);
        assert_eq!(report.left_out, ["a peer, as it is not here"]);
        assert_eq!(report.figures, ["a figure"]);
    }

    #[test]
    fn group_names_differ() {
        let mut names: Vec<_> = GROUPS.iter().map(|group| group.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GROUPS.len());
    }
}
