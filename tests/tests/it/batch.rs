//! Calls that arrive together, as one call of their batch function.

mod announcing;
mod backpressure;
mod caching;
mod cancelling;
mod company;
mod depot;
mod failures;
mod fan_out;
mod flushing;
mod nesting;
mod numbers;
mod random;
mod retrying;
mod separation;
mod shutdown;
mod vectors;
mod writes;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use toolwright::{
    Batching, CacheStatus, Context, ErrorKind, FlushPolicy, FlushReason, Harness, Levers, State,
    ToolCall, ToolError, registry, tool,
};

use crate::one;

/// The batches that ran: who asked, for what.
#[derive(Debug, Clone, Default)]
struct Asked(Arc<Mutex<Vec<Batch>>>);

/// A tenant, and keys.
type Batch = (Option<String>, Vec<String>);

impl Asked {
    fn add(&self, ctx: &Context, keys: &[String]) {
        self.0
            .lock()
            .unwrap()
            .push((ctx.tenant().map(str::to_owned), keys.to_vec()));
    }

    fn get(&self) -> Vec<Batch> {
        self.0.lock().unwrap().clone()
    }
}

/// Find a book.
#[tool(batch = "find_books", cache_key_exclude("trace"))]
async fn find_book(
    /// Its number.
    isbn: String,
    /// Correlates log lines.
    trace: Option<u32>,
) -> Result<String, ToolError>;

async fn find_books(
    ctx: &Context,
    State(asked): State<Asked>,
    isbns: Vec<String>,
) -> Result<HashMap<String, String>, ToolError> {
    assert_eq!(
        (ctx.run_id(), ctx.call_id()),
        (None, None),
        "a batch is of several sessions"
    );
    asked.add(ctx, &isbns);
    if isbns.iter().any(|isbn| isbn == "broken") {
        return Err(ToolError::failed("the catalogue is down"));
    }
    assert!(
        !isbns.iter().any(|isbn| isbn == "panic"),
        "the password is hunter2"
    );
    Ok(isbns
        .into_iter()
        .filter(|isbn| isbn != "missing")
        .map(|isbn| (isbn.clone(), format!("book {isbn}")))
        .collect())
}

/// Add two numbers, many at a time.
#[tool(batch = add_all, ttl = "1h")]
async fn add_pair(
    /// The first.
    a: u32,
    /// The second.
    b: u32,
) -> Result<u32, String> {
    Ok(a + b)
}

async fn add_all(pairs: Vec<(u32, u32)>) -> Vec<Result<u32, String>> {
    pairs
        .into_iter()
        .map(|(a, b)| {
            a.checked_add(b)
                .ok_or_else(|| format!("{a} + {b} is too large"))
        })
        .collect()
}

/// Miscount.
#[tool(batch = "self::miscount_all")]
async fn miscount(
    /// A number.
    n: u32,
) -> Result<u32, String>;

async fn miscount_all(numbers: Vec<u32>) -> Result<Vec<u32>, String> {
    Ok(numbers.into_iter().skip(1).collect())
}

/// Append a line, many at a time.
#[tool(batch = "append_lines", writes = "log")]
async fn append_line(
    /// The line.
    line: String,
) -> Result<String, String>;

async fn append_lines(
    ctx: &Context,
    State(asked): State<Asked>,
    lines: Vec<String>,
) -> BTreeMap<String, String> {
    asked.add(ctx, &lines);
    lines.into_iter().map(|line| (line.clone(), line)).collect()
}

fn harness(asked: &Asked, levers: Levers) -> Harness {
    let registry = registry![find_book, add_pair, miscount, append_line].unwrap();
    Harness::builder(registry)
        .state(asked.clone())
        .levers(levers)
        .build()
        .unwrap()
}

/// One whose batches wait until they are full or their window is over.
fn waiting(asked: &Asked) -> Harness {
    let builder = Harness::builder(registry![find_book].unwrap()).state(asked.clone());
    let batching = Batching::new().policy(FlushPolicy::Hybrid);
    builder.batching(batching).build().unwrap()
}

