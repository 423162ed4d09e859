//! A tool that exists for the models, what its batches run under, and what is seen of its runs.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use shuttle::future::{JoinHandle, spawn, yield_now};
use shuttle::rand::{Rng, thread_rng};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::aboard::{Aboard, RunId};
use crate::batch::{Announced, Answer, Batches, Batching, Load, Terms};
use crate::call::{BatchFacts, Content, FlushReason};
use crate::error::{ErrorKind, ToolError};
use crate::key::{CacheKey, KeyMaker, Scope};
use crate::tool::{
    BatchCall, BatchKey, Call, CallIdentity, Context, Reply, SessionSeed, StateSpec, States, Tool,
    ToolEntry, ToolSpec, spec,
};

/// Keys from here on break every batch that they are in.
pub(super) const BAD: u32 = 100;
/// How many keys a batch of the tools here has at most.
pub(super) const MOST: u32 = 2;

/// A tool that has nothing but its batch function, and leaves no time for company: its batches leave when it is quiet.
pub(super) const PLAIN: u8 = 0;
/// The same, with time for company: only where time passes does its window ever end.
pub(super) const PATIENT: u8 = 1;
/// One that has a body as well.
pub(super) const WITH_BODY: u8 = 2;
/// One that writes.
pub(super) const WRITES: u8 = 3;

struct Model<const KIND: u8>;

impl<const KIND: u8> Tool for Model<KIND> {
    type Output = Content;
    const SPEC: ToolSpec = {
        let spec = spec("model", "Exists for a model.").batch_of_at_most(MOST);
        match KIND {
            PATIENT => spec.batch_only(&Function).batch_window_millis(3_600_000),
            WITH_BODY => spec.batch(&Function).batch_window_millis(0),
            WRITES => spec
                .batch_only(&Function)
                .batch_window_millis(0)
                .writes(&["x"]),
            _ => spec.batch_only(&Function).batch_window_millis(0),
        }
    };

    async fn call(call: Call) -> Reply {
        let key = key_of(&call);
        let (context, keys) = (call.context().clone(), vec![key]);
        Seen::of(&context).run(keys).await?.remove(0)
    }
}

/// The number that a call asks for is its id.
fn key_of(call: &Call) -> u32 {
    let id = call.context().call_id().expect("every call has an id");
    id.parse().expect("every id is a number")
}

struct Function;

#[async_trait]
impl BatchCall for Function {
    fn name(&self) -> &'static str {
        "function"
    }

    fn states(&self) -> Vec<StateSpec> {
        Vec::new()
    }

    fn key(&self, call: &Call) -> Result<BatchKey, ToolError> {
        Ok(Box::new(key_of(call)))
    }

    async fn run(
        &self,
        context: Context,
        keys: Vec<BatchKey>,
    ) -> Result<Vec<Option<Reply>>, ToolError> {
        let keys = keys.into_iter().map(|key| {
            *key.downcast::<u32>()
                .expect("every key of this tool is a number")
        });
        let replies = Seen::of(&context).run(keys.collect()).await?;
        Ok(replies.into_iter().map(Some).collect())
    }
}

/// What is seen of the runs. Its counters are not shuttle's: to look is no step.
#[derive(Default)]
pub(super) struct Seen {
    /// The keys of each.
    runs: Mutex<Vec<Vec<u32>>>,
    running: AtomicUsize,
    /// How many there may be at once.
    pub(super) most_running: AtomicUsize,
    /// Calls whose write was made known.
    pub(super) written: Mutex<Vec<u32>>,
}

impl Seen {
    fn of(context: &Context) -> &Arc<Self> {
        context.state().expect("every call of a model has it")
    }

    /// One run, of a batch or of the body.
    async fn run(&self, keys: Vec<u32>) -> Result<Vec<Reply>, ToolError> {
        struct Ends<'s>(&'s Seen);
        impl Drop for Ends<'_> {
            fn drop(&mut self) {
                self.0.running.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        let _ends = Ends(self);
        let most = self.most_running.load(Ordering::SeqCst);
        assert!(running <= most, "{running} runs at once");
        assert!(keys.len() <= MOST as usize, "a batch of {keys:?}");
        let different: BTreeSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len(), "asked twice in {keys:?}");
        self.runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(keys.clone());
        for _ in 0..thread_rng().gen_range(0..3) {
            yield_now().await;
        }
        if keys.iter().any(|key| *key >= BAD) {
            return Err(ToolError::failed("one of the keys is bad"));
        }
        let reply = |key: &u32| Ok(Content::plain(key.to_string()));
        Ok(keys.iter().map(reply).collect())
    }

    /// How often a key was in a run.
    pub(super) fn runs_of(&self, key: u32) -> usize {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.iter().flatten().filter(|it| **it == key).count()
    }
}

/// What the batches run under.
pub(super) struct Free {
    seen: Arc<Seen>,
    /// One run at a time in all, besides those within runs.
    permits: Arc<Semaphore>,
    is_hasty: bool,
}

impl Terms for Free {
    type Party = ();
    type Permits = Option<OwnedSemaphorePermit>;
    type Written = u32;

    fn party(&self) {}

