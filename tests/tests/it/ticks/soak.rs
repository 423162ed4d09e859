//! A short soak; `cargo xtask soak` runs a long one, and looks at the memory as well.

use tokio::runtime::Builder;
use toolwright_tests::soak::{Soak, Time, keep_quiet};

/// The seed.
const SEED: u64 = 6;

#[test]
fn nothing_is_lost_in_ticks_that_fail_in_every_way() {
    keep_quiet();
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(async {
        let mut soak = Soak::new(Time::Paused, SEED);
        let tally = soak.run(2_000).await;
        println!("{tally}");
        assert!(tally.dropped > 0 && tally.failed > 0 && tally.answered > tally.failed);
        soak.end().await;
    });
}

#[test]
fn nothing_is_lost_in_ticks_on_several_threads() {
    keep_quiet();
    let runtime = Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build();
    runtime.unwrap().block_on(async {
        let mut soak = Soak::new(Time::Real, SEED);
        let tally = soak.run(400).await;
        println!("{tally}");
        assert!(tally.answered > tally.failed);
        soak.end().await;
    });
}
