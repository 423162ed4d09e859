//! The jobs of this repository, run as `cargo xtask JOB`.

mod bench;
mod dump;
mod soak;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask JOB

jobs:
  test [--keep-going] [--only STEP]... [--list]   everything that must hold before a commit
  tidy                                            the checks that clippy cannot make
  dump …                                          the tool definitions as each provider gets them
  bench [--group NAME]... [--quick] [--json FILE] [--svg FILE]
                                                  measurements beside other libraries
  soak [--ticks N] [--seed N]                     ticks that fail in every way: nothing is lost, memory is flat
";

/// The exit code of a command line that was not understood.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((job, arguments)) = arguments.split_first() else {
        return misused("say which job to run");
    };
    match job.as_str() {
        "test" => test::run(arguments),
        "tidy" => tidy::run(arguments),
        "dump" => dump::run(arguments),
        "bench" => bench::run(arguments),
        "soak" => soak::run(arguments),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        other => misused(&format!("there is no job `{other}`")),
    }
}

/// Tells how the command line is meant to be.
fn misused(mistake: &str) -> ExitCode {
    eprintln!("error: {mistake}\n\n{USAGE}");
    ExitCode::from(MISUSED)
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("this package is a folder of the workspace")
        .to_path_buf()
}
