//! The command line of a soak.

/// What `--help` prints.
pub const USAGE: &str = "\
Ticks whose calls fail, panic, take too long, are given up or cancelled at random: every call is answered exactly once and
with what it asked for, no permit is lost, and memory stays flat.

usage: cargo xtask soak [--ticks N] [--seed N]

  --ticks N   how many ticks, at least 1000 (100000)
  --seed N    what the calls are, and which ticks are given up (6)
";

/// How long a soak is, and what is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many ticks.
    pub ticks: u64,
    /// What is drawn.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ticks: 100_000,
            seed: 6,
        }
    }
}

impl Options {
    /// Reads the arguments that follow the program's name; none, if they ask for help.
    ///
    /// # Errors
    /// What is wrong with the first argument that makes no sense.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            let mut number =
                |least| number(name, value.clone().or_else(|| arguments.next()), least);
            match name {
                "--ticks" => options.ticks = number(1_000)?,
                "--seed" => options.seed = number(0)?,
                "--help" | "-h" if value.is_none() => return Ok(None),
                _ => return Err(format!("`soak` has no option `{argument}`")),
            }
        }
        Ok(Some(options))
    }
}

fn number(name: &str, value: Option<String>, least: u64) -> Result<u64, String> {
    let wanted = format!("`{name}` takes a number from {least} on");
    let value = value.ok_or_else(|| format!("{wanted}, and none was given"))?;
    let number = value.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| format!("{wanted}, not `{value}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Options>, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        assert_eq!(parse(""), Ok(Some(Options::default())));
        let both = Options {
            ticks: 2_000,
            seed: 0,
        };
        assert_eq!(parse("--ticks 2000 --seed=0"), Ok(Some(both)));
        assert_eq!(parse("--seed 1 --help"), Ok(None));
    }

    #[test]
    fn what_makes_no_sense_is_one_line() {
        for (line, mistake) in [
            ("--agents 3", "`soak` has no option `--agents`"),
            ("--help=yes", "`soak` has no option `--help=yes`"),
            (
                "--ticks",
                "`--ticks` takes a number from 1000 on, and none was given",
            ),
            (
                "--ticks=999",
                "`--ticks` takes a number from 1000 on, not `999`",
            ),
            ("--seed -1", "`--seed` takes a number from 0 on, not `-1`"),
        ] {
            assert_eq!(parse(line), Err(mistake.to_owned()));
        }
    }
}
