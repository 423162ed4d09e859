//! What the batched tools of these tests ask: a depot that writes down who asked for what, and behaves as it is told.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use toolwright::{
    Context, ErrorKind, Harness, HarnessBuilder, Outcome, Session, State, ToolCall, ToolError,
    registry, tool,
};

/// Cheap to clone: all clones are one depot.
#[derive(Debug, Clone)]
pub(super) struct Depot {
    start: Instant,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    asked: Vec<Asked>,
    /// How many of them a test has looked at.
    seen: usize,
    moods: HashMap<u64, Mood>,
    stock: HashMap<u64, u64>,
    takes: Duration,
    running: usize,
    most_running: usize,
}

/// One run: of the batch function, or of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// Milliseconds since the depot was made.
    pub(super) at: u128,
    pub(super) tenant: Option<String>,
    pub(super) keys: Vec<u64>,
    pub(super) is_body: bool,
    /// How long it took, once it has ended; none, if it was dropped.
    pub(super) took: Option<u128>,
}

/// What becomes of a run that asks for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// The key has an error of its own.
    Own(ErrorKind),
    /// The run fails as a whole.
    Breaks(ErrorKind),
    /// The run fails as a whole, and would again.
    BreaksForGood,
    /// The run panics.
    Panics,
    /// The run never ends.
    Endless,
}

/// A run while it goes on.
struct Running<'d>(&'d Depot);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.inside().running -= 1;
    }
}

impl Depot {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            inside: Arc::default(),
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    /// Every run takes so many milliseconds from now on.
    pub(super) fn takes(&self, millis: u64) {
        self.inside().takes = Duration::from_millis(millis);
    }

    /// What becomes of those who ask for this key from now on.
    pub(super) fn is(&self, key: u64, mood: Mood) {
        self.inside().moods.insert(key, mood);
    }

    /// All keys are fine again.
    pub(super) fn recovers(&self) {
        self.inside().moods.clear();
    }

    pub(super) fn millis(&self) -> u128 {
        self.start.elapsed().as_millis()
    }

    /// The runs until now, in the order in which they began.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.inside().asked.clone()
    }

    /// The runs since this was last asked.
    pub(super) fn take(&self) -> Vec<Asked> {
        let inside = &mut *self.inside();
        let seen = std::mem::replace(&mut inside.seen, inside.asked.len());
        inside.asked[seen..].to_vec()
    }

    /// The keys of the runs since this was last asked.
    pub(super) fn keys(&self) -> Vec<Vec<u64>> {
        self.take().into_iter().map(|asked| asked.keys).collect()
    }

    /// How many runs there were at once at most.
    pub(super) fn most_running(&self) -> usize {
        self.inside().most_running
    }

    /// The run itself. What it answers is what was in stock when it began, as with a database that reads once.
    async fn run(
        &self,
        ctx: &Context,
        keys: Vec<u64>,
        is_body: bool,
        writes: bool,
    ) -> Result<Vec<Result<String, ToolError>>, ToolError> {
        let tenant = ctx.tenant().map(str::to_owned);
        let name = tenant.clone().unwrap_or_else(|| "-".to_owned());
        let (run, takes, answers) = {
            let mut inside = self.inside();
            if writes {
                for key in &keys {
                    *inside.stock.entry(*key).or_default() += 1;
                }
            }
            let answer = |key: &u64| {
                let stock = inside.stock.get(key).copied().unwrap_or_default();
                format!("{name} {key}={stock}")
            };
            let answers: Vec<String> = keys.iter().map(answer).collect();
            inside.asked.push(Asked {
                at: self.millis(),
                tenant,
                keys: keys.clone(),
                is_body,
                took: None,
            });
            inside.running += 1;
            inside.most_running = inside.most_running.max(inside.running);
            (inside.asked.len() - 1, inside.takes, answers)
        };
        let _running = Running(self);
        let began = Instant::now();
        if !takes.is_zero() {
            sleep(takes).await;
        }
        let moods: Vec<Option<Mood>> = {
            let inside = self.inside();
            keys.iter()
                .map(|key| inside.moods.get(key).copied())
                .collect()
        };
        for mood in &moods {
            match mood {
                Some(Mood::Panics) => panic!("the depot burns"),
                Some(Mood::Endless) => std::future::pending().await,
                _ => {}
            }
        }
        if let Some(asked) = self.inside().asked.get_mut(run) {
            asked.took = Some(began.elapsed().as_millis());
        }
        for mood in &moods {
            match mood {
                Some(Mood::Breaks(kind)) => return Err(ToolError::new(*kind, "the depot is shut")),
                Some(Mood::BreaksForGood) => {
                    return Err(ToolError::failed("the depot is shut for good").permanent());
                }
                _ => {}
            }
        }
        let answers = moods.into_iter().zip(answers);
        let answer = |(mood, answer)| match mood {
            Some(Mood::Own(kind)) => Err(ToolError::new(kind, "this one is not to be had")),
            _ => Ok(answer),
        };
        Ok(answers.map(answer).collect())
    }

    async fn run_one(&self, ctx: &Context, key: u64, writes: bool) -> Result<String, ToolError> {
        let mut answers = self.run(ctx, vec![key], true, writes).await?;
        answers.pop().unwrap()
    }
}

