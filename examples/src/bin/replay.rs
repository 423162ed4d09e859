//! Replays recorded runs of the airline's service desk: `replay --data DIR [--runs FILE] [--agents N]`; or recorded
//! traces in one shared world, to see what the result cache makes of them: `replay --shared-world --data DIR`.
//!
//! The exit code is 0 if every result that the tools determine is the recorded one, or if no hit was stale that must not
//! be; 1 if not; and 2 if the input cannot be replayed.

use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;
use toolwright::Levers;
use toolwright_examples::replay::{
    Command, Comparison, Options, Problem, Setup, Summary, USAGE, Which, replay,
};
use toolwright_examples::traces;

const SHARED_WORLD: &str = "\
Replays recorded traces in one shared world, and tells the hits and the stale hits of the result cache by TTL alone, with
declared effects, and when every write flushes everything.

  --data DIR        the folder that holds tau-airline/runs.jsonl, sessions/entire.jsonl, or both
  --runs FILE       recorded runs whose calls have a `kind` and `entities`, as given or below DIR
  --sessions FILE   recorded sessions whose calls have a `kind`, a `key`, an `out_hash` and times, as given or below DIR
  --ttl TTL         how long results stay fresh: 1m, 5m, 1h, 1d or 365d (1h)
  --json            the figures as one JSON object on standard output, the report on standard error

exit code: 0 no stale hit but by TTL alone, and every write was done; 1 otherwise; 2 bad input
";

const HELP: &str = "\
Replays recorded agent runs through the airline's tools and compares every result with the recorded one.

  --data DIR        the folder `db` with flights.json, reservations.json and users.json is in this directory
  --runs FILE       the recorded runs, one a line, as given or below DIR (runs.jsonl)
  --agents N        how many runs go at once (16)
  --levers on|off   one pass with all levers on, or off; without this, one of each, and a comparison
  --latency-ms N    how much longer each round trip to the database takes (0)
  --json            the figures as one JSON object on standard output, the report on standard error
  --help            this text

exit code: 0 every result that the tools determine is the recorded one; 1 some are not; 2 bad input
";

fn main() -> ExitCode {
    match Command::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => {
            let shared = traces::USAGE;
            print(&format!("{USAGE}\n\n{HELP}\n{shared}\n\n{SHARED_WORLD}"));
            ExitCode::SUCCESS
        }
        Ok(Command::Replay(options)) => run(&options).unwrap_or_else(|problem| refuse(&problem)),
        Ok(Command::SharedWorld(options)) => {
            run_traces(&options).unwrap_or_else(|problem| refuse(&problem))
        }
        Err(problem) => refuse(&problem),
    }
}

fn run(options: &Options) -> Result<ExitCode, Problem> {
    let setup = Setup::read(options)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Problem::new)?;
    let passes = runtime.block_on(passes(options, &setup))?;
    let summary = options.json.then(|| passes.main().map(Summary::of));
    tell(&passes.to_string(), summary.as_ref())?;
    Ok(ExitCode::from(u8::from(!passes.is_clean())))
}

fn run_traces(options: &traces::Options) -> Result<ExitCode, Problem> {
    let report = traces::run(options)?;
    let figures = options.json.then(|| report.figures());
    tell(&report.to_string(), figures.as_ref())?;
    Ok(ExitCode::from(u8::from(!report.is_clean())))
}

/// The report; or the figures, and the report on standard error.
fn tell(report: &str, figures: Option<&impl Serialize>) -> Result<(), Problem> {
    if let Some(figures) = figures {
        eprint!("{report}");
        let figures = serde_json::to_string(figures).map_err(Problem::new)?;
        print(&format!("{figures}\n"));
    } else {
        print(report);
    }
    Ok(())
}

async fn passes(options: &Options, setup: &Setup) -> Result<Comparison, Problem> {
    let mut passes = Comparison {
        off: None,
        on: None,
    };
    if options.levers != Which::On {
        passes.off = Some(replay(setup, Levers::none()).await?);
    }
    if options.levers != Which::Off {
        passes.on = Some(replay(setup, Levers::all()).await?);
    }
    Ok(passes)
}

fn refuse(problem: &Problem) -> ExitCode {
    eprintln!("replay: {problem}");
    ExitCode::from(2)
}

/// Whoever stops reading has read enough: a closed pipe is no error.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
