//! A generated crate, and cargo's runs on it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;

use super::source;
use super::subject::Subject;
use crate::test::command::Cargo;

/// Where the generated crates and what is built of them are, seen from the workspace.
const FOLDER: &str = "target/bench";

/// What cargo is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// `cargo check`.
    Check,
    /// `cargo build`.
    Debug,
    /// `cargo build --release`.
    Release,
}

impl Way {
    /// Each of them.
    pub(super) const ALL: [Self; 3] = [Self::Check, Self::Debug, Self::Release];

    /// What the table calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Way::Check => "check",
            Way::Debug => "debug build",
            Way::Release => "release build",
        }
    }

    /// Whose rlib it makes.
    pub(super) fn profile(self) -> &'static str {
        match self {
            Way::Check | Way::Debug => "debug",
            Way::Release => "release",
        }
    }

    fn command(self) -> &'static str {
        match self {
            Way::Check => "check",
            Way::Debug => "build",
            Way::Release => "build --release",
        }
    }
}

/// What a run of cargo did with the crate itself.
#[derive(Debug, PartialEq)]
pub(super) struct Built {
    /// Nothing, as it was there already.
    pub(super) was_fresh: bool,
    /// The bytes of the rlib, if there is one.
    pub(super) size: Option<u64>,
}

/// A crate on disk.
#[derive(Debug)]
pub(super) struct Crate {
    /// What writes its tools.
    pub(super) subject: Subject,
    folder: PathBuf,
}

impl Crate {
    /// Writes a crate with the first `count` tools, as far as it is not there yet.
    pub(super) fn write(subject: Subject, count: usize) -> Result<Self, String> {
        let name = format!("{}-{count}", subject.folder());
        let folder = crate::root().join(FOLDER).join("compile").join(name);
        let written = Self { subject, folder };
        match written.write_files(count) {
            Ok(()) => Ok(written),
            Err(error) => Err(format!(
                "cannot write {}: {error}",
                written.folder.display()
            )),
        }
    }

    fn write_files(&self, count: usize) -> io::Result<()> {
        fs::create_dir_all(self.folder.join("src"))?;
        for (name, text) in source::files(self.subject, count) {
            write_if_changed(&self.folder.join("src").join(name), &text)?;
        }
        let root = crate::root();
        let lock = match self.subject.manifest() {
            Some(_) => root
                .join("benches/compile")
                .join(self.subject.folder())
                .join("Cargo.lock"),
            // What the workspace itself is built with.
            None => root.join("Cargo.lock"),
        };
        let manifest = match self.subject.manifest() {
            Some(manifest) => manifest.to_owned(),
            None => generated_manifest(self.subject, &root),
        };
        write_if_changed(&self.folder.join("Cargo.toml"), &manifest)?;
        fs::write(self.folder.join("Cargo.lock"), fs::read(lock)?)
    }

    /// Makes its source look changed.
    pub(super) fn touch(&self) -> Result<(), String> {
        let path = self.folder.join("src/lib.rs");
        let touched = File::options().append(true).open(&path);
        let touched = touched.and_then(|file| file.set_modified(SystemTime::now()));
        touched.map_err(|error| format!("cannot touch {}: {error}", path.display()))
    }

    /// Compiles it, and what it depends on if that is not there. On failure: what cargo says, in one line.
    pub(super) fn build(&self, way: Way) -> Result<Built, String> {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let mut command = Cargo::new(way.command())
            .arg("--quiet")
            .arg("--message-format=json-render-diagnostics")
            .arg("--manifest-path")
            .arg(&path(&self.folder.join("Cargo.toml")))
            .arg("--target-dir")
            .arg(&path(&crate::root().join(FOLDER).join("build")))
            // What is kept for the next build costs time in this one; a cached or wrapped compiler is not the compiler.
            .env("CARGO_INCREMENTAL", "0")
            .env("RUSTC_WRAPPER", "");
        if self.subject.manifest().is_some() {
            command = command.arg("--locked");
        }
        let messages = command.read().map_err(|why| cause(&why))?;
        built(&messages, &self.name())
    }

