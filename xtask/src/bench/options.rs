//! The command line of `cargo xtask bench`.

use std::path::PathBuf;

use super::Group;
use super::runtime::BATCH as DRAWN;

/// What the command line asks for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Options {
    /// Names of groups; none means all.
    groups: Vec<String>,
    /// Fewer rounds.
    pub(super) quick: bool,
    /// Where the figures go as JSON.
    pub(super) json: Option<PathBuf>,
    /// Where the plot of the group `batch` goes.
    pub(super) svg: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Options::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = |what: &str| {
                let value = arguments.next().cloned();
                value.ok_or_else(|| format!("`{argument}` needs {what}"))
            };
            match argument.as_str() {
                "--group" => options.groups.push(value("the name of a group")?),
                "--quick" => options.quick = true,
                "--json" => options.json = Some(value("a file to write to")?.into()),
                "--svg" => options.svg = Some(value("a file to draw into")?.into()),
                other => return Err(format!("`bench` has no option `{other}`")),
            }
        }
        Ok(options)
    }

    /// The groups that were asked for, in the order of the table.
    pub(super) fn choose<'g>(&self, groups: &'g [Group]) -> Result<Vec<&'g Group>, String> {
        let is_group = |name: &&String| groups.iter().any(|group| group.name == name.as_str());
        if let Some(unknown) = self.groups.iter().find(|name| !is_group(name)) {
            let names: Vec<_> = groups.iter().map(|group| group.name).collect();
            return Err(format!(
                "there is no group `{unknown}`; the groups are: {}",
                names.join(", ")
            ));
        }
        let draws = |name: &String| name == DRAWN;
        if self.svg.is_some() && !self.groups.is_empty() && !self.groups.iter().any(draws) {
            return Err(format!(
                "`--svg` draws what the group `{DRAWN}` measures: ask for that as well"
            ));
        }
        let is_chosen = |group: &&Group| {
            self.groups.is_empty() || self.groups.iter().any(|name| name == group.name)
        };
        Ok(groups.iter().filter(is_chosen).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: [Group; 2] = [group("fast"), group("slow")];

    const fn group(name: &'static str) -> Group {
        Group {
            name,
            what: "",
            run: |_| Err(String::new()),
        }
    }

    fn options(line: &str) -> Result<Options, String> {
        let arguments: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&arguments)
    }

    fn chosen(line: &str) -> Result<Vec<&'static str>, String> {
        let chosen = options(line).unwrap().choose(&GROUPS)?;
        Ok(chosen.iter().map(|group| group.name).collect())
    }

    #[test]
    fn options_are_read() {
        assert_eq!(options(""), Ok(Options::default()));
        let all = Options {
            groups: vec!["slow".to_owned(), "fast".to_owned()],
            quick: true,
            json: Some("figures.json".into()),
            svg: Some("plot.svg".into()),
        };
        assert_eq!(
            options("--group slow --json figures.json --quick --svg plot.svg --group fast"),
            Ok(all)
        );
    }

    #[test]
    fn options_that_do_not_exist_are_told() {
        for (line, mistake) in [
            ("--fast", "`bench` has no option `--fast`"),
            ("--group", "`--group` needs the name of a group"),
            ("--quick --json", "`--json` needs a file to write to"),
            ("--svg", "`--svg` needs a file to draw into"),
        ] {
            assert_eq!(options(line), Err(mistake.to_owned()));
        }
    }

    #[test]
    fn no_group_means_all_and_each_runs_once() {
        assert_eq!(chosen(""), Ok(vec!["fast", "slow"]));
        assert_eq!(chosen("--group slow --group slow"), Ok(vec!["slow"]));
        assert_eq!(
            chosen("--group slow --group fast"),
            Ok(vec!["fast", "slow"])
        );
    }

    #[test]
    fn what_is_drawn_has_to_be_measured() {
        let mistake = "`--svg` draws what the group `batch` measures: ask for that as well";
        assert_eq!(
            chosen("--group slow --svg plot.svg"),
            Err(mistake.to_owned())
        );
        assert_eq!(chosen("--svg plot.svg"), Ok(vec!["fast", "slow"]));
    }

    #[test]
    fn an_unknown_group_is_told_in_one_line_with_those_that_exist() {
        let mistake = "there is no group `medium`; the groups are: fast, slow";
        assert_eq!(
            chosen("--group slow --group medium"),
            Err(mistake.to_owned())
        );
    }
}
