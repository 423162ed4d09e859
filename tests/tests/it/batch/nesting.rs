//! Batch functions that call tools of their own harness: their own tool, another one, each other; with as few permits as
//! there can be.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::time::{sleep, timeout};
use toolwright::{
    Batching, Harness, HarnessBuilder, Outcome, Session, State, ToolCall, ToolError, registry, tool,
};

/// Where the batch functions find the harness that they are in, and what ran.
#[derive(Clone, Default)]
struct Nest {
    session: Arc<OnceLock<Session>>,
    runs: Arc<Mutex<Vec<Run>>>,
}

/// Which batch function ran, for which keys.
type Run = (&'static str, Vec<u64>);

impl Nest {
    /// Calls a tool of the harness for each of these keys, in one tick.
    async fn ask(&self, tool: &str, keys: impl IntoIterator<Item = u64>) -> Vec<Outcome> {
        let session = self.session.get().expect("the harness was built");
        let call = |(id, key): (usize, u64)| {
            ToolCall::new(id.to_string(), tool, format!(r#"{{"key":{key}}}"#))
        };
        let calls = keys.into_iter().enumerate().map(call);
        session.dispatch(calls).await.into_outcomes()
    }

    fn ran(&self, tool: &'static str, keys: &[u64]) {
        self.runs.lock().unwrap().push((tool, keys.to_vec()));
    }

    fn take(&self) -> Vec<Run> {
        std::mem::take(&mut self.runs.lock().unwrap())
    }

    /// What the tools of these keys say one after the other, each after this key.
    async fn chain(&self, tool: &str, keys: Vec<u64>) -> Vec<Result<String, ToolError>> {
        let inner: Vec<u64> = keys.iter().map(|key| key.saturating_sub(1)).collect();
        let outcomes = self.ask(tool, inner).await;
        let answer = |(key, outcome): (u64, Outcome)| match outcome.result() {
            Ok(content) => Ok(format!("{key} {}", content.text())),
            Err(error) => Err(ToolError::failed(error)),
        };
        keys.into_iter().zip(outcomes).map(answer).collect()
    }
}

type Answers = Vec<Result<String, ToolError>>;

/// Count down, by itself.
#[tool(batch = downs, max_concurrency = 1)]
async fn nest_down(
    /// From where.
    key: u64,
) -> Result<String, ToolError>;

async fn downs(State(nest): State<Nest>, keys: Vec<u64>) -> Answers {
    nest.ran("down", &keys);
    if keys.contains(&0) {
        return keys.iter().map(|key| Ok(key.to_string())).collect();
    }
    nest.chain("nest_down", keys).await
}

/// Count down, by itself, and keep the answers.
#[tool(batch = kept_downs, max_concurrency = 1, ttl = "1h")]
async fn nest_kept(
    /// From where; from 100 on, it asks for itself.
    key: u64,
) -> Result<String, ToolError>;

async fn kept_downs(State(nest): State<Nest>, keys: Vec<u64>) -> Answers {
    nest.ran("kept", &keys);
    if keys.contains(&0) {
        return keys.iter().map(|key| Ok(key.to_string())).collect();
    }
    if keys.iter().any(|key| *key >= 100) {
        let outcomes = nest.ask("nest_kept", keys).await;
        let text = |outcome: Outcome| Ok(outcome.text().to_owned());
        return outcomes.into_iter().map(text).collect();
    }
    nest.chain("nest_kept", keys).await
}

/// Ask another for each key.
#[tool(batch = outers, max_concurrency = 1)]
async fn nest_outer(
    /// The key.
    key: u64,
) -> Result<String, ToolError>;

async fn outers(State(nest): State<Nest>, keys: Vec<u64>) -> Answers {
    nest.ran("outer", &keys);
    sleep(Duration::from_millis(10)).await;
    nest.chain("nest_inner", keys).await
}

/// Answer.
#[tool(batch = inners, batch_window = "5ms")]
async fn nest_inner(
    /// The key.
    key: u64,
) -> Result<String, ToolError>;

async fn inners(State(nest): State<Nest>, keys: Vec<u64>) -> Answers {
    nest.ran("inner", &keys);
    sleep(Duration::from_millis(10)).await;
    keys.iter().map(|key| Ok(key.to_string())).collect()
}

/// Ask the other, which asks this one.
#[tool(batch = pings, max_concurrency = 1)]
async fn nest_ping(
    /// How often.
    key: u64,
) -> Result<String, ToolError>;

async fn pings(State(nest): State<Nest>, keys: Vec<u64>) -> Answers {
    nest.ran("ping", &keys);
    if keys.contains(&0) {
        return keys.iter().map(|key| Ok(key.to_string())).collect();
    }
    nest.chain("nest_pong", keys).await
}

/// Ask the other, which asks this one.
#[tool(batch = pongs, max_concurrency = 1)]
async fn nest_pong(
    /// How often.
    key: u64,
) -> Result<String, ToolError>;

async fn pongs(State(nest): State<Nest>, keys: Vec<u64>) -> Answers {
    nest.ran("pong", &keys);
    if keys.contains(&0) {
        return keys.iter().map(|key| Ok(key.to_string())).collect();
    }
    nest.chain("nest_ping", keys).await
}

fn nest(with: impl FnOnce(HarnessBuilder) -> HarnessBuilder) -> Nest {
    let nest = Nest::default();
    let registry = registry![
        nest_down, nest_kept, nest_outer, nest_inner, nest_ping, nest_pong
    ];
    let builder = Harness::builder(registry.unwrap()).state(nest.clone());
    let harness = with(builder).build().unwrap();
    assert!(nest.session.set(harness.session().start()).is_ok());
    nest
}

/// With a clock that is paused, whatever waits for itself is still waiting after an hour.
async fn soon<T>(call: impl Future<Output = T>) -> T {
    let hour = Duration::from_hours(1);
    timeout(hour, call).await.expect("nobody waits for itself")
}

/// The harnesses in which nesting must not lock up: one that has permits enough, one that has a single one, and one that
/// lets a single batch of a tool run at a time.
fn nests() -> [Nest; 3] {
    [
        nest(|it| it),
        nest(|it| it.max_concurrency(1)),
        nest(|it| {
            it.max_concurrency(1)
                .batching(Batching::new().max_in_flight(1))
        }),
    ]
}

fn texts(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().map(Outcome::text).collect()
}

/// B21: a batch function may ask its own tool. What it asks runs at once, in no batch, as it would wait for itself.
#[tokio::test(start_paused = true)]
async fn b21_a_batch_function_may_ask_its_own_tool() {
    for nest in nests() {
        let outcomes = soon(nest.ask("nest_down", [3, 2])).await;
        assert_eq!(texts(&outcomes), ["3 2 1 0", "2 1 0"]);
        let runs = nest.take();
        assert_eq!(runs[0], ("down", vec![3, 2]));
        assert!(
            runs[1..].iter().all(|(_, keys)| keys.len() == 1),
            "{runs:?}"
        );
    }
}

/// B21: also if its answers are kept: another question is answered, its own is an error and no deadlock.
#[tokio::test(start_paused = true)]
async fn b21_a_batch_function_that_asks_its_own_question_is_told() {
    for nest in nests() {
        assert_eq!(
            texts(&soon(nest.ask("nest_kept", [4])).await),
            ["4 3 2 1 0"]
        );
        let waits_for_itself = |outcome: &Outcome| {
            let text = outcome.text();
            assert!(text.contains("it would wait for itself"), "{text}");
        };
        let outcomes = soon(nest.ask("nest_kept", [100, 101])).await;
        outcomes.iter().for_each(waits_for_itself);
        // What the batch was asked for by another of its calls is its own question, too.
        let outcomes = soon(nest.ask("nest_kept", [7, 9])).await;
        assert_eq!(outcomes[0].text(), "7 6 5 4 3 2 1 0");
        waits_for_itself(&outcomes[1]);
    }
}

/// B22: what a batch asks of another tool is a batch again.
#[tokio::test(start_paused = true)]
async fn b22_what_a_batch_asks_of_another_tool_is_one_batch() {
    for nest in nests() {
        let outcomes = soon(nest.ask("nest_outer", [5, 6, 7])).await;
        assert_eq!(texts(&outcomes), ["5 4", "6 5", "7 6"]);
        assert_eq!(
            nest.take(),
            [("outer", vec![5, 6, 7]), ("inner", vec![4, 5, 6])]
        );
    }
}

/// B22: and two batches that ask another tool at the same time are one batch there.
#[tokio::test(start_paused = true)]
async fn b22_what_two_batches_ask_at_once_is_one_batch() {
    let nest = nest(|it| it);
    let (outer, ping) = soon(Box::pin(async {
        // The second asks at the moment when the first batch does: after ten milliseconds.
        tokio::join!(nest.ask("nest_outer", [5, 6]), async {
            sleep(Duration::from_millis(10)).await;
            nest.ask("nest_inner", [8, 9]).await
        })
    }))
    .await;
    assert_eq!(
        (texts(&outer), texts(&ping)),
        (vec!["5 4", "6 5"], vec!["8", "9"])
    );
    let mut runs = nest.take();
    runs[1].1.sort_unstable();
    assert_eq!(runs, [("outer", vec![5, 6]), ("inner", vec![4, 5, 8, 9])]);
}

/// B22: two tools that ask each other in turns come to an end.
#[tokio::test(start_paused = true)]
async fn b22_two_tools_may_ask_each_other() {
    for nest in nests() {
        let outcomes = soon(nest.ask("nest_ping", [4, 3])).await;
        assert_eq!(texts(&outcomes), ["4 3 2 1 0", "3 2 1 0"]);
        let runs = nest.take();
        assert_eq!(runs[0], ("ping", vec![4, 3]));
        assert_eq!(runs[1], ("pong", vec![3, 2]));
    }
}

/// B22: calls from outside that wait for the one permit of the harness do not keep those waiting that are asked by the
/// run which holds it.
#[tokio::test(start_paused = true)]
async fn b22_what_a_run_asks_overtakes_what_waits_for_the_run_to_end() {
    let nest = nest(|it| {
        it.max_concurrency(1)
            .batching(Batching::new().max_in_flight(1))
    });
    let outside = async {
        sleep(Duration::from_millis(5)).await;
        nest.ask("nest_inner", [8]).await
    };
    let both = async { tokio::join!(nest.ask("nest_outer", [5]), outside) };
    let (outer, outside) = soon(Box::pin(both)).await;
    assert_eq!((outer[0].text(), outside[0].text()), ("5 4", "8"));
    // They wait for the same batch, so that it leaves with both.
    assert_eq!(nest.take(), [("outer", vec![5]), ("inner", vec![8, 4])]);
}
