//! The command line of the program.

use std::ffi::OsString;
use std::path::PathBuf;

use super::turns::Source;
use crate::replay::{Problem, split};

/// How the program is called.
pub const USAGE: &str = "usage: ticks --data DIR [--cap N] [--json]";

/// The largest cap.
const MOST: usize = 1_000;

/// What to run, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The folder with recorded turns.
    pub data: PathBuf,
    /// How many calls run at once at most.
    pub cap: usize,
    /// Whether the figures are one JSON object.
    pub json: bool,
}

impl Options {
    /// Reads the arguments that follow the program's name; none, if they ask for help.
    ///
    /// # Errors
    /// An option is unknown, given twice, has no value or one that it does not take, or there is no folder.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, Problem> {
        let (mut data, mut cap, mut json) = (None, None, false);
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, attached) = split(&argument);
            let mut value = |name: &str| {
                let value = attached.clone().or_else(|| arguments.next());
                value.ok_or_else(|| usage(&format!("`{name}` needs a value")))
            };
            let twice = match name.to_str() {
                Some("--help" | "-h") if attached.is_none() => return Ok(None),
                Some("--json") if attached.is_none() => std::mem::replace(&mut json, true),
                Some(name @ "--data") => data.replace(PathBuf::from(value(name)?)).is_some(),
                Some(name @ "--cap") => cap.replace(number(name, &value(name)?)?).is_some(),
                _ => return Err(usage(&format!("unknown option `{}`", argument.display()))),
            };
            if twice {
                return Err(usage(&format!("`{}` is given twice", name.display())));
            }
        }
        let data = data.ok_or_else(|| usage("`--data` is missing"))?;
        Ok(Some(Self {
            data,
            cap: cap.unwrap_or(8),
            json,
        }))
    }

    /// The files that the folder has.
    ///
    /// # Errors
    /// It has none that is known.
    pub fn files(&self) -> Result<Vec<(Source, PathBuf)>, Problem> {
        let paths = Source::ALL.map(|source| (source, self.data.join(source.file())));
        let files: Vec<_> = paths
            .into_iter()
            .filter(|(_, path)| path.is_file())
            .collect();
        if files.is_empty() {
            let [first, second] = Source::ALL.map(Source::file);
            let problem = format_args!("there is neither {first} nor {second}");
            return Err(Problem::in_file(&self.data, problem));
        }
        Ok(files)
    }
}

fn number(name: &str, value: &OsString) -> Result<usize, Problem> {
    let number = value.to_str().and_then(|value| value.parse().ok());
    let number = number.filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| {
        let value = value.display();
        usage(&format!(
            "`{name}` takes a number from 1 to {MOST}, not `{value}`"
        ))
    })
}

fn usage(problem: &str) -> Problem {
    Problem::new(format_args!("{problem}; {USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Options>, Problem> {
        Options::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_option_is_read() {
        let (data, cap) = (PathBuf::from("d"), 8);
        let few = Options {
            data: data.clone(),
            cap,
            json: false,
        };
        assert_eq!(parse("--data d"), Ok(Some(few)));
        let all = Options {
            data,
            cap: 2,
            json: true,
        };
        assert_eq!(parse("--cap=2 --json --data=d"), Ok(Some(all)));
        assert_eq!(parse("--cap 2 --help"), Ok(None));
    }

    #[test]
    fn mistakes_are_named_in_one_line() {
        for (line, problem) in [
            ("", "`--data` is missing"),
            ("--data", "`--data` needs a value"),
            ("--data d --data e", "`--data` is given twice"),
            ("--data d --json --json", "`--json` is given twice"),
            (
                "--data d --cap 0",
                "`--cap` takes a number from 1 to 1000, not `0`",
            ),
            (
                "--data d --cap x",
                "`--cap` takes a number from 1 to 1000, not `x`",
            ),
            ("--data d --agents 3", "unknown option `--agents`"),
        ] {
            let said = parse(line).unwrap_err().to_string();
            assert_eq!(said, format!("{problem}; {USAGE}"));
        }
    }
}
