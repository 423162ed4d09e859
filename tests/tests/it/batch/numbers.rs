//! What a batch says of itself: in outcomes, counts, histograms, spans and warnings.

use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tokio::time::{sleep, timeout};
use toolwright::{BatchStats, Batching, FlushPolicy, FlushReason, Harness, WhenFull};
use tracing::subscriber;

use super::depot::{Mood, ask, ask_at, tick, world};
use crate::telemetry::{Seen, Watcher};

fn stats(harness: &Harness, tool: &str) -> BatchStats {
    let stats = harness.batch_stats();
    stats.into_iter().find(|it| it.tool == tool).unwrap()
}

fn hybrid() -> Batching {
    Batching::new().policy(FlushPolicy::Hybrid)
}

/// B27: each batched tool has its counts, and nothing else has any.
#[tokio::test(start_paused = true)]
async fn b27_batches_and_their_keys_and_calls_are_counted() {
    let (harness, depot) = world(|it| it.batching_of("depot_look", hybrid()));
    depot.takes(7);
    let session = harness.session().start();
    tick(&session, "depot_five", [1, 2, 3, 1, 2]).await;
    tick(&session, "depot_five", 0..5).await;
    ask(&session, "depot_five", 1).await;
    let five = stats(&harness, "depot_five");
    assert_eq!(
        (five.batches, five.keys, five.calls),
        (3, 3 + 5 + 1, 5 + 5 + 1)
    );
    assert_eq!(
        (five.left_full, five.left_idle, five.left_with_tick),
        (1, 1, 1)
    );
    assert!((five.mean_size() - 3.0).abs() < f64::EPSILON);
    assert_eq!((five.sizes.count(), five.sizes.sum()), (3, 9));
    assert_eq!((five.waits.count(), five.waits.sum()), (11, 0));
    assert_eq!((five.runs.count(), five.runs.sum()), (3, 21_000));
    // Beside the tool that waits for its window.
    tokio::join!(
        ask(&session, "depot_look", 1),
        ask_at(&session, 4, "depot_look", 2)
    );
    let look = stats(&harness, "depot_look");
    assert_eq!((look.left_by_window, look.waits.sum()), (1, 10_000 + 6_000));
    assert_eq!(stats(&harness, "depot_body").batches, 0);
    let all = harness.stats();
    assert_eq!(
        (all.batches, all.batched_keys, all.largest_batch),
        (4, 11, 5)
    );
}

/// B27: so are splits, keys that run alone, calls that are refused, and those that go away.
#[tokio::test(start_paused = true)]
async fn b27_what_goes_wrong_is_counted() {
    let batching = Batching::new().max_waiting(4).when_full(WhenFull::Refuse);
    let (harness, depot) = world(|it| it.batching(batching).batching_of("depot_kept", hybrid()));
    let session = harness.session().start();
    depot.is(2, Mood::Breaks(toolwright::ErrorKind::Failed));
    tick(&session, "depot_look", 0..3).await;
    tick(&session, "depot_look", 0..3).await;
    tick(&session, "depot_look", 10..16).await;
    let look = stats(&harness, "depot_look");
    assert_eq!((look.splits, look.split_runs, look.quarantined), (1, 3, 1));
    assert_eq!((look.refused, look.cancelled), (2, 0));
    let gone = timeout(Duration::from_millis(5), ask(&session, "depot_kept", 1));
    assert!(gone.await.is_err());
    // Others might have shared its run, which is a task of its own.
    sleep(Duration::from_millis(1)).await;
    assert_eq!(stats(&harness, "depot_kept").cancelled, 1);
}

/// B27: how a batch that is leaving at the shutdown of its harness is counted.
#[tokio::test(start_paused = true)]
async fn b27_a_batch_that_leaves_at_the_end_is_counted_so() {
    let (harness, _) = world(|it| it.batching(hybrid()));
    let session = harness.session().start();
    let end = async {
        sleep(Duration::from_millis(1)).await;
        harness.shutdown().await;
    };
    tokio::join!(ask(&session, "depot_look", 1), end);
    assert_eq!(stats(&harness, "depot_look").left_by_shutdown, 1);
}

/// Each caller's facts are its own: who came later has waited for less.
#[tokio::test(start_paused = true)]
async fn an_outcome_says_how_long_its_call_waited_and_how_long_the_batch_ran() {
    let (harness, depot) = world(|it| it.batching(hybrid()));
    depot.takes(7);
    let session = harness.session().start();
    let (first, later) = tokio::join!(
        ask(&session, "depot_look", 1),
        ask_at(&session, 4, "depot_look", 2)
    );
    for (outcome, wait) in [(&first, 10), (&later, 6)] {
        let batch = outcome.batch().unwrap();
        assert_eq!((batch.size, batch.flush_reason), (2, FlushReason::Window));
        assert_eq!(batch.wait_time, Duration::from_millis(wait));
        assert_eq!(batch.run_time, Duration::from_millis(7));
        assert_eq!(outcome.elapsed(), batch.wait_time + batch.run_time);
    }
}