    async fn admit(&self, (): &(), within: Vec<RunId>) -> Result<Self::Permits, ToolError> {
        if !within.is_empty() {
            return Ok(None);
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        Ok(Some(permit.expect("it is never closed")))
    }

    fn run_of(_: &Self::Permits) -> Option<RunId> {
        None
    }

    async fn within<F: Future + Send>(&self, run: F) -> Option<F::Output> {
        if !self.is_hasty {
            return Some(run.await);
        }
        let timeout = async {
            for _ in 0..thread_rng().gen_range(1..4) {
                yield_now().await;
            }
        };
        tokio::select! {
            biased;
            output = run => Some(output),
            () = timeout => None,
        }
    }

    fn timed_out(&self) -> ToolError {
        ToolError::new(ErrorKind::TimedOut, "it took too long")
    }

    async fn has_written(&self, written: Vec<u32>) {
        yield_now().await;
        let mut all = self
            .seen
            .written
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.extend(written);
    }

    async fn watched<F: Future + Send>(&self, _: usize, _: FlushReason, run: F) -> F::Output {
        run.await
    }

    fn has_run(&self, _: &BatchFacts) {}

    fn unheard(&self, _: &ToolError) {}
}

/// The batches of one tool, and what is seen of them.
#[derive(Clone)]
pub(super) struct World {
    pub(super) batches: Arc<Batches<Free>>,
    pub(super) seen: Arc<Seen>,
    pub(super) permits: Arc<Semaphore>,
    states: Arc<States>,
    writes: bool,
    in_flight: usize,
}

/// One call.
#[derive(Default)]
pub(super) struct Asks {
    pub(super) key: u32,
    pub(super) tenant: Option<&'static str>,
    pub(super) aboard: Option<Arc<Aboard>>,
    pub(super) announced: Option<Announced<Free>>,
}

impl World {
    pub(super) fn new<const KIND: u8>(batching: Batching) -> Self {
        Self::with::<KIND>(batching, false)
    }

    /// One in which every run may take too long.
    pub(super) fn hasty<const KIND: u8>(batching: Batching) -> Self {
        Self::with::<KIND>(batching, true)
    }

    fn with<const KIND: u8>(batching: Batching, is_hasty: bool) -> Self {
        let in_flight = batching.max_in_flight;
        let seen = Arc::new(Seen {
            most_running: AtomicUsize::new(in_flight),
            ..Seen::default()
        });
        let permits = Arc::new(Semaphore::new(in_flight));
        let mut states = States::default();
        states.insert(Arc::clone(&seen));
        let terms = Free {
            seen: Arc::clone(&seen),
            permits: Arc::clone(&permits),
            is_hasty,
        };
        let tool = ToolEntry::of::<Model<KIND>>();
        let batches = Batches::new(tool, 0, batching, || terms);
        Self {
            batches: Arc::new(batches.expect("the tool has a batch function")),
            seen,
            permits,
            states: Arc::new(states),
            writes: !tool.spec().is_idempotent(),
            in_flight,
        }
    }

    fn same(key: u32) -> CacheKey {
        let arguments = key.to_string();
        KeyMaker::new("model", b"").key("model", 1, Scope::NoTenant, arguments.as_bytes())
    }

    /// One call, until it has its answer.
    pub(super) async fn load(&self, asks: Asks) -> Answer {
        let Asks {
            key,
            tenant,
            aboard,
            announced,
        } = asks;
        let tenant: Option<Arc<str>> = tenant.map(Arc::from);
        let host: Arc<States> = Arc::clone(&self.states);
        let identity = CallIdentity {
            session: SessionSeed::default(),
            tick: 1,
            position: 0,
            id: Arc::from(key.to_string()),
            outer: None,
        };
        let context = Context::new(host, tenant.clone(), Some(identity), None);
        let arguments = crate::tool::Args::new(Arc::from("{}"), []);
        let load = Load {
            tenant,
            call: Call::new(context, arguments),
            key: Box::new(key),
            same: (!self.writes).then(|| Self::same(key)),
            written: self.writes.then_some(key),
            aboard,
            is_last_try: true,
            announced,
        };
        self.batches.load(load).await
    }

    /// One call for a key, in a task of its own.
    pub(super) fn ask(&self, key: u32) -> JoinHandle<Answer> {
        let this = self.clone();
        spawn(async move { this.load(Asks::of(key)).await })
    }

    /// All permits are given back, or will be.
    pub(super) async fn is_at_rest(&self) {
        let in_flight = &self.batches.shared.in_flight;
        while in_flight.available_permits() < self.in_flight
            || self.permits.available_permits() < self.in_flight
        {
            yield_now().await;
        }
    }

    /// The groups go away, when nobody uses them.
    pub(super) async fn has_no_groups(&self) {
        while !self.batches.shared.groups.is_empty() {
            yield_now().await;
        }
    }
}

impl Asks {
    pub(super) fn of(key: u32) -> Self {
        Self {
            key,
            ..Self::default()
        }
    }
}

/// A call has the answer to its own question.
pub(super) fn is_answered(answer: &Answer, key: u32) {
    match &answer.reply {
        Ok(content) => assert_eq!(content.text(), key.to_string(), "another's answer"),
        Err(error) => panic!("{key} has no answer: {error}"),
    }
}
