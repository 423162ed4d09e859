//! The options of the program, read by hand: there are five.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What `--help` prints.
pub const HELP: &str = "\
Agents who look up orders in a SQLite database: 16 of them, then 4, 25 and 2, each
act once without batching and once with it, and every answer compared.

Usage: stage [OPTIONS]

Options:
      --seed N          what everyone asks for, and when (default 7)
      --calls N         calls of each agent in an act (default 40, at most 1000)
      --pause-ms N      longest pause of an agent before a call (default 4, at most 1000)
      --latency-ms N    simulated network latency of one database round trip
                        (default 2, at most 1000; 0 is SQLite as it is)
      --json            print the cards as one JSON object
  -h, --help            print this

Exit code: 0 if the answers are identical and batching never asked the database
more often, 1 if not, 2 for options that make no sense.
";

/// What to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What everyone asks for, and when.
    pub seed: u64,
    /// How many calls each agent makes in an act.
    pub calls: usize,
    /// How long an agent waits at most before a call.
    pub pause: Duration,
    /// How long one database round trip takes.
    pub latency: Duration,
    /// Whether the report is JSON.
    pub json: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 7,
            calls: 40,
            pause: Duration::from_millis(4),
            latency: Duration::from_millis(2),
            json: false,
        }
    }
}

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// To play.
    Play(Options),
    /// To explain the options.
    Help,
}

impl Request {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    ///
    /// What is wrong with the first argument that makes no sense.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, OptionError> {
        let mut options = Options::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (&*argument, None),
            };
            let mut value_of = || value.clone().or_else(|| arguments.next());
            match name {
                "--seed" => options.seed = number(name, value_of(), 0, u64::MAX)?,
                "--calls" => options.calls = number(name, value_of(), 1, 1_000)?,
                "--pause-ms" => {
                    options.pause = Duration::from_millis(number(name, value_of(), 0, 1_000)?);
                }
                "--latency-ms" => {
                    options.latency = Duration::from_millis(number(name, value_of(), 0, 1_000)?);
                }
                "--json" if value.is_none() => options.json = true,
                "-h" | "--help" if value.is_none() => return Ok(Self::Help),
                _ => {
                    return Err(OptionError(format!(
                        "unknown option `{argument}`: `--help` lists the options"
                    )));
                }
            }
        }
        Ok(Self::Play(options))
    }
}

fn number<N>(name: &str, value: Option<String>, least: N, most: N) -> Result<N, OptionError>
where
    N: Copy + FromStr + PartialOrd + fmt::Display,
{
    let wanted = format_args!("`{name}` takes a number from {least} to {most}");
    let Some(value) = value else {
        return Err(OptionError(format!("{wanted}, and none was given")));
    };
    match N::from_str(&value) {
        Ok(number) if number >= least && number <= most => Ok(number),
        _ => Err(OptionError(format!("{wanted}, not `{value}`"))),
    }
}

/// What is wrong with the command line, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionError(String);

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OptionError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, String> {
        Request::parse(line.split_whitespace().map(str::to_owned))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        assert_eq!(parse(""), Ok(Request::Play(Options::default())));
        let all = Options {
            seed: 1,
            calls: 2,
            pause: Duration::from_millis(3),
            latency: Duration::ZERO,
            json: true,
        };
        for line in [
            "--seed 1 --calls 2 --pause-ms 3 --latency-ms 0 --json",
            "--seed=1 --calls=2 --pause-ms=3 --latency-ms=0 --json",
        ] {
            assert_eq!(parse(line), Ok(Request::Play(all)), "{line}");
        }
        assert_eq!(parse("--seed 4 --help"), Ok(Request::Help));
        assert_eq!(parse("-h"), Ok(Request::Help));
    }

    #[test]
    fn what_makes_no_sense_is_one_line() {
        for (line, message) in [
            (
                "--agents 5",
                "unknown option `--agents`: `--help` lists the options",
            ),
            (
                "--json=yes",
                "unknown option `--json=yes`: `--help` lists the options",
            ),
            (
                "--calls",
                "`--calls` takes a number from 1 to 1000, and none was given",
            ),
            (
                "--calls=0",
                "`--calls` takes a number from 1 to 1000, not `0`",
            ),
            (
                "--pause-ms -1",
                "`--pause-ms` takes a number from 0 to 1000, not `-1`",
            ),
            (
                "--seed x",
                "`--seed` takes a number from 0 to 18446744073709551615, not `x`",
            ),
        ] {
            assert_eq!(parse(line), Err(message.to_owned()));
        }
    }
}
