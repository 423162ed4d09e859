//! What a tick reports: when each call could start and ended, where the time went, and a chart of it.

use toolwright::{Harness, TickReport, ToolCall, registry, tool};

use super::{World, call, keep, ms, read, write};

/// Look up a user.
#[tool(writes = "session")]
async fn report_user(#[state] world: &World) -> &'static str {
    world.run("user", 300).await
}

/// Look up the user's balance.
#[tool(after = "report_user")]
async fn report_balance(#[state] world: &World) -> &'static str {
    world.run("balance", 700).await
}

/// Look up what happened.
#[tool]
async fn report_history(#[state] world: &World) -> &'static str {
    world.run("history", 500).await
}

fn harness(world: &World, cap: usize) -> Harness {
    let registry = registry![report_user, report_balance, report_history].unwrap();
    let harness = world.harness_of(registry).max_concurrency(cap);
    harness.build().unwrap()
}

fn tick() -> [ToolCall; 3] {
    ["report_user", "report_balance", "report_history"].map(|tool| call(tool, tool, ""))
}

/// Of each call when it could start, how long it was queued and ran, and when it ended.
fn times(report: &TickReport) -> Vec<[u128; 4]> {
    let of = |place: usize| {
        let (ready, end) = (report.ready_at(place), report.ended_at(place));
        let outcome = &report[place];
        let (queue, run) = (outcome.queue_time(), outcome.run_time());
        [ready.unwrap(), queue, run, end.unwrap()].map(|time| time.as_millis())
    };
    (0..report.len()).map(of).collect()
}

#[tokio::test(start_paused = true)]
async fn the_tick_of_the_textbooks_takes_as_long_as_its_critical_path() {
    let world = World::new();
    let session = harness(&world, 8).session().start();
    let report = session.dispatch(tick()).await;
    assert_eq!(report.elapsed(), ms(1_000));
    assert_eq!(report.critical_path(), [0, 1]);
    assert_eq!(report.critical_path_time(), ms(1_000));
    assert_eq!((report.run_time(), report.queue_time()), (ms(1_500), ms(0)));
    let expected = [[0, 0, 300, 300], [300, 0, 700, 1_000], [0, 0, 500, 500]];
    assert_eq!(times(&report), expected);
    assert_eq!(report.of("report_history"), Some(&report[2]));
    let waits: Vec<_> = (0..4).map(|call| report.waited_for(call)).collect();
    assert_eq!(waits, [&[] as &[usize], &[0], &[], &[]]);
}

#[tokio::test(start_paused = true)]
async fn with_one_place_what_waits_for_it_is_queued() {
    let world = World::new();
    let session = harness(&world, 1).session().start();
    let report = session.dispatch(tick()).await;
    assert_eq!(report.elapsed(), ms(1_500));
    assert_eq!(report.run_time(), ms(1_500));
    // The user first, as the balance waits for that; then the history, which came to the place before the balance.
    let expected = [[0, 0, 300, 300], [300, 500, 700, 1_500], [0, 300, 500, 800]];
    assert_eq!(times(&report), expected);
    assert_eq!(report.queue_time(), ms(800));
    let elapsed: Vec<_> = report.iter().map(|it| it.elapsed().as_millis()).collect();
    assert_eq!(elapsed, [300, 1_200, 800]);
}

#[tokio::test(start_paused = true)]
async fn a_tick_is_a_line_and_with_a_sharp_a_chart() {
    let world = World::new();
    let session = harness(&world, 8).session().start();
    let report = session.dispatch(tick()).await;
    let line = "tick 1: 3 calls in 1000 ms, 1500 ms of runs, critical path 1 > 2 in 1000 ms";
    assert_eq!(report.to_string(), line);
    let chart = "
  1 report_user    |############                            |     0 us +   300 ms bypass
  2 report_balance |............############################|   300 ms +   700 ms bypass, after 1
  3 report_history |####################                    |     0 us +   500 ms bypass";
    assert_eq!(format!("{report:#}"), format!("{line}{chart}"));
    let second = session.dispatch([call("lost", "report_lost", "")]).await;
    let text = format!("{second:#}");
    assert!(text.starts_with("tick 2: 1 call in 0 us, "), "{text}");
    assert!(text.ends_with(" unknown_tool"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn what_the_cache_answers_takes_no_time_and_says_so() {
    let world = World::new();
    let session = world.session();
    session.dispatch([keep("a", "a")]).await;
    let report = session.dispatch([keep("a", "a"), read("b", 10)]).await;
    assert_eq!(times(&report), [[0, 0, 0, 0], [0, 0, 10, 10]]);
    assert!(format!("{report:#}").contains("0 us hit"));
    assert_eq!(report.critical_path(), [1]);
}

/// Each of those who share a run waited as long as it took.
#[tokio::test(start_paused = true)]
async fn calls_that_share_a_run_or_a_batch_have_its_times() {
    let world = World::new();
    let session = world.session();
    let report = session.dispatch([keep("a", "a"), keep("b", "a")]).await;
    assert_eq!(times(&report), [[0, 0, 10, 10], [0, 0, 10, 10]]);
    let fetch = ["a", "b"].map(|id| call(id, "dispatcher_fetch", r#"{"cell":"a"}"#));
    let report = session.dispatch(fetch).await;
    let batch = report[0].batch().unwrap();
    assert_eq!(batch.run_time, ms(10));
    let wait = batch.wait_time.as_millis();
    assert_eq!(times(&report), [[0, wait, 10, wait + 10]; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_tried_again_has_the_time_of_all_its_tries() {
    /// Fail at the first try.
    #[tool(retries = 1)]
    async fn report_retried(#[state] world: &World) -> Result<&'static str, String> {
        let first = world.get("tries") == 0;
        world.set("tries", 1);
        let done = world.run("try", 20).await;
        if first {
            Err("not yet".to_owned())
        } else {
            Ok(done)
        }
    }
    let world = World::new();
    let registry = registry![report_retried].unwrap();
    let session = world
        .harness_of(registry)
        .build()
        .unwrap()
        .session()
        .start();
    let report = session.dispatch([call("a", "report_retried", "")]).await;
    assert_eq!((report[0].attempts(), report[0].run_time()), (2, ms(40)));
    assert!(report[0].elapsed() >= ms(40));
}

#[tokio::test(start_paused = true)]
async fn the_harness_counts_the_calls_of_each_tick() {
    let world = World::new();
    let harness = world.harness().build().unwrap();
    assert_eq!(harness.tick_stats().calls.count(), 0);
    let session = harness.session().start();
    session
        .dispatch([read("a", 10), read("b", 20), read("c", 30)])
        .await;
    session
        .dispatch_stream([read("a", 10), read("b", 20)])
        .report()
        .await;
    let mut open = session.open_tick();
    open.push(write("w", "a", 1, 40));
    open.push(read("a", 10));
    open.finish().await;
    session.dispatch([read("a", 10)]).await;
    session.call("dispatcher_read", r#"{"cell":"a"}"#).await;
    session.dispatch([]).await;
    let ticks = harness.tick_stats();
    assert_eq!((ticks.calls.count(), ticks.calls.sum()), (5, 3 + 2 + 2 + 1));
    assert_eq!(
        [0.01, 0.5, 1.0].map(|part| ticks.calls.quantile(part)),
        [0, 2, 3]
    );
    assert_eq!(ticks.times.sum(), 1_000 * (30 + 20 + 50 + 10));
    let stats = harness.stats();
    // The open one had a read behind a write.
    assert_eq!((stats.ticks, stats.parallel_ticks), (6, 2));
}
