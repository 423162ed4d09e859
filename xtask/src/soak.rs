//! `cargo xtask soak`: a hundred thousand ticks whose calls fail, panic, take too long and are given up at random.

use std::process::ExitCode;

use crate::test::command::Cargo;

/// The program, which reads the options as well.
const PROGRAM: &str = "run --release --quiet --package toolwright-tests --bin soak --";

/// Builds and runs it.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let program = Cargo::new(PROGRAM);
    let program = arguments
        .iter()
        .fold(program, |it, argument| it.arg(argument));
    match program.run_and_look(|line| println!("{line}")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PROGRAM;
    use crate::test::command::Cargo;

    #[test]
    fn the_program_is_there() {
        let metadata = Cargo::new("metadata --no-deps --format-version 1")
            .read()
            .unwrap();
        let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let words: Vec<&str> = PROGRAM.split(' ').collect();
        let after = |word: &str| words[words.iter().position(|it| *it == word).unwrap() + 1];
        let package = packages
            .iter()
            .find(|it| it["name"] == after("--package"))
            .unwrap();
        let targets = package["targets"].as_array().unwrap();
        let is_it = |target: &serde_json::Value| {
            target["name"] == after("--bin") && target["kind"][0] == "bin"
        };
        assert!(targets.iter().any(is_it), "{targets:?}");
    }
}