    fn name(&self) -> String {
        format!("tools_{}", self.subject.folder())
    }
}

/// Leaves a file alone that is as it should be, so that cargo does not build it anew.
fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    match fs::read(path) {
        Ok(there) if there == text.as_bytes() => Ok(()),
        _ => fs::write(path, text),
    }
}

/// The manifest of a crate that depends on nothing but this workspace and its dependencies.
fn generated_manifest(subject: Subject, root: &Path) -> String {
    let ours = match subject {
        Subject::Ours => format!(
            "toolwright = {{ path = '{}' }}\n",
            root.join("runtime").display()
        ),
        _ => String::new(),
    };
    format!(
        "[package]\nname = \"tools_{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n{ours}\n[workspace]\n",
        subject.folder()
    )
}

/// What cargo's messages say of one crate.
fn built(messages: &str, name: &str) -> Result<Built, String> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_crate = |message: &Value| {
        message["reason"] == "compiler-artifact" && message["target"]["name"] == name
    };
    let artifact = messages.into_iter().find(of_crate);
    let artifact = artifact.ok_or_else(|| format!("cargo did not say that it built `{name}`"))?;
    let files = artifact["filenames"].as_array().into_iter().flatten();
    let rlib = files
        .filter_map(Value::as_str)
        .find(|path| Path::new(path).extension().is_some_and(|it| it == "rlib"));
    let size = |path| match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) => Err(format!("cannot read {path}: {error}")),
    };
    Ok(Built {
        was_fresh: artifact["fresh"] == true,
        size: rlib.map(size).transpose()?,
    })
}

/// A failure of cargo in one line: from its first error on, as far as a reader wants to know.
fn cause(failure: &str) -> String {
    const ENOUGH: usize = 300;
    let start = failure.find("error").unwrap_or(0);
    let words: Vec<_> = failure[start..].split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_about_the_crate_itself_counts() {
        let other = r#"{"reason":"compiler-artifact","target":{"name":"serde"},"filenames":[],"fresh":true}"#;
        let ours = r#"{"reason":"compiler-artifact","target":{"name":"tools_ours"},"filenames":["libtools_ours.rmeta"],"fresh":false}"#;
        let messages =
            format!("{other}\n{ours}\n{{\"reason\":\"build-finished\",\"success\":true}}\n");
        let expected = Built {
            was_fresh: false,
            size: None,
        };
        assert_eq!(built(&messages, "tools_ours"), Ok(expected));
        assert!(built(&messages, "serde").unwrap().was_fresh);
        let missing = built(other, "tools_ours").unwrap_err();
        assert_eq!(missing, "cargo did not say that it built `tools_ours`");
    }

    #[test]
    fn the_size_is_that_of_the_rlib() {
        let path = std::env::temp_dir().join(format!("xtask-bench-{}.rlib", std::process::id()));
        fs::write(&path, "12345").unwrap();
        let message = serde_json::json!({
            "reason": "compiler-artifact",
            "target": {"name": "x"},
            "filenames": ["libx.rmeta", path],
            "fresh": true,
        });
        let found = built(&message.to_string(), "x");
        fs::remove_file(&path).unwrap();
        assert_eq!(found.unwrap().size, Some(5));
        assert!(
            built(&message.to_string(), "x")
                .unwrap_err()
                .starts_with("cannot read ")
        );
    }

    #[test]
    fn a_failure_is_told_in_one_line() {
        let failure = "`cargo check` failed: warning: x\nerror: failed to download\n\nCaused by:\n  no network";
        assert_eq!(
            cause(failure),
            "error: failed to download Caused by: no network"
        );
        assert_eq!(cause("cannot run `cargo`"), "cannot run `cargo`");
        let long = cause(&format!("error: {}", "é".repeat(1000)));
        assert!(long.ends_with('…') && long.chars().count() == 301);
    }
}
