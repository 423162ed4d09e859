//! The options of the program, read by hand: there are six.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::scripts::orders_needed;

/// What `--help` prints.
pub const HELP: &str = "\
A customer service over a SQLite database: scripted agents do the same work twice,
with all levers off and with all levers on, and every answer is compared.

Usage: shop [OPTIONS]

Options:
      --orders N        orders in the database (default 10000, at most 1000000)
      --agents N        agents that work at once (default 16, at most 256)
      --latency-ms N    simulated network latency of one database round trip
                        (default 2, at most 1000; 0 is SQLite as it is)
      --json            print the report as one JSON object
  -h, --help            print this

Exit code: 0 if the answers are identical and the round trips at most a third,
1 if not, 2 for options that make no sense.
";

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many orders the database has.
    pub orders: usize,
    /// How many agents work at once.
    pub agents: usize,
    /// How long one database round trip takes.
    pub latency: Duration,
    /// Whether the report is JSON.
    pub json: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            orders: 10_000,
            agents: 16,
            latency: Duration::from_millis(2),
            json: false,
        }
    }
}

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// To run.
    Run(Options),
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
            let mut number = |least, most| {
                let value = value.clone().or_else(|| arguments.next());
                number(name, value, least, most)
            };
            match name {
                "--orders" => options.orders = number(1, 1_000_000)?,
                "--agents" => options.agents = number(1, 256)?,
                "--latency-ms" => {
                    options.latency = Duration::from_millis(number(0, 1_000)? as u64);
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
        let needed = orders_needed(options.agents);
        if options.orders < needed {
            return Err(OptionError(format!(
                "{} agents need at least {needed} orders: `--orders` says {}",
                options.agents, options.orders
            )));
        }
        Ok(Self::Run(options))
    }
}

fn number(
    name: &str,
    value: Option<String>,
    least: usize,
    most: usize,
) -> Result<usize, OptionError> {
    let wanted = format_args!("`{name}` takes a number from {least} to {most}");
    let Some(value) = value else {
        return Err(OptionError(format!("{wanted}, and none was given")));
    };
    match usize::from_str(&value) {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
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

    fn check(line: &str, expected: Options) {
        assert_eq!(parse(line), Ok(Request::Run(expected)), "{line}");
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let usual = Options::default;
        check("", usual());
        check(
            "--json",
            Options {
                json: true,
                ..usual()
            },
        );
        check(
            "--agents 4 --orders 500",
            Options {
                agents: 4,
                orders: 500,
                ..usual()
            },
        );
        check(
            "--agents=4 --orders=500",
            Options {
                agents: 4,
                orders: 500,
                ..usual()
            },
        );
        check(
            "--latency-ms 0",
            Options {
                latency: Duration::ZERO,
                ..usual()
            },
        );
        assert_eq!(parse("--agents 4 --help"), Ok(Request::Help));
        assert_eq!(parse("-h"), Ok(Request::Help));
    }

    #[test]
    fn what_makes_no_sense_is_one_line() {
        for (line, message) in [
            (
                "--order 5",
                "unknown option `--order`: `--help` lists the options",
            ),
            ("5", "unknown option `5`: `--help` lists the options"),
            (
                "--json=yes",
                "unknown option `--json=yes`: `--help` lists the options",
            ),
            (
                "--orders",
                "`--orders` takes a number from 1 to 1000000, and none was given",
            ),
            (
                "--orders many",
                "`--orders` takes a number from 1 to 1000000, not `many`",
            ),
            (
                "--orders=0",
                "`--orders` takes a number from 1 to 1000000, not `0`",
            ),
            (
                "--agents -1",
                "`--agents` takes a number from 1 to 256, not `-1`",
            ),
            (
                "--latency-ms 1001",
                "`--latency-ms` takes a number from 0 to 1000, not `1001`",
            ),
            (
                "--orders 100",
                "16 agents need at least 160 orders: `--orders` says 100",
            ),
        ] {
            assert_eq!(parse(line), Err(message.to_owned()));
        }
    }
}
