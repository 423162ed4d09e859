//! One command of a step: shown before it runs, timed after.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A run of cargo in the folder of the workspace.
pub(crate) struct Cargo {
    shown: String,
    command: Command,
}

impl Cargo {
    /// `cargo` with arguments separated by spaces; see [`Cargo::arg`] for one that holds a space.
    pub(crate) fn new(arguments: &str) -> Self {
        // The cargo that runs this program, so that both are of one toolchain.
        let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(program);
        command.current_dir(crate::root());
        // Every step builds once: what would make a second build faster only fills the disk.
        if std::env::var_os("CARGO_INCREMENTAL").is_none() {
            command.env("CARGO_INCREMENTAL", "0");
        }
        // These describe this package; they are not meant for the builds that it starts.
        for (name, _) in std::env::vars_os() {
            let is_of_package =
                |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
            if name.to_str().is_some_and(is_of_package) {
                command.env_remove(name);
            }
        }
        let cargo = Cargo {
            shown: "cargo".to_owned(),
            command,
        };
        arguments.split_whitespace().fold(cargo, Cargo::arg)
    }

    /// One more argument.
    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        let quote = if argument.contains(' ') { "'" } else { "" };
        self.shown += &[" ", quote, argument, quote].concat();
        self
    }

    /// A variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self.shown = format!("{name}='{value}' {}", self.shown);
        self
    }

    /// Runs it. On failure: the command and how it ended.
    pub(super) fn run(mut self) -> Result<(), String> {
        let started = self.announce();
        let status = self.command.status();
        self.conclude(started, status)
    }

    /// Runs it, and returns what it wrote to its standard output, which is shown as well.
    pub(super) fn run_and_read(self) -> Result<String, String> {
        let mut output = String::new();
        self.run_and_look(|line| {
            println!("{line}");
            output.push_str(line);
            output.push('\n');
        })?;
        Ok(output)
    }

    /// Runs it, and gives away each line that it writes to its standard output.
    pub(crate) fn run_and_look(mut self, mut look: impl FnMut(&str)) -> Result<(), String> {
        let started = self.announce();
        let status = self
            .command
            .stdout(Stdio::piped())
            .spawn()
            .and_then(|mut child| {
                let pipe = child.stdout.take().expect("standard output is piped");
                for line in BufReader::new(pipe).lines() {
                    look(&line?);
                }
                child.wait()
            });
        self.conclude(started, status)
    }

    /// Runs it unseen. On failure: what it wrote to its standard error.
    pub(crate) fn read(mut self) -> Result<String, String> {
        let output = self.command.output();
        let output = output.map_err(|error| format!("cannot run `{}`: {error}", self.shown))?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`{}` failed: {}", self.shown, why.trim()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn announce(&self) -> Instant {
        println!("$ {}", self.shown);
        // What the command writes must come after this line; there is nothing to do if nobody reads either.
        std::io::stdout().flush().ok();
        Instant::now()
    }

    fn conclude(
        &self,
        started: Instant,
        status: std::io::Result<ExitStatus>,
    ) -> Result<(), String> {
        let status = status.map_err(|error| format!("cannot run `{}`: {error}", self.shown))?;
        println!("  {}", seconds(started.elapsed()));
        if status.success() {
            return Ok(());
        }
        Err(format!("`{}` ended with {status}", self.shown))
    }
}

/// A duration as the table shows it.
pub(super) fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}
