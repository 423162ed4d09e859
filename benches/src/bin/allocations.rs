//! Counts what the work of one group allocates: `allocations GROUP`.

use std::process::ExitCode;

use allocation_counter::{AllocationInfo, measure};
use toolwright_benches::measure::Contest;
use toolwright_benches::rows::{self, Figure, Row};
use toolwright_benches::{cache, flight};

/// How often the work is done: what is allocated only now and then, such as a larger table, counts little.
const TIMES: u64 = 512;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let group = arguments.next().unwrap_or_default();
    let Some(rows) = count(&group) else {
        eprintln!("usage: allocations GROUP");
        return ExitCode::from(2);
    };
    rows::print(&rows);
    ExitCode::SUCCESS
}

fn count(group: &str) -> Option<Vec<Row>> {
    match group {
        #[cfg(feature = "agents")]
        "dispatch" => Some(allocations(toolwright_benches::dispatch::contest())),
        "cache" => Some(cache::memory(held)),
        "flight" => Some(allocations(flight::contest())),
        _ => None,
    }
}

/// How many allocations each time takes.
fn allocations(mut contest: Contest) -> Vec<Row> {
    let meter = |work: &mut dyn FnMut()| {
        let AllocationInfo { count_total, .. } = measure(work);
        u32::try_from(count_total).map_or(f64::INFINITY, f64::from)
    };
    let mut rows = contest.measure(TIMES, meter, Figure::Count);
    for row in &mut rows {
        row.name.insert_str(0, "allocations: ");
    }
    rows
}

/// How many bytes more are allocated afterwards than before.
fn held(work: &mut dyn FnMut()) -> f64 {
    let AllocationInfo { bytes_current, .. } = measure(work);
    i32::try_from(bytes_current).map_or(f64::INFINITY, f64::from)
}
