//! Runs recorded turns of a function-calling benchmark, each as one tick, and compares how long they take with one call
//! after the other and with the shortest that their graphs allow.
//!
//! ```text
//! cargo run --release -p toolwright-examples --bin ticks -- --data DIR --cap 8
//! ```

use std::io::Write as _;
use std::process::ExitCode;

use tokio::runtime::Builder;
use toolwright_examples::replay::Problem;
use toolwright_examples::ticks::options::{Options, USAGE};
use toolwright_examples::ticks::pass::pass;
use toolwright_examples::ticks::report::Report;

const HELP: &str = "\
Runs recorded turns, each as one tick, and compares how long they take with one call after the other and with the
shortest that their graphs allow: one table, for all turns of a file and for those with several calls.

  --data DIR   the folder that holds multi_turn_base.jsonl, parallel.jsonl, or both
  --cap N      how many calls run at once at most (8)
  --json       the figures as one JSON object
  --help       this text

Time is tokio's, paused: it jumps to whatever is next, so the figures are exact and nobody waits. What a call reads or
writes is guessed by its name, its whole application at a time.

exit code: 0 every call waited for those that it conflicts with; 1 some did not; 2 bad input
";

fn main() -> ExitCode {
    match Options::parse(std::env::args_os().skip(1)) {
        Ok(None) => {
            print(&format!("{USAGE}\n\n{HELP}"));
            ExitCode::SUCCESS
        }
        Ok(Some(options)) => run(&options).unwrap_or_else(|problem| refuse(&problem)),
        Err(problem) => refuse(&problem),
    }
}

fn run(options: &Options) -> Result<ExitCode, Problem> {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let runtime = runtime.map_err(Problem::new)?;
    let mut passes = Vec::new();
    for (source, path) in options.files()? {
        let turns = source.read(&path)?;
        passes.push((source, runtime.block_on(pass(&turns, options.cap))?));
    }
    let report = Report {
        cap: options.cap,
        passes,
    };
    if options.json {
        print(&format!("{}\n", report.json()));
    } else {
        print(&report.to_string());
    }
    Ok(ExitCode::from(u8::from(!report.is_in_order())))
}

fn refuse(problem: &Problem) -> ExitCode {
    eprintln!("ticks: {problem}");
    ExitCode::from(2)
}

/// Whoever stops reading has read enough: a closed pipe is no error.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