fn watched(watcher: &Watcher, test: impl AsyncFnOnce()) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    // With a second one there, a test on another thread cannot turn the spans off for this one.
    let _other = tracing::Dispatch::new(Watcher::default());
    subscriber::with_default(watcher.clone(), || runtime.unwrap().block_on(test()));
}

/// The batch is a span of its own, and each call's span says which batch it was.
#[test]
fn a_batch_has_a_span_and_its_calls_spans_have_its_facts() {
    let watcher = Watcher::default();
    watched(&watcher, async || {
        let (harness, depot) = world(|it| it);
        depot.takes(7);
        tick(&harness.session().start(), "depot_look", [1, 2, 2]).await;
    });
    let seen = watcher.seen();
    let field = |span: &Seen, name: &str| span.fields.get(name).cloned().unwrap_or_default();
    let batches: Vec<&Seen> = seen
        .iter()
        .filter(|it| it.name == "execute_batch")
        .collect();
    assert_eq!(batches.len(), 1);
    assert_eq!(field(batches[0], "gen_ai.tool.name"), "depot_look");
    assert_eq!(batches[0].within, None, "it is of several calls");
    let calls: Vec<&Seen> = seen.iter().filter(|it| it.name == "execute_tool").collect();
    assert_eq!(calls.len(), 3);
    for span in calls.iter().chain(&batches) {
        assert_eq!(field(span, "batch_size"), "2");
        assert_eq!(field(span, "batch_flush_reason"), "tick");
    }
    for call in calls {
        assert_eq!(field(call, "batch_wait_us"), "0");
        assert_eq!(field(call, "batch_run_us"), "7000");
    }
}

/// B28: a failure that nobody was there to be told is one warning; one that somebody was told is none.
#[test]
fn b28_a_failure_that_nobody_hears_of_is_one_warning() {
    let watcher = Watcher::default();
    watched(&watcher, async || {
        let (harness, depot) = world(|it| it);
        depot.takes(50);
        let session = harness.session().start();
        let give_up = async |keys: std::ops::Range<u64>| {
            let gone = timeout(Duration::from_millis(10), tick(&session, "depot_add", keys));
            assert!(gone.await.is_err());
            sleep(Duration::from_millis(100)).await;
        };
        // It goes well, and says nothing.
        give_up(0..3).await;
        depot.is(2, Mood::Breaks(toolwright::ErrorKind::Failed));
        // Everyone is told.
        tick(&session, "depot_add", 0..3).await;
        // One of three is told.
        let gone = timeout(Duration::from_millis(10), tick(&session, "depot_add", 0..2));
        let (gone, told) = tokio::join!(gone, ask(&session, "depot_add", 2));
        assert!(gone.is_err() && told.is_error());
        assert_eq!(depot.take().len(), 3);
        // Nobody is.
        give_up(0..3).await;
    });
    let seen = watcher.seen();
    let warnings = seen.iter().filter_map(|it| it.fields.get("message"));
    let warnings: Vec<&String> = warnings.collect();
    assert_eq!(warnings, ["a batch failed after its callers had gone"]);
    let warning = seen.iter().find(|it| it.fields.contains_key("message"));
    let fields = &warning.unwrap().fields;
    assert_eq!(
        (&*fields["tool"], &*fields["error"]),
        ("depot_add", "the depot is shut")
    );
}

/// The metrics have the size of each batch and how long it ran, and how long each call waited.
#[test]
fn batches_are_in_the_metrics() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (harness, depot) = world(|it| it.batching_of("depot_look", hybrid()));
            depot.takes(7);
            tick(&harness.session().start(), "depot_look", [1, 2, 1]).await;
        });
    });
    let mut seen = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let name = key.key().name().to_owned();
        match value {
            DebugValue::Histogram(values)
                if name.starts_with("toolwright.batch.") && !values.is_empty() =>
            {
                seen.push((name, values.iter().map(|it| it.0).collect::<Vec<_>>()));
            }
            _ => {}
        }
    }
    seen.sort_by(|one, other| one.0.cmp(&other.0));
    let of = |name: &str, values: &[f64]| (format!("toolwright.batch.{name}"), values.to_vec());
    let expected = [
        of("duration", &[0.007]),
        of("size", &[2.0]),
        of("wait", &[0.01; 3]),
    ];
    assert_eq!(seen, expected);
}
