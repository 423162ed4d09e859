//! `cargo xtask tidy`: what must hold of the source files and clippy cannot check.
//!
//! Each finding names its file and line and says what to do. Sources are read as text with comments and strings told
//! apart from code, which is enough for these questions and needs no parser of Rust.

mod files;
mod layers;
mod macros;
mod paths;
pub(crate) mod source;

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use self::source::Source;

/// Checks the workspace; there are no options.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    if let Some(argument) = arguments.first() {
        return crate::misused(&format!("`tidy` has no option `{argument}`"));
    }
    match check(&crate::root()) {
        Ok(report) => {
            print!("{report}");
            if report.problems() > 0 {
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Checks every file of a workspace.
pub(crate) fn check(root: &Path) -> Result<Report, String> {
    let read = |path: &String| {
        let text = std::fs::read_to_string(root.join(path));
        text.map_err(|error| format!("cannot read {path}: {error}"))
    };
    let mut report = Report::default();
    let mut sources = Vec::new();
    for path in source::rust_files(root)? {
        let text = read(&path)?;
        sources.push(Source::new(path, text));
    }
    let test_files: HashSet<String> = sources.iter().flat_map(Source::test_files).collect();
    for source in &mut sources {
        if test_files.contains(&source.path) {
            source.is_test = true;
        }
    }
    for source in &sources {
        report.findings.extend(files::check(source));
        report.findings.extend(layers::check(source));
        report.findings.extend(macros::check(source));
    }
    let others = source::text_files(root)?;
    for path in &others {
        report
            .findings
            .extend(files::check_machine_paths(path, &read(path)?, |_| false));
    }
    report.files = sources.len() + others.len();
    Ok(report)
}

/// Something to change, or to think about.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    is_warning: bool,
    message: String,
}

impl Finding {
    fn problem(path: &str, line: usize, message: impl Into<String>) -> Self {
        Finding {
            path: path.to_owned(),
            line,
            is_warning: false,
            message: message.into(),
        }
    }

    fn warning(path: &str, line: usize, message: impl Into<String>) -> Self {
        let problem = Finding::problem(path, line, message);
        Finding {
            is_warning: true,
            ..problem
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = if self.is_warning { "warning: " } else { "" };
        write!(f, "{}:{}: {level}{}", self.path, self.line, self.message)
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    findings: Vec<Finding>,
    files: usize,
}

impl Report {
    /// How many findings are not mere warnings.
    pub(crate) fn problems(&self) -> usize {
        self.findings
            .iter()
            .filter(|finding| !finding.is_warning)
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        let (files, problems) = (self.files, self.problems());
        let warnings = self.findings.len() - problems;
        writeln!(
            f,
            "tidy: {files} files; problems: {problems}, warnings: {warnings}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_checked_whole() {
        let root = std::env::temp_dir().join(format!("xtask-tidy-{}", std::process::id()));
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let machine = format!("see /{}/me", "home");
        write(
            "runtime/src/json.rs",
            "//! Doc.\nuse crate::harness::Harness;\n#[cfg(test)]\nmod random;\n",
        );
        write(
            "runtime/src/json/random.rs",
            "//! Doc.\nuse crate::harness::Harness;\n",
        );
        write("macros/src/model/mod.rs", "fn f() { quote!(x) }\n");
        write("docs/page.md", &machine);
        write("target/debug/generated.rs", "dbg!(1)");
        write(".hidden/file.rs", "dbg!(1)");
        let report = check(&root).unwrap();
        std::fs::remove_dir_all(&root).unwrap();
        let places: Vec<_> = report
            .findings
            .iter()
            .map(|finding| (finding.path.as_str(), finding.line))
            .collect();
        let expected = [
            ("macros/src/model/mod.rs", 1),
            ("macros/src/model/mod.rs", 1),
            ("runtime/src/json.rs", 2),
            ("docs/page.md", 1),
        ];
        assert_eq!(places, expected, "{report}");
        assert!(
            report
                .to_string()
                .ends_with("tidy: 4 files; problems: 4, warnings: 0\n"),
            "{report}"
        );
    }

    #[test]
    fn a_finding_is_shown_with_its_place() {
        let problem = Finding::problem("a.rs", 3, "is wrong");
        let warning = Finding::warning("a.rs", 4, "is long");
        assert_eq!(problem.to_string(), "a.rs:3: is wrong");
        assert_eq!(warning.to_string(), "a.rs:4: warning: is long");
    }
}
