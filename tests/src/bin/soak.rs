//! A long soak of the dispatcher, and how much memory it leaves: what `cargo xtask soak` runs.
//!
//! Most of the ticks run in paused time on one thread, where calls can take too long in no time, and the rest on several
//! threads in real time.

use std::process::ExitCode;
use std::time::Instant;

use peak_alloc::PeakAlloc;
use tokio::runtime::Builder;
use toolwright::Stats;
use toolwright_tests::soak::{Options, Soak, Tally, Time, USAGE, keep_quiet};

/// Of so many ticks one is for warming up, before memory is looked at.
const WARM: u64 = 4;

/// Of so many ticks one is in real time.
const REAL: u64 = 5;

/// How much more memory may be in use in the end than after warming up, in bytes.
const GROWTH: usize = 128 * 1024;

/// How much more memory the process may have then, in KiB: what an allocator has, it keeps for a while.
const RESIDENT_GROWTH: i64 = 8 * 1024;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn main() -> ExitCode {
    let Options { ticks, seed } = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    keep_quiet();
    let flat = paused(ticks - ticks / REAL, seed);
    real(ticks / REAL, seed);
    if flat {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs in paused time; whether memory stayed flat.
fn paused(ticks: u64, seed: u64) -> bool {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let runtime = runtime.expect("a runtime of this thread needs nothing");
    let began = Instant::now();
    let mut soak = Soak::new(Time::Paused, seed);
    let warm = runtime.block_on(soak.run(ticks / WARM));
    let before = (ALLOCATOR.current_usage(), resident());
    let tally = runtime.block_on(soak.run(ticks - ticks / WARM));
    let after = (ALLOCATOR.current_usage(), resident());
    let stats = runtime.block_on(soak.end());
    print("paused time, one thread", warm.and(tally), &stats, began);
    println!(
        "  memory in use: {} KiB after warming up, {} KiB in the end",
        before.0 / 1024,
        after.0 / 1024
    );
    let mut is_flat = after.0 <= before.0 + GROWTH;
    if let (Some(before), Some(after)) = (before.1, after.1) {
        println!("  memory of the process: {before} KiB, {after} KiB");
        is_flat &= after <= before + RESIDENT_GROWTH;
    }
    if !is_flat {
        eprintln!("error: memory grows");
    }
    is_flat
}

/// Runs in real time.
fn real(ticks: u64, seed: u64) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build();
    let runtime = runtime.expect("the machine has room for four threads");
    let began = Instant::now();
    let (tally, stats) = runtime.block_on(async {
        let mut soak = Soak::new(Time::Real, seed);
        (soak.run(ticks).await, soak.end().await)
    });
    print("real time, four threads", tally, &stats, began);
}

fn print(what: &str, tally: Tally, stats: &Stats, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    println!("{what}, {seconds:.1} s:\n  {tally}");
    let Stats {
        runs,
        retries,
        batches,
        cache_hits,
        cache_shared,
        ..
    } = stats;
    println!(
        "  {runs} runs ({retries} again), {batches} batches, {cache_hits} hits, {cache_shared} shared runs"
    );
}

/// What the process has in memory, in KiB; nothing where the system does not say.
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
