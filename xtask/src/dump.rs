//! `cargo xtask dump`: the definitions of the example shop, which the golden files of this repository hold.

use std::process::ExitCode;

use toolwright::{Registry, cli};

/// Where the golden files are, seen from the workspace's folder.
const GOLDEN: &str = "tests/golden";

/// Prints, writes or checks the definitions.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    match registry() {
        Ok(registry) => cli::dump(
            &registry,
            crate::root().join(GOLDEN),
            arguments.iter().cloned(),
        ),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether the golden files are current; if not, what drifted.
pub(crate) fn check_all() -> Result<(), String> {
    let drift = cli::drift(&registry()?, crate::root().join(GOLDEN))?;
    for line in &drift {
        println!("{line}");
    }
    match drift.len() {
        0 => Ok(()),
        count => Err(format!(
            "{count} places drifted, listed above; if that is meant: `cargo xtask dump --out {GOLDEN}`"
        )),
    }
}

fn registry() -> Result<Registry, String> {
    toolwright_examples::shop::registry().map_err(|error| error.to_string())
}
