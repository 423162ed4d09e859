//! The tools of a soak, each of which does what its `mood` says.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Barrier;
use tokio::time::sleep;
use toolwright::{
    Content, Context, Harness, Layer, LayerCall, Next, Outcome, Registry, State, ToolError,
    async_trait, registry, tool,
};

use super::Time;

/// What a panic says that is meant.
pub(super) const PANIC: &str = "a panic that is meant";

/// What a call fails with that is meant to fail.
pub(super) const FAILURE: &str = "a failure that is meant";

/// How long a call takes that takes too long: longer than each of these tools may.
const TOO_LONG: Duration = Duration::from_secs(20);

/// What the tools share.
#[derive(Debug, Clone, Default)]
pub(super) struct World(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Bodies that run under the harness's cap at this moment, and at most so far.
    running: AtomicUsize,
    most: AtomicUsize,
    /// Writes that ran.
    writes: AtomicU64,
    /// Where calls meet that are to run at once.
    meeting: Mutex<Option<Arc<Barrier>>>,
    /// Calls that are inside of the layer.
    inside: AtomicUsize,
}

impl World {
    /// Calls of the mood `meets` wait for each other until there are so many of them.
    pub(super) fn meet(&self, count: usize) {
        let barrier = Arc::new(Barrier::new(count));
        *self
            .0
            .meeting
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(barrier);
    }

    /// The most bodies that ran at once under the harness's cap.
    pub(super) fn most(&self) -> usize {
        self.0.most.load(Ordering::SeqCst)
    }

    /// The writes that ran.
    pub(super) fn writes(&self) -> u64 {
        self.0.writes.load(Ordering::SeqCst)
    }

    /// The calls that have not left the layer.
    pub(super) fn inside(&self) -> usize {
        self.0.inside.load(Ordering::SeqCst)
    }

    /// Counts a body that runs under the harness's cap.
    fn running(&self) -> Counted<'_> {
        let counted = Counted::begin(&self.0.running);
        let running = self.0.running.load(Ordering::SeqCst);
        self.0.most.fetch_max(running, Ordering::SeqCst);
        counted
    }

    /// Does what a mood says, after so long, and says so.
    async fn act(&self, key: u64, mood: &str, millis: u64) -> Result<String, ToolError> {
        let _running = self.running();
        self.feel(key, mood, millis).await
    }

    /// The same within a body that is counted.
    async fn feel(&self, key: u64, mood: &str, millis: u64) -> Result<String, ToolError> {
        match millis {
            0 => tokio::task::yield_now().await,
            _ => sleep(Duration::from_millis(millis)).await,
        }
        match mood {
            "fails" => return Err(ToolError::failed(FAILURE)),
            "breaks" => panic!("{PANIC}"),
            "hangs" => sleep(TOO_LONG).await,
            "meets" => {
                let meeting = self
                    .0
                    .meeting
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                meeting.expect("there is a meeting").wait().await;
            }
            _ => {}
        }
        Ok(format!("{key} {mood}"))
    }
}

/// Counts in a place until this is dropped.
struct Counted<'w>(&'w AtomicUsize);

impl<'w> Counted<'w> {
    fn begin(count: &'w AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Read a thing.
#[tool(
    ttl = "1s",
    cache_key_exclude = "millis",
    reads = "thing/{key}",
    timeout = "10s"
)]
async fn soak_read(
    #[state] world: &World,
    /// Which thing.
    key: u64,
    /// What to do.
    mood: &str,
    /// How long it takes.
    millis: u64,
) -> Result<String, ToolError> {
    world.act(key, mood, millis).await
}

/// Write a thing.
#[tool(writes = "thing/{key}", timeout = "10s")]
async fn soak_write(
    #[state] world: &World,
    /// Which thing.
    key: u64,
    /// What to do.
    mood: &str,
    /// How long it takes.
    millis: u64,
) -> Result<String, ToolError> {
    world.0.writes.fetch_add(1, Ordering::SeqCst);
    world.act(key, mood, millis).await
}

/// Read a thing, two at once at most.
#[tool(max_concurrency = 2, timeout = "10s")]
async fn soak_narrow(
    #[state] world: &World,
    /// Which thing.
    key: u64,
    /// What to do.
    mood: &str,
    /// How long it takes.
    millis: u64,
) -> Result<String, ToolError> {
    world.act(key, mood, millis).await
}

/// Read a thing, several times if need be.
#[tool(idempotent, retries = 2)]
async fn soak_retried(
    #[state] world: &World,
    /// Which thing.
    key: u64,
    /// What to do.
    mood: &str,
    /// How long it takes.
    millis: u64,
) -> Result<String, ToolError> {
    world.act(key, mood, millis).await
}

/// Read a thing, together with others.
#[tool(batch = soak_fetch_all, ttl = "1s", reads = "thing/{key}", batch_max = 8, timeout = "10s", idempotent)]
async fn soak_fetch(
    /// Which thing.
    key: u64,
    /// What to do.
    mood: String,
) -> Result<String, ToolError>;

async fn soak_fetch_all(
    State(world): State<World>,
    keys: Vec<(u64, String)>,
) -> Vec<Result<String, ToolError>> {
    let _running = world.running();
    let mut answers = Vec::new();
    for (key, mood) in keys {
        answers.push(world.feel(key, &mood, 1).await);
    }
    answers
}

/// Read a thing, for another tool.
#[tool(ttl = "1s", reads = "thing/{key}", timeout = "10s")]
async fn soak_nearby(
    #[state] world: &World,
    /// Which thing.
    key: u64,
    /// What to do.
    mood: &str,
) -> Result<String, ToolError> {
    world.act(key, mood, 1).await
}

/// Read a thing by another tool, as deep as one likes.
#[tool(timeout = "1m")]
async fn soak_nested(
    #[context] ctx: &Context,
    /// Which thing.
    key: u64,
    /// What to do.
    mood: &str,
    /// How many tools there are between this and the other.
    depth: u64,
) -> Result<Content, ToolError> {
    match depth.checked_sub(1) {
        None => {
            ctx.call::<soak_nearby>(json!({ "key": key, "mood": mood }))
                .await
        }
        Some(depth) => {
            let arguments = json!({ "key": key, "mood": mood, "depth": depth });
            ctx.call::<soak_nested>(arguments).await
        }
    }
}

/// Say again what another call said.
#[tool]
async fn soak_linked(
    /// What the other call said.
    #[arg(refs)]
    text: String,
) -> String {
    linked(&text)
}

/// What `soak_linked` makes of a text.
pub(super) fn linked(text: &str) -> String {
    format!("linked: {text}")
}

/// Lets every call pass, and knows how many are inside.
struct Watch(World);

#[async_trait]
impl Layer for Watch {
    async fn call(&self, _: &LayerCall, next: Next<'_>) -> Outcome {
        let _inside = Counted::begin(&self.0.0.inside);
        next.run().await
    }
}

/// A harness of these tools; in real time, with a layer around them.
pub(super) fn harness(world: &World, cap: usize, time: Time) -> Harness {
    let registry = registry![
        soak_read,
        soak_write,
        soak_narrow,
        soak_retried,
        soak_fetch,
        soak_nearby,
        soak_nested,
        soak_linked
    ];
    let registry = registry.and_then(Registry::with_references);
    let registry = registry.expect("the tools of a soak are valid");
    let harness = Harness::builder(registry).state(world.clone());
    let harness = match time {
        Time::Paused => harness,
        Time::Real => harness.layer(Watch(world.clone())),
    };
    let harness = harness.max_concurrency(cap).build();
    harness.expect("a soak has all that its tools need")
}
