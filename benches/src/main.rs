//! Times the work of one group: `toolwright-benches GROUP [--quick]`.

use std::process::ExitCode;

use toolwright_benches::rows::{self, Row};
use toolwright_benches::{cache, flight, key};

/// How many rounds a median is taken of, and with `--quick`.
const ROUNDS: usize = 1001;
const QUICK_ROUNDS: usize = 51;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (group, quick) = match arguments.as_slice() {
        [group] => (*group, false),
        [group, "--quick"] => (*group, true),
        _ => ("", false),
    };
    let Some(rows) = measure(group, quick) else {
        eprintln!("usage: toolwright-benches GROUP [--quick]");
        return ExitCode::from(2);
    };
    rows::print(&rows);
    ExitCode::SUCCESS
}

fn measure(group: &str, quick: bool) -> Option<Vec<Row>> {
    let rounds = if quick { QUICK_ROUNDS } else { ROUNDS };
    match group {
        #[cfg(feature = "agents")]
        "dispatch" => Some(toolwright_benches::dispatch::contest().time(rounds)),
        "key" => Some(key::contest().time(rounds)),
        #[cfg(feature = "canonicalizer")]
        "key-canonicalizer" => Some(key::canonicalizer_contest().time(rounds)),
        "cache" => {
            let mut rows = cache::contest().time(rounds);
            rows.extend(cache::hit_ratios(quick));
            Some(rows)
        }
        #[cfg(feature = "batchers")]
        "batch" => Some(toolwright_benches::batch::measure(quick)),
        "flight" => Some(flight::contest().time(rounds)),
        _ => None,
    }
}
