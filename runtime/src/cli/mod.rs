//! The core of a program that dumps a registry's definitions and checks that they have not drifted.
//!
//! In your own `xtask`, or in any small binary:
//!
//! ```no_run
//! # mod my_tools { pub fn registry() -> toolwright::Registry { toolwright::Registry::new([]).unwrap() } }
//! fn main() -> std::process::ExitCode {
//!     let arguments = std::env::args().skip(1);
//!     toolwright::cli::dump(&my_tools::registry(), "definitions", arguments)
//! }
//! ```
//!
//! Commit the folder that `--out` writes, and run `--check` in CI: a change of the bytes that a model is sent is then
//! a change that a reviewer sees, as every one of them makes a provider read the whole prefix anew.

mod drift;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::definition::Provider;
use crate::registry::Registry;

/// How the options are spelled, for a usage text of your own.
pub const DUMP_USAGE: &str =
    "[--provider anthropic|openai-responses|openai-chat] [--check] [--out DIR]";

/// Prints the definitions of a registry, byte for byte the same each time, with the fingerprint of each tool and of
/// the registry.
///
/// - `--provider NAME`: one provider's form; all of them without it.
/// - `--out DIR`: writes `DIR/NAME.json` instead of printing.
/// - `--check`: compares with the files in `DIR` (`golden`, unless `--out` names another), says which tool and which
///   JSON path drifted, and exits with 1 if one did. It shows the registry's lints as well, which change no exit code.
///
/// Misuse and files that cannot be read or written exit with 2.
pub fn dump(
    registry: &Registry,
    golden: impl AsRef<Path>,
    arguments: impl IntoIterator<Item = String>,
) -> ExitCode {
    let outcome = Dump::parse(arguments).and_then(|dump| dump.run(registry, golden.as_ref()));
    match outcome {
        Ok(Report { text, drifted }) => {
            // Whoever reads from us may go away early: nothing is lost by that.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::from(u8::from(drifted))
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// What has drifted from the committed files: a line for each place, none if nothing has.
///
/// # Errors
/// A file cannot be read.
pub fn drift(registry: &Registry, golden: impl AsRef<Path>) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for provider in Provider::ALL {
        let path = file(golden.as_ref(), provider);
        let committed = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let found = drift::compare(&committed, &text(registry, provider));
        lines.extend(found.into_iter().map(|line| format!("{provider}: {line}")));
    }
    Ok(lines)
}

/// A command line that was understood.
#[derive(Debug, Default)]
struct Dump {
    provider: Option<Provider>,
    check: bool,
    out: Option<PathBuf>,
}

/// What to print, and whether something drifted.
struct Report {
    text: String,
    drifted: bool,
}

impl Dump {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut dump = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--check" => dump.check = true,
                "--out" => {
                    dump.out = Some(arguments.next().ok_or("`--out` needs a folder")?.into());
                }
                "--provider" => {
                    let name = arguments.next().unwrap_or_default();
                    let provider = Provider::from_name(&name);
                    let names = crate::error::listed(Provider::ALL.map(Provider::as_str), "or");
                    dump.provider = Some(
                        provider.ok_or_else(|| format!("`--provider` is {names}, not `{name}`"))?,
                    );
                }
                other => return Err(format!("there is no option `{other}`; usage: {DUMP_USAGE}")),
            }
        }
        Ok(dump)
    }

    fn run(&self, registry: &Registry, golden: &Path) -> Result<Report, String> {
        let folder = self.out.as_deref().unwrap_or(golden);
        let mut report = Report {
            text: String::new(),
            drifted: false,
        };
        for provider in Provider::ALL
            .into_iter()
            .filter(|provider| self.provider.is_none_or(|only| only == *provider))
        {
            let (path, text) = (file(folder, provider), text(registry, provider));
            let line = if self.check {
                let committed = std::fs::read_to_string(&path).map_err(|error| {
                    format!(
                        "cannot read {}: {error}; write it with `--out {}`",
                        path.display(),
                        folder.display()
                    )
                })?;
                let found = drift::compare(&committed, &text);
                report.drifted |= !found.is_empty();
                if found.is_empty() {
                    format!(
                        "{}: as committed, {} tools, fingerprint {}\n",
                        path.display(),
                        registry.len(),
                        registry.fingerprint()
                    )
                } else {
                    found.iter().fold(String::new(), |mut lines, line| {
                        let _ = writeln!(lines, "{}: {line}", path.display());
                        lines
                    })
                }
            } else if self.out.is_some() {
                write(&path, &text)?;
                format!(
                    "{}: {} tools, fingerprint {}\n",
                    path.display(),
                    registry.len(),
                    registry.fingerprint()
                )
            } else {
                text
            };
            report.text.push_str(&line);
        }
        if self.check {
            for lint in registry.lints() {
                let _ = writeln!(report.text, "warning: {lint}");
            }
        }
        Ok(report)
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn file(folder: &Path, provider: Provider) -> PathBuf {
    folder.join(format!("{provider}.json"))
}

/// The dump: one JSON object, one tool a line. Each `definition` is the bytes that are sent.
fn text(registry: &Registry, provider: Provider) -> String {
    let mut text = format!(
        "{{\"provider\":\"{provider}\",\"fingerprint\":\"{}\",\"tools\":[",
        registry.fingerprint()
    );
    for (index, definition) in registry.iter().enumerate() {
        let separator = if index == 0 { "" } else { "," };
        let (fingerprint, json) = (definition.fingerprint(), definition.to_json(provider));
        let _ = write!(
            text,
            "{separator}\n{{\"fingerprint\":\"{fingerprint}\",\"definition\":{json}}}"
        );
    }
    text.push_str("\n]}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{Dump, text};
    use crate::definition::Provider;
    use crate::registry::Registry;

    fn mistake(arguments: &[&str]) -> String {
        Dump::parse(arguments.iter().map(|&argument| argument.to_owned())).unwrap_err()
    }

    #[test]
    fn a_wrong_option_is_named() {
        assert!(
            mistake(&["--chek"]).starts_with("there is no option `--chek`; usage: [--provider")
        );
        assert_eq!(mistake(&["--out"]), "`--out` needs a folder");
        assert_eq!(
            mistake(&["--provider", "gpt"]),
            "`--provider` is `anthropic`, `openai-responses` or `openai-chat`, not `gpt`"
        );
    }

    #[test]
    fn an_empty_registry_has_a_dump() {
        let registry = Registry::new([]).unwrap();
        let text = text(&registry, Provider::Anthropic);
        assert!(crate::canonical::canonicalize(&text).is_ok(), "{text}");
    }
}
