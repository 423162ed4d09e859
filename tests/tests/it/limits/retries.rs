//! `retries`: which failures are tried again, how often, and what a call holds meanwhile.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use toolwright::{
    CacheStatus, ErrorKind, Harness, HarnessBuilder, State, ToolError, registry, tool,
};

use super::{Log, calls, give_up, one_after_another, sleep, texts};
use crate::one;

/// What the next runs end with, by name: these errors, and then success.
#[derive(Debug, Clone, Default)]
struct Fails(Arc<Mutex<HashMap<String, VecDeque<ToolError>>>>);

impl Fails {
    fn of(name: &str, errors: impl IntoIterator<Item = ToolError>) -> Self {
        Self::default().and(name, errors)
    }

    fn and(self, name: &str, errors: impl IntoIterator<Item = ToolError>) -> Self {
        let errors = errors.into_iter().collect();
        self.0.lock().unwrap().insert(name.to_owned(), errors);
        self
    }

    fn next(&self, name: &str) -> Result<u32, ToolError> {
        let mut fails = self.0.lock().unwrap();
        let error = fails.get_mut(name).and_then(VecDeque::pop_front);
        error.map_or(Ok(7), Err)
    }
}

fn busy() -> ToolError {
    ToolError::failed("the line is busy")
}

/// Try to read.
#[tool(retries = 3, ttl = "1h", reads = "flaky")]
async fn flaky_read(
    #[state] log: &Log,
    #[state] fails: &Fails,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
    /// Tells calls apart.
    #[arg(default)]
    id: u64,
) -> Result<u32, ToolError> {
    let _ = id;
    log.run("read", millis).await;
    fails.next("read")
}

/// Try to read in time: a run that fails takes too long.
#[tool(retries = 1, timeout = "50ms")]
async fn flaky_slow_read(#[state] log: &Log, #[state] fails: &Fails) -> u32 {
    let millis = fails.next("slow").map_or(200, |_| 1);
    log.run("slow", millis).await;
    7
}

/// Break.
#[tool(retries = 3)]
async fn flaky_break(#[state] log: &Log) -> &'static str {
    log.add("break");
    panic!("the password is hunter2");
}

/// Try to write, in time.
#[tool(retries = 1, idempotent, timeout = "50ms", writes = "flaky")]
async fn flaky_write(
    #[state] log: &Log,
    #[state] fails: &Fails,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
) -> Result<u32, ToolError> {
    log.run("write", millis).await;
    fails.next("write")
}

/// Try to write, once.
#[tool(writes = "flaky")]
async fn flaky_write_once(#[state] log: &Log, #[state] fails: &Fails) -> Result<u32, ToolError> {
    log.run("once", 10).await;
    fails.next("once")
}

/// Do something else.
#[tool]
async fn steady(#[state] log: &Log) -> &'static str {
    log.run("steady", 10).await
}

/// Try to look up, many at once.
#[tool(retries = 1, batch = flaky_lookups)]
async fn flaky_lookup(
    /// The key.
    key: u32,
) -> Result<u32, ToolError>;

async fn flaky_lookups(
    State(log): State<Log>,
    State(fails): State<Fails>,
    keys: Vec<u32>,
) -> Result<Vec<Result<u32, ToolError>>, ToolError> {
    log.add(&format!("lookups {keys:?}"));
    fails.next("lookups")?;
    let answer = |key: u32| fails.next(&key.to_string()).map(|_| key);
    Ok(keys.into_iter().map(answer).collect())
}

/// Try to save, many at once.
#[tool(retries = 1, idempotent, batch = flaky_saves, writes = "flaky")]
async fn flaky_save(
    /// The key.
    key: u32,
) -> Result<u32, ToolError>;

async fn flaky_saves(
    State(fails): State<Fails>,
    keys: Vec<u32>,
) -> Result<HashMap<u32, u32>, ToolError> {
    fails.next("saves")?;
    Ok(keys.into_iter().map(|key| (key, key)).collect())
}

fn builder(log: &Log, fails: Fails) -> HarnessBuilder {
    let registry = registry![
        flaky_read,
        flaky_slow_read,
        flaky_break,
        flaky_write,
        flaky_write_once,
        steady,
        flaky_lookup,
        flaky_save
    ];
    Harness::builder(registry.unwrap())
        .state(log.clone())
        .state(fails)
}

fn harness(log: &Log, fails: Fails) -> Harness {
    builder(log, fails).build().unwrap()
}