/// What a batch function answers.
type Answers = Result<Vec<Result<String, ToolError>>, ToolError>;

async fn look_all(ctx: &Context, State(depot): State<Depot>, keys: Vec<u64>) -> Answers {
    depot.run(ctx, keys, false, false).await
}

async fn put_all(ctx: &Context, State(depot): State<Depot>, keys: Vec<u64>) -> Answers {
    depot.run(ctx, keys, false, true).await
}

/// Look something up, many at a time.
#[tool(batch = look_all, batch_window = "10ms")]
async fn depot_look(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Look something up, five at a time.
#[tool(batch = look_all, batch_window = "10ms", batch_max = 5)]
async fn depot_five(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Look something up, one at a time.
#[tool(batch = look_all, batch_window = "10ms", batch_max = 1)]
async fn depot_one(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Look something up that is kept.
#[tool(batch = look_all, batch_window = "10ms", batch_max = 5, ttl = "1h", reads = "depot/{key}")]
async fn depot_kept(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Look something up for the tenant, kept.
#[tool(batch = look_all, batch_window = "10ms", ttl = "1h", reads = "own/{key}", tenant_scoped)]
async fn depot_own(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Look something up that is the same for all tenants.
#[tool(batch = look_all, batch_window = "10ms", shared)]
async fn depot_shared(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Look something up, one by itself or many at a time.
#[tool(batch = look_all, batch_window = "10ms")]
async fn depot_body(
    #[context] ctx: &Context,
    #[state] depot: &Depot,
    /// What.
    key: u64,
) -> Result<String, ToolError> {
    depot.run_one(ctx, key, false).await
}

/// Look something up, again and again.
#[tool(batch = look_all, batch_window = "10ms", retries = 2)]
async fn depot_patient(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Look something up for as long as it may take.
#[tool(batch = look_all, batch_window = "10ms", timeout = "50ms")]
async fn depot_timed(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// Bring one more.
#[tool(batch = put_all, batch_window = "10ms", writes = "depot/{key}")]
async fn depot_add(
    /// Of what.
    key: u64,
) -> Result<String, ToolError>;

/// Bring one more, one by itself or many at a time.
#[tool(batch = put_all, batch_window = "10ms", writes = "depot/{key}")]
async fn depot_add_body(
    #[context] ctx: &Context,
    #[state] depot: &Depot,
    /// Of what.
    key: u64,
) -> Result<String, ToolError> {
    depot.run_one(ctx, key, true).await
}

/// Bring what is brought once only.
#[tool(batch = put_all, batch_window = "10ms", writes = "depot/{key}", idempotent)]
async fn depot_put(
    /// What.
    key: u64,
) -> Result<String, ToolError>;

/// A harness whose own cap is never met, after `with` had its say, and its depot.
pub(super) fn world(with: impl FnOnce(HarnessBuilder) -> HarnessBuilder) -> (Harness, Depot) {
    let depot = Depot::new();
    let registry = registry![
        depot_look,
        depot_five,
        depot_one,
        depot_kept,
        depot_own,
        depot_shared,
        depot_body,
        depot_patient,
        depot_timed,
        depot_add,
        depot_add_body,
        depot_put
    ];
    let builder = Harness::builder(registry.unwrap())
        .state(depot.clone())
        .ttl_jitter(0.0)
        .max_concurrency(100_000);
    (with(builder).build().unwrap(), depot)
}

/// A call that is a tick of its own.
pub(super) async fn ask(session: &Session, tool: &str, key: u64) -> Outcome {
    session.call(tool, &format!(r#"{{"key":{key}}}"#)).await
}

/// The same, after so many milliseconds.
pub(super) async fn ask_at(session: &Session, millis: u64, tool: &str, key: u64) -> Outcome {
    sleep(Duration::from_millis(millis)).await;
    ask(session, tool, key).await
}

/// One tick with a call for each key.
pub(super) async fn tick(
    session: &Session,
    tool: &str,
    keys: impl IntoIterator<Item = u64>,
) -> Vec<Outcome> {
    let call =
        |(index, key)| ToolCall::new(format!("call_{index}"), tool, format!(r#"{{"key":{key}}}"#));
    session
        .dispatch(keys.into_iter().enumerate().map(call))
        .await
        .into_outcomes()
}

/// The kind of a call's error; none, if it succeeded.
pub(super) fn kind(outcome: &Outcome) -> Option<ErrorKind> {
    outcome.result().err().map(ToolError::kind)
}

/// All keys that were asked for, each once.
pub(super) fn distinct(asked: &[Asked]) -> BTreeSet<u64> {
    asked.iter().flat_map(|it| it.keys.clone()).collect()
}