fn find(index: usize, isbn: &str) -> ToolCall {
    ToolCall::new(
        format!("call_{index}"),
        "find_book",
        format!(r#"{{"isbn":"{isbn}","trace":{index}}}"#),
    )
}

#[tokio::test(start_paused = true)]
async fn a_ticks_calls_are_one_batch_and_equal_keys_are_asked_once() {
    let asked = Asked::default();
    let harness = harness(&asked, Levers::all());
    let calls = ["a", "b", "a", "missing"]
        .iter()
        .enumerate()
        .map(|(index, isbn)| find(index, isbn));
    let outcomes = harness
        .session()
        .tenant("acme")
        .run_id("run-1")
        .start()
        .dispatch(calls)
        .await;
    assert_eq!(
        asked.get(),
        [(
            Some("acme".to_owned()),
            vec!["a".to_owned(), "b".to_owned(), "missing".to_owned()]
        )]
    );
    let texts: Vec<&str> = outcomes.iter().map(toolwright::Outcome::text).collect();
    assert_eq!(
        texts,
        [
            "book a",
            "book b",
            "book a",
            "nothing was found for these arguments"
        ]
    );
    assert_eq!(
        outcomes[3].result().unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let batch = outcomes[0].batch().unwrap();
    assert_eq!((batch.size, batch.flush_reason), (3, FlushReason::Tick));
    let stats = harness.stats();
    assert_eq!(
        (
            stats.batches,
            stats.batched_keys,
            stats.batched_calls,
            stats.largest_batch
        ),
        (1, 3, 4, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_leaves_at_once() {
    let asked = Asked::default();
    let calls = (0..150).map(|index| find(index, &format!("book-{index}")));
    let outcomes = waiting(&asked).session().start().dispatch(calls).await;
    let sizes: Vec<usize> = asked.get().iter().map(|(_, keys)| keys.len()).collect();
    assert_eq!(sizes, [64, 64, 22]);
    assert_eq!(outcomes[0].batch().unwrap().flush_reason, FlushReason::Size);
    assert_eq!(
        outcomes[149].batch().unwrap().flush_reason,
        FlushReason::Window
    );
    for (index, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.text(), format!("book book-{index}"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_window_is_measured_from_the_first_call() {
    let asked = Asked::default();
    let session = waiting(&asked).session().start();
    let late = |index: usize| {
        let session = session.clone();
        async move {
            tokio::time::sleep(Duration::from_micros(900 * index as u64)).await;
            session.dispatch([find(index, &format!("{index}"))]).await
        }
    };
    // One arrives every 0.9 ms: a window of 2 ms that began anew with each of them would never end.
    tokio::join!(late(0), late(1), late(2), late(3), late(4), late(5));
    assert!(asked.get().len() >= 2, "{:?}", asked.get());
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_left_full_takes_its_window_along() {
    let session = waiting(&Asked::default()).session().start();
    let full = (0..64).map(|index| find(index, &format!("book-{index}")));
    assert_eq!(session.dispatch(full).await.len(), 64);
    // The window of the full batch would end in a millisecond, and must not be this one's.
    tokio::time::sleep(Duration::from_millis(1)).await;
    let started = tokio::time::Instant::now();
    session.dispatch([find(0, "late")]).await;
    assert_eq!(started.elapsed(), Duration::from_millis(2));
}

#[tokio::test(start_paused = true)]
async fn tenants_never_share_a_batch() {
    let asked = Asked::default();
    let harness = harness(&asked, Levers::all());
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    let nobody = harness.session().start();
    tokio::join!(
        acme.dispatch([find(0, "a")]),
        globex.dispatch([find(0, "a")]),
        nobody.dispatch([find(0, "a")])
    );
    let mut tenants: Vec<_> = asked
        .get()
        .into_iter()
        .map(|(tenant, keys)| (tenant, keys.len()))
        .collect();
    tenants.sort();
    assert_eq!(
        tenants,
        [
            (None, 1),
            (Some("acme".to_owned()), 1),
            (Some("globex".to_owned()), 1)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_fails_or_panics_answers_every_caller() {
    let asked = Asked::default();
    let session = harness(&asked, Levers::all()).session().start();
    // What breaks the batch has the error for itself, once it is found.
    let outcomes = session.dispatch([find(0, "a"), find(1, "broken")]).await;
    let texts = outcomes.iter().map(toolwright::Outcome::text);
    assert_eq!(
        texts.collect::<Vec<_>>(),
        ["book a", "the catalogue is down"]
    );
    assert_eq!(asked.get().len(), 3);
    // A panic is nobody's but the function's, and is not provoked again.
    let outcomes = session.dispatch([find(0, "a"), find(1, "panic")]).await;
    for outcome in &outcomes {
        assert_eq!(outcome.result().unwrap_err().kind(), ErrorKind::Panicked);
        assert_eq!(outcome.text(), "the batch function `find_books` panicked");
    }
    assert_eq!(asked.get().len(), 4);
    assert_eq!(
        session.dispatch([find(0, "a")]).await[0].text(),
        "book a",
        "the loader goes on"
    );
}

#[tokio::test(start_paused = true)]
async fn positional_answers_have_errors_of_their_own() {
    let session = harness(&Asked::default(), Levers::all()).session().start();
    let add =
        |id: &str, a: u32, b: u32| ToolCall::new(id, "add_pair", format!(r#"{{"a":{a},"b":{b}}}"#));
    let outcomes = session
        .dispatch([add("1", 1, 2), add("2", u32::MAX, 1), add("3", 3, 4)])
        .await;
    let texts: Vec<&str> = outcomes.iter().map(toolwright::Outcome::text).collect();
    assert_eq!(texts, ["3", "4294967295 + 1 is too large", "7"]);
    // Each answer goes into the cache on its own; the error does not.
    let outcomes = session
        .dispatch([add("1", 1, 2), add("2", u32::MAX, 1)])
        .await;
    assert_eq!(
        [outcomes[0].cache(), outcomes[1].cache()],
        [CacheStatus::Hit, CacheStatus::Miss]
    );
}

#[tokio::test(start_paused = true)]
async fn a_wrong_count_is_an_error_that_names_the_function() {
    let session = harness(&Asked::default(), Levers::all()).session().start();
    let outcome = one(&session, "miscount", r#"{"n":1}"#).await;
    assert_eq!(
        outcome.result().unwrap_err().kind(),
        ErrorKind::BatchContract
    );
    assert_eq!(
        outcome.text(),
        "the batch function `self::miscount_all` was given 1 keys and returned 0 results: it must return one a key"
    );
}

#[tokio::test(start_paused = true)]
async fn two_identical_writes_are_two_writes() {
    let asked = Asked::default();
    let session = harness(&asked, Levers::all()).session().start();
    let other = session.clone();
    let append = || [ToolCall::new("call", "append_line", r#"{"line":"x"}"#)];
    tokio::join!(session.dispatch(append()), other.dispatch(append()));
    assert_eq!(asked.get(), [(None, vec!["x".to_owned(), "x".to_owned()])]);
}

#[tokio::test(start_paused = true)]
async fn with_the_lever_off_each_call_is_a_batch_of_one_or_the_body() {
    let asked = Asked::default();
    let harness = harness(&asked, Levers::all().without_batching());
    let session = harness.session().start();
    let outcomes = session
        .dispatch([
            find(0, "a"),
            find(1, "missing"),
            ToolCall::new("x", "add_pair", r#"{"a":1,"b":2}"#),
        ])
        .await;
    assert_eq!(outcomes[0].text(), "book a");
    assert_eq!(
        outcomes[1].result().unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(outcomes[2].text(), "3");
    assert_eq!(asked.get().len(), 2);
    assert_eq!((harness.stats().batches, harness.stats().runs), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_leaves_its_batch() {
    let asked = Asked::default();
    let session = waiting(&asked).session().start();
    let gone = session.dispatch([find(0, "gone")]);
    let stays = session.dispatch([find(0, "stays")]);
    let (gone, stays) = tokio::join!(
        tokio::time::timeout(Duration::from_micros(500), gone),
        stays
    );
    assert!(gone.is_err());
    assert_eq!(stays[0].text(), "book stays");
    assert_eq!(asked.get(), [(None, vec!["stays".to_owned()])]);
}
