//! The calls of one tick: together, in order where it matters, one outcome each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use toolwright::{CacheStatus, ErrorKind, Harness, Levers, ToolCall, ToolError, registry, tool};

/// What happened, in order.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

async fn step(log: &Log, name: &str, millis: u64) -> Result<String, String> {
    log.add(format!("+{name}"));
    tokio::time::sleep(Duration::from_millis(millis)).await;
    log.add(format!("-{name}"));
    Ok(name.to_owned())
}

/// Read a thing.
#[tool(reads = "thing/{id}")]
async fn read_thing(
    #[state] log: &Log,
    /// The thing.
    id: String,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
) -> Result<String, String> {
    step(log, &format!("read {id}"), millis).await
}

/// Write a thing.
#[tool(writes = "thing/{id}")]
async fn write_thing(
    #[state] log: &Log,
    /// The thing.
    id: String,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
) -> Result<String, String> {
    step(log, &format!("write {id}"), millis).await
}

/// Write all things.
#[tool(writes = "*")]
async fn write_all_things(#[state] log: &Log) -> Result<String, String> {
    step(log, "write all", 10).await
}

/// Break.
#[tool(reads = "thing/broken")]
async fn break_thing() -> Result<String, String> {
    panic!("the password is hunter2")
}

fn calls(calls: &[(&str, &str)]) -> Vec<ToolCall> {
    calls
        .iter()
        .enumerate()
        .map(|(index, (tool, arguments))| ToolCall::new(format!("call_{index}"), *tool, *arguments))
        .collect()
}

fn harness(log: &Log) -> toolwright::HarnessBuilder {
    let registry = registry![read_thing, write_thing, write_all_things, break_thing].unwrap();
    Harness::builder(registry).state(log.clone())
}

