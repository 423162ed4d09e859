//! The command line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use super::Problem;
use crate::traces;

/// How the program is called.
pub const USAGE: &str = "usage: replay --data DIR [--runs FILE] [--agents N] [--levers on|off] [--latency-ms N] [--json]";

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To be told how the program is called.
    Help,
    /// A replay.
    Replay(Options),
    /// A replay in one shared world.
    SharedWorld(traces::Options),
}

/// What to replay, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The directory with the folder `db` and, unless `runs` says otherwise, the file `runs.jsonl`.
    pub data: PathBuf,
    /// The file of runs: as given, or below `data`.
    pub runs: Option<PathBuf>,
    /// How many runs go at once.
    pub agents: usize,
    /// With which levers.
    pub levers: Which,
    /// How much longer each round trip to the database takes.
    pub latency: Duration,
    /// Whether the summary is one JSON object on standard output.
    pub json: bool,
}

/// Which passes to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// One pass with all levers on.
    On,
    /// One pass with all levers off.
    Off,
    /// One of each, to be compared.
    Both,
}

/// How many runs go at once, unless told.
const AGENTS: usize = 16;

impl Command {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    /// An option is unknown, given twice, has no value or one that it does not take, or `--data` is missing.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Problem> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        if arguments
            .iter()
            .any(|argument| argument == "--shared-world")
        {
            let asks_for_help = |argument| argument == "--help" || argument == "-h";
            if arguments.iter().any(asks_for_help) {
                return Ok(Self::Help);
            }
            return traces::Options::parse(arguments).map(Self::SharedWorld);
        }
        let mut given = Given::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, attached) = split(&argument);
            let name = match name.to_str() {
                Some("--help" | "-h") if attached.is_none() => return Ok(Self::Help),
                Some("--json") if attached.is_none() => {
                    given.json = true;
                    continue;
                }
                Some(name @ ("--data" | "--runs" | "--agents" | "--levers" | "--latency-ms")) => {
                    name.to_owned()
                }
                _ => return Err(usage(&format!("unknown argument `{}`", argument.display()))),
            };
            let value = attached
                .or_else(|| arguments.next())
                .ok_or_else(|| usage(&format!("`{name}` needs a value")))?;
            given.set(&name, value)?;
        }
        given.options().map(Self::Replay)
    }
}

#[derive(Default)]
struct Given {
    data: Option<PathBuf>,
    runs: Option<PathBuf>,
    agents: Option<usize>,
    levers: Option<Which>,
    latency: Option<Duration>,
    json: bool,
}

impl Given {
    fn set(&mut self, name: &str, value: OsString) -> Result<(), Problem> {
        let wrong = |expected: &str| {
            usage(&format!(
                "`{name}` takes {expected}, not `{}`",
                value.display()
            ))
        };
        let number = || value.to_str().and_then(|value| value.parse::<u32>().ok());
        let twice = match name {
            "--data" => self.data.replace(value.into()).is_some(),
            "--runs" => self.runs.replace(value.into()).is_some(),
            "--agents" => {
                let agents = number().filter(|agents| *agents > 0);
                let agents = agents.ok_or_else(|| wrong("a number of at least 1"))?;
                self.agents
                    .replace(usize::try_from(agents).unwrap_or(usize::MAX))
                    .is_some()
            }
            "--levers" => {
                let which = match value.to_str() {
                    Some("on") => Which::On,
                    Some("off") => Which::Off,
                    _ => return Err(wrong("`on` or `off`")),
                };
                self.levers.replace(which).is_some()
            }
            _ => {
                let latency = number().ok_or_else(|| wrong("a number of milliseconds"))?;
                self.latency
                    .replace(Duration::from_millis(latency.into()))
                    .is_some()
            }
        };
        if twice {
            Err(usage(&format!("`{name}` is given twice")))
        } else {
            Ok(())
        }
    }

    fn options(self) -> Result<Options, Problem> {
        Ok(Options {
            data: self.data.ok_or_else(|| usage("`--data` is missing"))?,
            runs: self.runs,
            agents: self.agents.unwrap_or(AGENTS),
            levers: self.levers.unwrap_or(Which::Both),
            latency: self.latency.unwrap_or_default(),
            json: self.json,
        })
    }
}

/// `--name=value` as its two parts.
pub(crate) fn split(argument: &OsStr) -> (&OsStr, Option<OsString>) {
    match argument.to_str().and_then(|text| text.split_once('=')) {
        Some((name, value)) => (OsStr::new(name), Some(value.into())),
        None => (argument, None),
    }
}

fn usage(problem: &str) -> Problem {
    Problem::new(format_args!("{problem}; {USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, Problem> {
        Command::parse(line.split_whitespace().map(OsString::from))
    }

    fn options(line: &str) -> Options {
        match parse(line).unwrap() {
            Command::Replay(options) => options,
            other => panic!("not a replay: {line}: {other:?}"),
        }
    }

    #[test]
    fn the_rest_has_defaults() {
        let all = Options {
            data: "d".into(),
            runs: None,
            agents: 16,
            levers: Which::Both,
            latency: Duration::ZERO,
            json: false,
        };
        assert_eq!(options("--data d"), all);
    }

    #[test]
    fn every_option_is_read() {
        let all = Options {
            data: "d".into(),
            runs: Some("r.jsonl".into()),
            agents: 3,
            levers: Which::Off,
            latency: Duration::from_millis(7),
            json: true,
        };
        let line = "--runs r.jsonl --json --agents=3 --data=d --latency-ms 7 --levers off";
        assert_eq!(options(line), all);
        assert_eq!(parse("--data d --help").unwrap(), Command::Help);
        assert_eq!(parse("--shared-world --help").unwrap(), Command::Help);
        let shared = traces::Options::of_folder("d");
        assert_eq!(
            parse("--data d --shared-world").unwrap(),
            Command::SharedWorld(shared)
        );
    }

    #[test]
    fn mistakes_are_named_in_one_line() {
        for (line, problem) in [
            ("", "`--data` is missing"),
            ("--data", "`--data` needs a value"),
            ("--data d --data e", "`--data` is given twice"),
            (
                "--data d --agents 0",
                "`--agents` takes a number of at least 1, not `0`",
            ),
            (
                "--data d --agents many",
                "`--agents` takes a number of at least 1, not `many`",
            ),
            (
                "--data d --levers half",
                "`--levers` takes `on` or `off`, not `half`",
            ),
            (
                "--data d --latency-ms -1",
                "`--latency-ms` takes a number of milliseconds, not `-1`",
            ),
            ("--data d --fast", "unknown argument `--fast`"),
            ("--data d --json=yes", "unknown argument `--json=yes`"),
            ("d", "unknown argument `d`"),
        ] {
            let said = parse(line).unwrap_err().to_string();
            assert_eq!(said, format!("{problem}; {USAGE}"));
        }
    }
}
