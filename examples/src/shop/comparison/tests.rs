//! Tests: two passes side by side.

use std::time::Duration;

use super::*;
use crate::shop::report;

fn options(orders: usize, agents: usize) -> Options {
    Options {
        orders,
        agents,
        latency: Duration::ZERO,
        json: false,
    }
}

async fn run(options: Options) -> Comparison {
    let progress = Arc::new(Progress::silent());
    Comparison::run(options, &progress).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_shop_answers_alike_at_fewer_round_trips() {
    let comparison = run(options(200, 4)).await;
    assert_eq!(comparison.verdict(), Ok(()));
    let Comparison { off, on, .. } = &comparison;
    assert!(on.round_trips < off.round_trips);
    let (off, on) = (off.stats, on.stats);
    assert_eq!((off.calls, off.ticks), (on.calls, on.ticks));
    assert_eq!((off.cache_hits, off.batches, off.parallel_ticks), (0, 0, 0));
    assert!(on.cache_hits > 0 && on.largest_batch > 1 && on.parallel_ticks > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_usual_agents_keep_the_promise() {
    let comparison = run(options(2_000, 16)).await;
    assert_eq!(comparison.verdict(), Ok(()));
    let answers = comparison.off.answers.iter().flatten().flatten();
    assert_eq!(answers.count() as u64, comparison.off.stats.calls);

    let json = report::json(&comparison);
    assert_eq!(json["promise_kept"], true);
    assert_eq!(json["on"]["round_trips"], comparison.on.round_trips);
    let text = report::text(&comparison).unwrap();
    let row = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap();
    let round_trips = row("database round trips").split_whitespace().nth(3);
    assert_eq!(round_trips, Some(&*comparison.off.round_trips.to_string()));
    assert!(text.ends_with(" answers are identical.\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_promise_is_named() {
    let mut comparison = run(options(200, 4)).await;
    comparison.on.round_trips = comparison.off.round_trips / 3 + 1;
    assert!(matches!(
        comparison.verdict(),
        Err(Broken::RoundTrips { .. })
    ));

    let call = &comparison.scripts[1].ticks[2].calls[0];
    let (tool, arguments) = (call.tool, call.arguments.clone());
    comparison.off.answers[1][2][0] = "one thing".to_owned();
    comparison.on.answers[1][2][0] = "another".to_owned();
    assert_eq!(
        comparison.verdict().unwrap_err().to_string(),
        format!(
            "the answers differ, first for agent 2, tick 3, call 1: {tool} {arguments}\n  \
             levers off: one thing\n  levers on:  another"
        )
    );

    comparison.on.answers.pop();
    comparison.on.answers[1][2][0] = "one thing".to_owned();
    let missing = comparison.verdict().unwrap_err().to_string();
    assert!(missing.contains("levers on:  no answer"), "{missing}");
    assert_eq!(report::json(&comparison)["promise_kept"], false);
    let text = report::text(&comparison).unwrap();
    assert!(text.ends_with("The answers are NOT identical.\n"), "{text}");
}
