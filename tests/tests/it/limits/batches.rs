//! `batch_window` and `batch_max`: how long the calls of a tool wait for company, and how many go together.

use std::collections::HashMap;

use toolwright::{
    Batching, FlushPolicy, FlushReason, Harness, HarnessBuilder, Outcome, Session, State, ToolCall,
    ToolError, registry, tool,
};

use super::{Log, sleep};

/// Wait for nobody.
#[tool(batch = bounded, batch_window = "0")]
async fn window_zero(
    /// The key.
    key: u32,
) -> u32;

/// Wait for a while.
#[tool(batch = bounded, batch_window = "20ms")]
async fn window_long(
    /// The key.
    key: u32,
) -> u32;

/// Go by threes.
#[tool(batch = bounded, batch_max = 3)]
async fn max_three(
    /// The key.
    key: u32,
) -> u32;

/// Go alone.
#[tool(batch = bounded, batch_max = 1, batch_window = "1s")]
async fn max_one(
    /// The key.
    key: u32,
) -> u32;

/// Go by hundreds.
#[tool(batch = bounded, batch_max = 100, batch_window = "0")]
async fn max_hundred(
    /// The key.
    key: u32,
) -> u32;

/// Take a moment, then wait for nobody.
#[tool(after = "window_zero", batch = bounded, batch_window = "0")]
async fn window_zero_later(
    /// The key.
    key: u32,
) -> Result<u32, ToolError>;

async fn bounded(State(log): State<Log>, keys: Vec<u32>) -> HashMap<u32, u32> {
    log.add(&format!("{} keys", keys.len()));
    keys.into_iter().map(|key| (key, key)).collect()
}

fn session(log: &Log) -> Session {
    builder(log).build().unwrap().session().start()
}

/// One whose batches wait until they are full or their window is over.
fn waiting_session(log: &Log) -> Session {
    let batching = Batching::new().policy(FlushPolicy::Hybrid);
    let harness = builder(log).batching(batching).build();
    harness.unwrap().session().start()
}

fn builder(log: &Log) -> HarnessBuilder {
    let registry = registry![
        window_zero,
        window_long,
        max_three,
        max_one,
        max_hundred,
        window_zero_later
    ];
    Harness::builder(registry.unwrap()).state(log.clone())
}

/// Asks for so many keys at once.
async fn ask(session: &Session, tool: &str, keys: u32) -> Vec<Outcome> {
    let call = |key: u32| ToolCall::new(format!("{key}"), tool, format!(r#"{{"key":{key}}}"#));
    let outcomes = session.dispatch((0..keys).map(call)).await;
    for (key, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.text(), key.to_string());
    }
    outcomes.into_outcomes()
}

#[tokio::test(start_paused = true)]
async fn a_window_of_zero_takes_the_calls_of_the_tick_and_waits_for_no_timer() {
    let log = Log::new();
    let session = session(&log);
    let outcomes = ask(&session, "window_zero", 50).await;
    assert_eq!(log.take(), ["0 50 keys"]);
    assert_eq!(outcomes[0].batch().unwrap().flush_reason, FlushReason::Tick);
    let alone = ask(&session, "window_zero", 1).await;
    assert_eq!(alone[0].batch().unwrap().flush_reason, FlushReason::Idle);
    assert_eq!(log.take(), ["0 1 keys"]);
    // Nobody listens to the dispatcher there, and no window ends sooner.
    let session = waiting_session(&log);
    let outcomes = ask(&session, "window_zero", 50).await;
    assert_eq!(log.take(), ["0 50 keys"]);
    assert_eq!(
        outcomes[0].batch().unwrap().flush_reason,
        FlushReason::Window
    );
}

#[tokio::test(start_paused = true)]
async fn with_a_window_of_zero_two_ticks_of_one_moment_are_one_batch() {
    let log = Log::new();
    let session = session(&log);
    let other = session.clone();
    let ask = |session: Session, keys: [u32; 2]| {
        let call = |key: u32| {
            let arguments = format!(r#"{{"key":{key}}}"#);
            ToolCall::new(key.to_string(), "window_zero", arguments)
        };
        async move { session.dispatch(keys.map(call)).await }
    };
    tokio::join!(ask(session, [1, 2]), ask(other, [3, 4]));
    assert_eq!(log.take(), ["0 4 keys"]);
}

/// There, a task that was just spawned may run before those that were there already.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_window_of_zero_takes_the_calls_of_the_tick_on_a_thread_of_a_pool_too() {
    let log = Log::new();
    let session = session(&log);
    let tick = async move { ask(&session, "max_hundred", 99).await };
    tokio::spawn(tick).await.unwrap();
    let sizes: Vec<u32> = log.take().iter().map(|line| keys(line)).collect();
    assert_eq!(sizes, [99]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_window_of_zero_every_key_is_answered_on_several_threads() {
    let log = Log::new();
    let session = session(&log);
    for _ in 0..50 {
        ask(&session, "max_hundred", 60).await;
    }
    let asked: u32 = log.take().iter().map(|line| keys(line)).sum();
    assert_eq!(asked, 50 * 60);
}

fn keys(line: &str) -> u32 {
    let keys = line.split(' ').nth(1).unwrap();
    keys.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_window_of_ones_own_is_waited_for() {
    let log = Log::new();
    let session = waiting_session(&log);
    let late = async {
        sleep(19).await;
        session
            .dispatch([ToolCall::new("late", "window_long", r#"{"key":7}"#)])
            .await
    };
    tokio::join!(ask(&session, "window_long", 2), late);
    assert_eq!(log.take(), ["20 3 keys"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_has_no_more_keys_than_its_tool_says() {
    let log = Log::new();
    let session = waiting_session(&log);
    let outcomes = ask(&session, "max_three", 7).await;
    assert_eq!(log.take(), ["0 3 keys", "0 3 keys", "2 1 keys"]);
    let reasons: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.batch().unwrap().flush_reason.as_str())
        .collect();
    let expected = ["size", "size", "size", "size", "size", "size", "window"];
    assert_eq!(reasons, expected);
    ask(&session, "max_hundred", 170).await;
    let sizes: Vec<u32> = log.take().iter().map(|line| keys(line)).collect();
    assert_eq!(sizes, [100, 70]);
}

#[tokio::test(start_paused = true)]
async fn with_a_maximum_of_one_each_call_goes_alone_and_at_once() {
    let log = Log::new();
    ask(&session(&log), "max_one", 3).await;
    assert_eq!(log.take(), ["0 1 keys", "0 1 keys", "0 1 keys"]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_come_later_are_a_batch_of_their_own() {
    let log = Log::new();
    let session = session(&log);
    let call = |id: &str, tool: &str| ToolCall::new(id, tool, r#"{"key":1}"#);
    let tick = [
        call("1", "window_zero"),
        call("2", "window_zero_later"),
        call("3", "window_zero_later"),
    ];
    let outcomes = session.dispatch(tick).await;
    assert!(outcomes.iter().all(|outcome| outcome.text() == "1"));
    assert_eq!(log.take(), ["0 1 keys", "0 1 keys"]);
}
