//! The command line of a replay in one shared world.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::policy::Ttl;
use crate::replay::{Problem, split};

/// How the program is called for it.
pub const USAGE: &str = "usage: replay --shared-world [--data DIR] [--runs FILE] [--sessions FILE] [--ttl 1m|5m|1h|1d|365d] [--json]";

/// Where recorded runs are below a folder of data.
const RUNS: [&str; 2] = ["tau-airline/runs.jsonl", "runs.jsonl"];

/// Where recorded sessions are below a folder of data.
const SESSIONS: [&str; 2] = ["sessions/entire.jsonl", "entire.jsonl"];

/// What to replay, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The folder with `tau-airline/runs.jsonl` and `sessions/entire.jsonl`, or one of them.
    data: Option<PathBuf>,
    /// A file of runs.
    runs: Option<PathBuf>,
    /// A file of sessions.
    sessions: Option<PathBuf>,
    /// How long results stay fresh.
    pub ttl: Ttl,
    /// Whether the figures are one JSON object on standard output.
    pub json: bool,
}

impl Options {
    /// Everything that a folder has, with the TTL that the program takes unless it is told.
    #[must_use]
    pub fn of_folder(data: impl Into<PathBuf>) -> Self {
        Self {
            data: Some(data.into()),
            runs: None,
            sessions: None,
            ttl: Ttl::Hour,
            json: false,
        }
    }

    /// Reads the arguments that follow the program's name; `--shared-world` among them says nothing more.
    ///
    /// # Errors
    /// An option is unknown, given twice, has no value or one that it does not take, or nothing is named to replay.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Problem> {
        let mut given = Given::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, attached) = split(&argument);
            match name.to_str() {
                Some("--shared-world") if attached.is_none() => {}
                Some("--json") if attached.is_none() => given.json = true,
                Some(name @ ("--data" | "--runs" | "--sessions" | "--ttl")) => {
                    let value = attached.or_else(|| arguments.next());
                    let value = value.ok_or_else(|| usage(&format!("`{name}` needs a value")))?;
                    given.set(name, value)?;
                }
                _ => {
                    let argument = argument.display();
                    return Err(usage(&format!(
                        "`--shared-world` goes without `{argument}`"
                    )));
                }
            }
        }
        given.options()
    }

    /// The file of runs, if there is one to replay.
    pub(super) fn runs(&self) -> Result<Option<PathBuf>, Problem> {
        self.file(self.runs.as_deref(), &RUNS)
    }

    /// The file of sessions, if there is one to replay.
    pub(super) fn sessions(&self) -> Result<Option<PathBuf>, Problem> {
        self.file(self.sessions.as_deref(), &SESSIONS)
    }

    /// A file that is named, as given or below the folder; or one of those that the folder has.
    fn file(&self, named: Option<&Path>, known: &[&str]) -> Result<Option<PathBuf>, Problem> {
        let below = |path: &Path| self.data.as_ref().map(|data| data.join(path));
        if let Some(path) = named {
            let is_below = !path.exists() && below(path).is_some_and(|path| path.exists());
            return Ok(if is_below {
                below(path)
            } else {
                Some(path.to_owned())
            });
        }
        if self.runs.is_some() || self.sessions.is_some() {
            // What is named is all that is meant.
            return Ok(None);
        }
        let mut found = known.iter().filter_map(|path| below(Path::new(path)));
        let found = found.find(|path| path.is_file());
        let has_any = |paths: &[&str]| {
            let mut paths = paths.iter().filter_map(|path| below(Path::new(path)));
            paths.any(|path| path.is_file())
        };
        match &self.data {
            Some(data) if !has_any(&RUNS) && !has_any(&SESSIONS) => Err(Problem::in_file(
                data,
                format_args!("there is neither {} nor {}", RUNS[0], SESSIONS[0]),
            )),
            _ => Ok(found),
        }
    }
}

#[derive(Default)]
struct Given {
    data: Option<PathBuf>,
    runs: Option<PathBuf>,
    sessions: Option<PathBuf>,
    ttl: Option<Ttl>,
    json: bool,
}

impl Given {
    fn set(&mut self, name: &str, value: OsString) -> Result<(), Problem> {
        let twice = match name {
            "--data" => self.data.replace(value.into()).is_some(),
            "--runs" => self.runs.replace(value.into()).is_some(),
            "--sessions" => self.sessions.replace(value.into()).is_some(),
            _ => {
                let ttl = Ttl::ALL.into_iter().find(|ttl| value == ttl.text());
                let ttl = ttl.ok_or_else(|| {
                    let all = Ttl::ALL.map(|ttl| format!("`{}`", ttl.text())).join(", ");
                    usage(&format!(
                        "`--ttl` is one of {all}, not `{}`",
                        value.display()
                    ))
                })?;
                self.ttl.replace(ttl).is_some()
            }
        };
        if twice {
            Err(usage(&format!("`{name}` is given twice")))
        } else {
            Ok(())
        }
    }

    fn options(self) -> Result<Options, Problem> {
        if self.data.is_none() && self.runs.is_none() && self.sessions.is_none() {
            return Err(usage("`--data` is missing"));
        }
        Ok(Options {
            data: self.data,
            runs: self.runs,
            sessions: self.sessions,
            ttl: self.ttl.unwrap_or(Ttl::Hour),
            json: self.json,
        })
    }
}

fn usage(problem: &str) -> Problem {
    Problem::new(format_args!("{problem}; {USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Problem> {
        Options::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_option_is_read() {
        let all = Options {
            data: Some("d".into()),
            runs: Some("r.jsonl".into()),
            sessions: Some("s.jsonl".into()),
            ttl: Ttl::Day,
            json: true,
        };
        let line = "--data d --shared-world --ttl=1d --runs r.jsonl --json --sessions=s.jsonl";
        assert_eq!(parse(line).unwrap(), all);
        assert_eq!(parse("--data d").unwrap(), Options::of_folder("d"));
    }

    #[test]
    fn mistakes_are_named_in_one_line() {
        for (line, problem) in [
            ("--shared-world", "`--data` is missing"),
            ("--data", "`--data` needs a value"),
            ("--data d --data e", "`--data` is given twice"),
            (
                "--data d --ttl 2h",
                "`--ttl` is one of `1m`, `5m`, `1h`, `1d`, `365d`, not `2h`",
            ),
            (
                "--data d --agents 3",
                "`--shared-world` goes without `--agents`",
            ),
            (
                "--shared-world=yes",
                "`--shared-world` goes without `--shared-world=yes`",
            ),
        ] {
            let said = parse(line).unwrap_err().to_string();
            assert_eq!(said, format!("{problem}; {USAGE}"));
        }
    }
}
