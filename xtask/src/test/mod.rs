//! `cargo xtask test`: named steps, each of which must pass before a commit.

pub(crate) mod command;
mod data;
mod metadata;
mod redis;
mod steps;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use self::steps::{STEPS, Step};

/// Runs the steps that the command line asks for.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(mistake) => return crate::misused(&mistake),
    };
    let chosen = STEPS.iter().filter(|step| options.chooses(step.name));
    if options.list {
        for step in chosen {
            println!("{:14}{}", step.name, step.what);
        }
        return ExitCode::SUCCESS;
    }
    println!("{}", data::notice(&crate::root()));
    let report = run_all(chosen, options.keep_going);
    print!("\n{}", report.table());
    if report.count(Verdict::is_failed) == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What the command line asks for.
#[derive(Debug, Default, PartialEq)]
struct Options {
    keep_going: bool,
    list: bool,
    only: Vec<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Options::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--keep-going" => options.keep_going = true,
                "--list" => options.list = true,
                "--only" => {
                    let name = arguments
                        .next()
                        .ok_or("`--only` needs the name of a step")?;
                    if !STEPS.iter().any(|step| step.name == name) {
                        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
                        return Err(format!(
                            "there is no step `{name}`; the steps are {}",
                            names.join(", ")
                        ));
                    }
                    options.only.push(name.clone());
                }
                other => return Err(format!("`test` has no option `{other}`")),
            }
        }
        Ok(options)
    }

    fn chooses(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// What became of a step, with what there is to say about it.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Everything held. The note may be empty.
    Passed(String),
    /// Something did not hold, or could not be run.
    Failed(String),
    /// Not run.
    LeftOut(String),
}

impl Verdict {
    fn is_passed(&self) -> bool {
        matches!(self, Verdict::Passed(_))
    }

    fn is_failed(&self) -> bool {
        matches!(self, Verdict::Failed(_))
    }
}

fn run_all<'s>(steps: impl Iterator<Item = &'s Step>, keep_going: bool) -> Report {
    let mut report = Report::default();
    let mut failed = None;
    for step in steps {
        if let (Some(failed), false) = (failed, keep_going) {
            let why = format!("not run after `{failed}` failed; --keep-going runs it");
            report.add(step.name, Duration::ZERO, Verdict::LeftOut(why));
            continue;
        }
        println!("\n== {}: {}", step.name, step.what);
        let started = Instant::now();
        let verdict = (step.run)();
        if let Verdict::Failed(why) = &verdict {
            println!("== {} failed: {why}", step.name);
            failed = Some(step.name);
        }
        report.add(step.name, started.elapsed(), verdict);
    }
    report
}

/// What became of each step.
#[derive(Debug, Default)]
struct Report {
    lines: Vec<(&'static str, Duration, Verdict)>,
}

impl Report {
    fn add(&mut self, name: &'static str, elapsed: Duration, verdict: Verdict) {
        self.lines.push((name, elapsed, verdict));
    }

    fn count(&self, is: impl Fn(&Verdict) -> bool) -> usize {
        self.lines
            .iter()
            .filter(|(_, _, verdict)| is(verdict))
            .count()
    }

    /// A line for each step, then how many passed and failed.
    fn table(&self) -> String {
        let mut table = format!("{:14}{:10}{:>8}  note\n", "step", "result", "time");
        for (name, elapsed, verdict) in &self.lines {
            let time = command::seconds(*elapsed);
            let (word, time, note) = match verdict {
                Verdict::Passed(note) => ("passed", time.as_str(), note),
                Verdict::Failed(note) => ("FAILED", time.as_str(), note),
                Verdict::LeftOut(note) => ("left out", "-", note),
            };
            let line = format!("{name:14}{word:10}{time:>8}  {note}");
            table.push_str(line.trim_end());
            table.push('\n');
        }
        let passed = self.count(Verdict::is_passed);
        let failed = self.count(Verdict::is_failed);
        table + &format!("{passed} passed, {failed} failed\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str]) -> Result<Options, String> {
        let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        Options::parse(&arguments)
    }

    const PASSES: Step = Step {
        name: "passes",
        what: "passes",
        run: || Verdict::Passed(String::new()),
    };
    const FAILS: Step = Step {
        name: "fails",
        what: "fails",
        run: || Verdict::Failed("because".to_owned()),
    };

    #[test]
    fn options_are_read() {
        assert_eq!(options(&[]), Ok(Options::default()));
        let all = options(&["--keep-going", "--only", "fmt", "--list", "--only", "docs"]).unwrap();
        assert!(all.keep_going && all.list);
        assert!(all.chooses("fmt") && all.chooses("docs") && !all.chooses("tidy"));
    }

    #[test]
    fn options_that_do_not_exist_are_told() {
        assert_eq!(
            options(&["--fast"]),
            Err("`test` has no option `--fast`".to_owned())
        );
        assert_eq!(
            options(&["--only"]),
            Err("`--only` needs the name of a step".to_owned())
        );
        let mistake = options(&["--only", "lint"]).unwrap_err();
        assert!(
            mistake.starts_with("there is no step `lint`; the steps are fmt, tidy,"),
            "{mistake}"
        );
    }

    #[test]
    fn the_first_failure_leaves_out_the_rest() {
        let report = run_all([PASSES, FAILS, PASSES].iter(), false);
        assert_eq!(
            report.table(),
            "step          result        time  note\n\
             passes        passed       0.0 s\n\
             fails         FAILED       0.0 s  because\n\
             passes        left out         -  not run after `fails` failed; --keep-going runs it\n\
             1 passed, 1 failed\n"
        );
    }

    #[test]
    fn keep_going_runs_all() {
        let report = run_all([FAILS, PASSES, FAILS].iter(), true);
        assert!(report.table().ends_with("\n1 passed, 2 failed\n"));
    }

    #[test]
    fn step_names_differ() {
        let mut names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