/// When the runs of this name began.
fn begun(log: &Log, name: &str) -> Vec<u128> {
    let lines = log.take();
    let begun = lines.iter().filter_map(|line| line.strip_suffix(name));
    begun.map(|at| at.trim().parse().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_failed_run_is_tried_again_after_a_pause_that_may_double() {
    let log = Log::new();
    let harness = harness(&log, Fails::of("read", [busy(), busy(), busy()]));
    let outcome = one(&harness.session().start(), "flaky_read", "").await;
    assert_eq!((outcome.text(), outcome.attempts()), ("7", 4));
    let begun = begun(&log, "+read");
    let pauses: Vec<u128> = begun.windows(2).map(|two| two[1] - two[0] - 10).collect();
    // A timer adds a millisecond at most.
    let longest = [101, 201, 401];
    let mut bounded = pauses.iter().zip(longest);
    assert!(
        pauses.len() == 3 && bounded.all(|(pause, longest)| *pause <= longest),
        "{pauses:?}"
    );
    let stats = harness.stats();
    let counts = (stats.calls, stats.runs, stats.retries, stats.errors);
    assert_eq!(counts, (1, 4, 3, 0));
}

#[tokio::test(start_paused = true)]
async fn calls_that_failed_together_come_back_one_by_one() {
    let log = Log::new();
    let fails = Fails::of("read", std::iter::repeat_n(busy(), 40));
    let harness = builder(&log, fails).max_concurrency(40).build().unwrap();
    let arguments: Vec<String> = (0..40).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    let tick: Vec<_> = arguments
        .iter()
        .map(|arguments| ("flaky_read", &**arguments))
        .collect();
    harness.session().start().dispatch(calls(&tick)).await;
    let begun = begun(&log, "+read");
    assert_eq!((begun.len(), &begun[..40]), (80, &[0; 40][..]));
    let again: BTreeSet<_> = begun[40..].iter().collect();
    assert!(again.len() > 15, "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn after_the_last_retry_its_error_is_the_outcome() {
    let errors = (1..=9).map(|n| ToolError::failed(format_args!("failure {n}")));
    let harness = harness(&Log::new(), Fails::of("read", errors));
    let outcome = one(&harness.session().start(), "flaky_read", "").await;
    assert_eq!((outcome.text(), outcome.attempts()), ("failure 4", 4));
    let stats = harness.stats();
    assert_eq!((stats.runs, stats.retries, stats.errors), (4, 3, 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_final_is_not_tried_again_and_what_may_pass_is() {
    for (error, attempts) in [
        (ToolError::not_found("no such thing"), 1),
        (ToolError::new(ErrorKind::InvalidArguments, "no"), 1),
        (busy().permanent(), 1),
        (ToolError::not_found("not there yet").transient(), 2),
        (ToolError::from("a text"), 2),
    ] {
        let harness = harness(&Log::new(), Fails::of("read", [error.clone()]));
        let outcome = one(&harness.session().start(), "flaky_read", "").await;
        assert_eq!(outcome.attempts(), attempts, "{error:?}");
        assert_eq!(outcome.is_error(), attempts == 1, "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_not_tried_again() {
    let log = Log::new();
    let session = harness(&log, Fails::default()).session().start();
    let outcome = one(&session, "flaky_break", "").await;
    assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!((outcome.attempts(), log.take().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_never_ran_has_no_attempts() {
    let session = harness(&Log::new(), Fails::default()).session().start();
    let wrong = one(&session, "flaky_read", "nonsense").await;
    let miss = one(&session, "flaky_read", "").await;
    let hit = one(&session, "flaky_read", "").await;
    let attempts = [&wrong, &miss, &hit].map(toolwright::Outcome::attempts);
    assert_eq!((hit.cache(), attempts), (CacheStatus::Hit, [0, 1, 0]));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_took_too_long_is_tried_again() {
    let log = Log::new();
    let session = harness(&log, Fails::of("slow", [busy()])).session().start();
    let outcome = one(&session, "flaky_slow_read", "").await;
    assert_eq!((outcome.text(), outcome.attempts()), ("7", 2));
    assert_eq!(log.take()[..2], ["0 +slow", "50 dropped slow"]);
}

#[tokio::test(start_paused = true)]
async fn a_write_is_tried_again_only_if_it_is_idempotent() {
    let log = Log::new();
    let fails = Fails::of("write", [busy()]).and("once", [busy()]);
    let session = harness(&log, fails).session().start();
    let outcome = one(&session, "flaky_write", "").await;
    assert_eq!((outcome.text(), outcome.attempts()), ("7", 2));
    assert_eq!(begun(&log, "+write").len(), 2);
    let outcome = one(&session, "flaky_write_once", "").await;
    assert_eq!((outcome.is_error(), outcome.attempts()), (true, 1));
    sleep(30_000).await;
    assert_eq!(begun(&log, "+once").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_took_too_long_is_not_tried_again_beside_itself() {
    let log = Log::new();
    let session = harness(&log, Fails::default()).session().start();
    let outcome = one(&session, "flaky_write", r#"{"millis":200}"#).await;
    assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(outcome.attempts(), 1);
    sleep(30_000).await;
    assert_eq!(log.take(), ["0 +write", "200 -write"]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_try_of_a_write_has_invalidated_when_its_pause_begins() {
    let session = harness(&Log::new(), Fails::of("write", [busy()]))
        .session()
        .start();
    one(&session, "flaky_read", r#"{"millis":0}"#).await;
    // The first try ends at 10 ms; whether the second has begun by now, it has not ended.
    give_up(&session, 11, calls(&[("flaky_write", "")])).await;
    let read = one(&session, "flaky_read", r#"{"millis":0}"#).await;
    assert_eq!(read.cache(), CacheStatus::Miss);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_pauses_holds_no_permit() {
    let log = Log::new();
    let fails = Fails::of("read", [busy()]);
    let harness = builder(&log, fails).max_concurrency(1).build().unwrap();
    let session = harness.session().start();
    let (flaky, steady) = (calls(&[("flaky_read", "")]), calls(&[("steady", "")]));
    one_after_another(&session, flaky, steady).await;
    let expected = ["0 +read", "10 -read", "10 +steady", "20 -steady"];
    assert_eq!(log.take()[..4], expected);
}

#[tokio::test(start_paused = true)]
async fn a_write_during_the_first_try_does_not_spoil_the_result_of_the_second() {
    let session = harness(&Log::new(), Fails::of("read", [busy()]))
        .session()
        .start();
    let read = one(&session, "flaky_read", r#"{"millis":50}"#);
    let write = async {
        sleep(20).await;
        one(&session, "flaky_write_once", "").await
    };
    let (read, write) = tokio::join!(read, write);
    assert_eq!((read.attempts(), write.is_error()), (2, false));
    let again = one(&session, "flaky_read", r#"{"millis":50}"#).await;
    assert_eq!(again.cache(), CacheStatus::Hit);
}

#[tokio::test(start_paused = true)]
async fn a_result_of_a_second_try_is_not_kept_past_a_write_that_came_between() {
    let session = harness(&Log::new(), Fails::of("read", [busy()]))
        .session()
        .start();
    let read = one(&session, "flaky_read", r#"{"millis":5000}"#);
    let write = async {
        // The second try begins from 5000 to 5101 ms, and takes 5 s.
        sleep(7_000).await;
        one(&session, "flaky_write_once", "").await
    };
    let (read, write) = tokio::join!(read, write);
    assert_eq!((read.attempts(), write.is_error()), (2, false));
    let again = one(&session, "flaky_read", r#"{"millis":5000}"#).await;
    assert_eq!(again.cache(), CacheStatus::Miss);
}

#[tokio::test(start_paused = true)]
async fn the_callers_of_a_failed_batch_come_back_as_one_batch() {
    let harness = harness(&Log::new(), Fails::of("lookups", [busy()]));
    let keys: Vec<String> = (0..20).map(|key| format!(r#"{{"key":{key}}}"#)).collect();
    let tick: Vec<_> = keys.iter().map(|key| ("flaky_lookup", &**key)).collect();
    let outcomes = harness.session().start().dispatch(calls(&tick)).await;
    assert!(outcomes.iter().all(|outcome| outcome.attempts() == 2));
    let answers = texts(&outcomes)
        .into_iter()
        .map(|text| text.parse().unwrap());
    assert_eq!(answers.collect::<Vec<u32>>(), (0..20).collect::<Vec<_>>());
    let stats = harness.stats();
    let counts = (stats.batches, stats.batched_keys, stats.retries);
    assert_eq!(counts, (2, 40, 20));
}

#[tokio::test(start_paused = true)]
async fn of_a_batch_only_the_keys_that_failed_are_asked_again() {
    let log = Log::new();
    let missing = ToolError::not_found("no such key");
    let fails = Fails::of("2", [busy()]).and("3", [missing.clone(), missing]);
    let session = harness(&log, fails).session().start();
    let tick = calls(&[
        ("flaky_lookup", r#"{"key":1}"#),
        ("flaky_lookup", r#"{"key":2}"#),
        ("flaky_lookup", r#"{"key":3}"#),
    ]);
    let outcomes = session.dispatch(tick).await;
    assert_eq!(texts(&outcomes), ["1", "2", "no such key"]);
    let attempts: Vec<u32> = outcomes.iter().map(toolwright::Outcome::attempts).collect();
    assert_eq!(attempts, [1, 2, 1]);
    let asked = log.take();
    assert!(
        asked.len() == 2 && asked[1].ends_with("lookups [2]"),
        "{asked:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_idempotent_writes_is_tried_again_and_invalidates() {
    let session = harness(&Log::new(), Fails::of("saves", [busy()]))
        .session()
        .start();
    one(&session, "flaky_read", "").await;
    let outcome = one(&session, "flaky_save", r#"{"key":1}"#).await;
    assert_eq!((outcome.text(), outcome.attempts()), ("1", 2));
    let read = one(&session, "flaky_read", "").await;
    assert_eq!(read.cache(), CacheStatus::Miss);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_in_a_pause_is_not_tried_again() {
    let log = Log::new();
    let fails = Fails::of("read", std::iter::repeat_n(busy(), 160));
    let harness = builder(&log, fails).max_concurrency(40).build().unwrap();
    let arguments: Vec<String> = (0..40).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    let tick: Vec<_> = arguments
        .iter()
        .map(|arguments| ("flaky_read", &**arguments))
        .collect();
    // All fail at 10 ms, and pause for up to 100 ms.
    give_up(&harness.session().start(), 50, calls(&tick)).await;
    // A pause may end at the very moment at which all give up.
    sleep(1).await;
    assert!(begun(&log, "+read").len() >= 40);
    sleep(30_000).await;
    assert_eq!(begun(&log, "+read"), [] as [u128; 0]);
}