#[tokio::test(start_paused = true)]
async fn independent_calls_run_at_once_and_answer_in_order() {
    let log = Log::default();
    let harness = harness(&log).build().unwrap();
    let session = harness.session().start();
    let started = tokio::time::Instant::now();
    let outcomes = session
        .dispatch(calls(&[
            ("read_thing", r#"{"id":"a","millis":30}"#),
            ("read_thing", r#"{"id":"a","millis":20}"#),
            ("write_thing", r#"{"id":"b","millis":10}"#),
        ]))
        .await;
    assert_eq!(started.elapsed().as_millis(), 30);
    let elapsed: Vec<u128> = outcomes
        .iter()
        .map(|outcome| outcome.elapsed().as_millis())
        .collect();
    assert_eq!(elapsed, [30, 20, 10]);
    let stats = harness.stats();
    assert_eq!((stats.ticks, stats.parallel_ticks), (1, 1));
    assert_eq!(
        outcomes
            .iter()
            .map(toolwright::Outcome::id)
            .collect::<Vec<_>>(),
        ["call_0", "call_1", "call_2"]
    );
    assert_eq!(
        log.lines(),
        [
            "+read a", "+read a", "+write b", "-write b", "-read a", "-read a"
        ]
    );
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.cache() == CacheStatus::Bypass)
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_keeps_the_order_of_emission() {
    let log = Log::default();
    let session = harness(&log).build().unwrap().session().start();
    session
        .dispatch(calls(&[
            ("read_thing", r#"{"id":"a","millis":30}"#),
            ("write_thing", r#"{"id":"a","millis":5}"#),
            ("read_thing", r#"{"id":"a","millis":5}"#),
            ("read_thing", r#"{"id":"b","millis":1}"#),
            ("write_all_things", ""),
            ("read_thing", r#"{"id":"c"}"#),
        ]))
        .await;
    assert_eq!(
        log.lines(),
        [
            "+read a",
            "+read b",
            "-read b",
            "-read a",
            "+write a",
            "-write a",
            "+read a",
            "-read a",
            "+write all",
            "-write all",
            "+read c",
            "-read c"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn with_the_lever_off_calls_run_one_after_the_other() {
    let log = Log::default();
    let harness = harness(&log)
        .levers(Levers::all().without_parallel_calls())
        .build()
        .unwrap();
    let all = calls(&[
        ("read_thing", r#"{"id":"a","millis":30}"#),
        ("read_thing", r#"{"id":"b"}"#),
    ]);
    harness.session().start().dispatch(all).await;
    assert_eq!(log.lines(), ["+read a", "-read a", "+read b", "-read b"]);
    assert_eq!(
        (harness.stats().ticks, harness.stats().parallel_ticks),
        (1, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn the_cap_holds() {
    let log = Log::default();
    let harness = harness(&log).max_concurrency(3).build().unwrap();
    let all: Vec<_> = (0..9).map(|_| ("read_thing", r#"{"id":"a"}"#)).collect();
    let started = tokio::time::Instant::now();
    harness.session().start().dispatch(calls(&all)).await;
    assert_eq!(started.elapsed().as_millis(), 30);
    let (mut running, mut most) = (0_i32, 0);
    for line in log.lines() {
        running += if line.starts_with('+') { 1 } else { -1 };
        most = most.max(running);
    }
    assert_eq!(most, 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_fails_alone() {
    let log = Log::default();
    let harness = harness(&log).build().unwrap();
    let outcomes = harness
        .session()
        .start()
        .dispatch(calls(&[
            ("break_thing", ""),
            ("no_such_tool", "{}"),
            ("read_thing", r#"{"id":5}"#),
            ("read_thing", "not JSON"),
            ("read_thing", r#"{"id":"a"}"#),
        ]))
        .await;
    let kinds: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.result().map_err(ToolError::kind).map(|_| ()))
        .collect();
    assert_eq!(
        kinds,
        [
            Err(ErrorKind::Panicked),
            Err(ErrorKind::UnknownTool),
            Err(ErrorKind::InvalidArguments),
            Err(ErrorKind::InvalidArguments),
            Ok(())
        ]
    );
    assert_eq!(
        outcomes[0].text(),
        "`break_thing` broke while it ran",
        "never the panic's own text"
    );
    let stats = harness.stats();
    assert_eq!((stats.calls, stats.errors, stats.runs), (5, 4, 3));
}

#[tokio::test(start_paused = true)]
async fn an_id_given_twice_is_answered_twice_and_run_once() {
    let log = Log::default();
    let session = harness(&log).build().unwrap().session().start();
    let call = ToolCall::new("same", "write_thing", r#"{"id":"a"}"#);
    let outcomes = session.dispatch([call.clone(), call]).await;
    assert_eq!(log.lines(), ["+write a", "-write a"]);
    assert!(!outcomes[0].is_error());
    assert_eq!(
        outcomes[1].result().unwrap_err().kind(),
        ErrorKind::InvalidCall
    );
    assert_eq!(outcomes[1].id(), "same");
}

#[tokio::test]
async fn no_calls_are_no_outcomes() {
    assert_eq!(
        harness(&Log::default())
            .build()
            .unwrap()
            .session()
            .start()
            .dispatch([])
            .await
            .len(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn dropping_the_tick_cancels_what_runs() {
    let log = Log::default();
    let session = harness(&log).build().unwrap().session().start();
    let tick = session.dispatch(calls(&[("read_thing", r#"{"id":"a","millis":50}"#)]));
    let _ = tokio::time::timeout(Duration::from_millis(10), tick)
        .await
        .unwrap_err();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(log.lines(), ["+read a"]);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_tick_does_not_cut_off_a_write() {
    let log = Log::default();
    let session = harness(&log).build().unwrap().session().start();
    let tick = session.dispatch(calls(&[("write_thing", r#"{"id":"a","millis":50}"#)]));
    let _ = tokio::time::timeout(Duration::from_millis(10), tick)
        .await
        .unwrap_err();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(log.lines(), ["+write a", "-write a"]);
}
