//! The Redis server that the tests of the shared cache tier run against: found, or installed by Debian's package manager.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Tells the tests where the server is; see `tests/tests/redis/`.
pub(super) const VARIABLE: &str = "TOOLWRIGHT_REDIS_SERVER";

/// The server's program. Installs it if it is missing. On failure: why there is none.
pub(super) fn server() -> Result<PathBuf, String> {
    if let Some(given) = env::var_os(VARIABLE).filter(|given| !given.is_empty()) {
        let given = PathBuf::from(given);
        return answers(&given)
            .then_some(given.clone())
            .ok_or_else(|| format!("{VARIABLE} names {}, which does not run", given.display()));
    }
    if let Some(found) = found() {
        return Ok(found);
    }
    println!("redis-server is missing, and the tests of the Redis tier need it: installing it");
    // The service that the package brings is not wanted: the tests start servers of their own.
    run("apt-get update")?;
    run(
        "env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server",
    )?;
    found().ok_or_else(|| "redis-server was installed, and is not on the path".to_owned())
}

/// The program on the path, or where packages put it that users need not have on theirs.
fn found() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/bin", "/usr/sbin"].map(PathBuf::from));
    let mut programs = folders.map(|folder| folder.join("redis-server"));
    programs.find(answers)
}

fn answers(program: &PathBuf) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|version| version.status.success())
}

/// Runs a command as root.
fn run(command: &str) -> Result<(), String> {
    let words = if is_root() { "" } else { "sudo -n " };
    let command = [words, command].concat();
    println!("$ {command}");
    let mut words = command.split(' ');
    let status = Command::new(words.next().expect("a command has a first word"))
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{command}` ended with {status}")),
        Err(error) => Err(format!("cannot run `{command}`: {error}")),
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{answers, run};

    #[test]
    fn a_program_that_is_not_there_does_not_answer() {
        assert!(!answers(&PathBuf::from("/no/such/redis-server")));
    }

    #[test]
    fn a_command_that_cannot_run_is_told() {
        let error = run("no-such-program --flag").unwrap_err();
        assert!(error.contains("no-such-program --flag"), "{error}");
    }
}
