//! Replays recorded runs of the airline's service desk: `replay --data DIR [--runs FILE] [--agents N]`.
//!
//! The exit code is 0 if every result that the tools determine is the recorded one, 1 if not, and 2 if the input cannot
//! be replayed.

use std::io::Write as _;
use std::process::ExitCode;

use toolwright::Levers;
use toolwright_examples::replay::{
    Command, Comparison, Options, Problem, Setup, Summary, USAGE, Which, replay,
};

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
            print(&format!("{USAGE}\n\n{HELP}"));
            ExitCode::SUCCESS
        }
        Ok(Command::Replay(options)) => run(&options).unwrap_or_else(|problem| refuse(&problem)),
        Err(problem) => refuse(&problem),
    }
}

fn run(options: &Options) -> Result<ExitCode, Problem> {
    let setup = Setup::read(options)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Problem::new)?;
    let passes = runtime.block_on(passes(options, &setup))?;
    let report = passes.to_string();
    if options.json {
        eprint!("{report}");
        let summary = passes.main().map(Summary::of);
        let summary = serde_json::to_string(&summary).map_err(Problem::new)?;
        print(&format!("{summary}\n"));
    } else {
        print(&report);
    }
    Ok(ExitCode::from(u8::from(!passes.is_clean())))
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
