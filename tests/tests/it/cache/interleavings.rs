//! Reads and writes of several agents at once, in any order: no read that starts after a write has returned sees what
//! was there before it, though every result would stay for hours.
//!
//! Every write gives what it touches the next version, so that versions only grow. Who reads knows which versions were
//! there for sure when it began: those of writes that had returned by then, and of earlier writes in its own tick.

mod shelves;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, yield_now};
use toolwright::{CacheStatus, Harness, Outcome, Session, ToolCall};

use self::shelves::{Call, End, Shelves, Target};

/// What an agent does next.
#[derive(Debug, Clone)]
enum Step {
    Tick(Vec<Call>),
    Single(Call),
    /// Someone else changes what the tools read, and says so.
    Outside(Target),
    /// A tick that is dropped after it was polled so often.
    Dropped(Vec<Call>, u8),
    /// Reads that can fail do, or not any more.
    Failing(bool),
    Minutes(u64),
    Pause(u8),
}

/// What several agents do, and how long everything takes.
#[derive(Debug, Clone)]
struct Script {
    seed: u64,
    /// For each agent its tenant and its steps.
    agents: Vec<(Option<&'static str>, Vec<Step>)>,
}

fn call() -> impl Strategy<Value = Call> {
    let (shelf, id) = (|| 0..2_u8, || 0..2_u8);
    let end = prop_oneof![2 => Just(End::Fine), 1 => Just(End::Fails), 1 => Just(End::Panics)];
    prop_oneof![
        4 => (shelf(), id()).prop_map(|(shelf, id)| Call::Cell(shelf, id)),
        2 => (shelf(), id()).prop_map(|(shelf, id)| Call::Batched(shelf, id)),
        4 => (shelf(), id()).prop_map(|(shelf, id)| Call::Stale(shelf, id)),
        3 => shelf().prop_map(Call::Shelf),
        2 => Just(Call::Shelves),
        3 => shelf().prop_map(Call::Found),
        3 => id().prop_map(Call::Mine),
        3 => (shelf(), id(), end).prop_map(|(shelf, id, end)| Call::Write(Target::Cell(shelf, id), end)),
        1 => shelf().prop_map(|shelf| Call::Write(Target::Shelf(shelf), End::Fine)),
        1 => Just(Call::Write(Target::Everything, End::Fine)),
        2 => id().prop_map(|id| Call::Write(Target::Mine(id), End::Fine)),
        1 => id().prop_map(|id| Call::Write(Target::EveryonesMine(id), End::Fine)),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        3 => (0..2_u8, 0..2_u8).prop_map(|(shelf, id)| Target::Cell(shelf, id)),
        1 => (0..2_u8).prop_map(Target::Shelf),
        1 => Just(Target::Everything),
        1 => (0..2_u8).prop_map(Target::EveryonesMine),
    ]
}

fn scripts(steps: std::ops::Range<usize>) -> impl Strategy<Value = Script> {
    let tick = || prop::collection::vec(call(), 1..5);
    let step = prop_oneof![
        4 => tick().prop_map(Step::Tick),
        6 => call().prop_map(Step::Single),
        1 => target().prop_map(Step::Outside),
        1 => (tick(), 0..6_u8).prop_map(|(calls, polls)| Step::Dropped(calls, polls)),
        1 => any::<bool>().prop_map(Step::Failing),
        1 => (1..400_u64).prop_map(Step::Minutes),
        1 => (1..8_u8).prop_map(Step::Pause),
    ];
    let tenant = prop::sample::select(vec![Some("a"), Some("b"), None]);
    let agent = (tenant, prop::collection::vec(step, steps));
    (any::<u64>(), prop::collection::vec(agent, 2..5))
        .prop_map(|(seed, agents)| Script { seed, agents })
}

/// What all agents of a script share.
struct Play {
    harness: Harness,
    shelves: Arc<Shelves>,
    /// The versions that are there for sure.
    returned: Mutex<BTreeMap<String, u64>>,
    hits: AtomicU64,
    has_paused_time: bool,
}

impl Play {
    fn new(seed: u64, has_paused_time: bool) -> Arc<Self> {
        let shelves = Arc::new(Shelves::new(seed));
        Arc::new(Self {
            harness: shelves::harness(&shelves),
            shelves,
            returned: Mutex::default(),
            hits: AtomicU64::new(0),
            has_paused_time,
        })
    }

    async fn act(self: Arc<Self>, tenant: Option<&'static str>, steps: Vec<Step>) {
        let session = self.harness.session();
        let session = match tenant {
            Some(tenant) => session.tenant(tenant).start(),
            None => session.start(),
        };
        // One's own things need a tenant.
        let allowed = |call: &Call| tenant.is_some() || !call.is_mine();
        for step in steps {
            match step {
                Step::Tick(mut calls) => {
                    calls.retain(allowed);
                    self.tick(&session, tenant, &calls, false).await;
                }
                Step::Single(call) if allowed(&call) => {
                    self.tick(&session, tenant, &[call], true).await;
                }
                Step::Outside(target) => {
                    let version = self.shelves.write(&target, None);
                    match &target {
                        Target::Everything if version.is_multiple_of(2) => self.harness.clear(),
                        _ => self.harness.invalidate(target.resource().as_str()),
                    }
                    self.returned(&target, None, version);
                }
                Step::Dropped(mut calls, polls) => {
                    calls.retain(allowed);
                    let calls = calls
                        .iter()
                        .enumerate()
                        .map(|(at, call)| self.shelves.sent(at, call).0);
                    tokio::select! {
                        biased;
                        () = async { for _ in 0..polls { yield_now().await } } => {}
                        _ = session.dispatch(calls.collect::<Vec<_>>()) => {}
                    }
                }
                Step::Failing(fails) => self.shelves.fail(fails),
                Step::Minutes(minutes) if self.has_paused_time => {
                    tokio::time::advance(Duration::from_mins(minutes)).await;
                }
                Step::Single(_) | Step::Minutes(_) => {}
                Step::Pause(turns) => {
                    for _ in 0..turns {
                        yield_now().await;
                    }
                }
            }
        }
    }

    /// Runs calls and holds what they read against what is there for sure.
    async fn tick(&self, session: &Session, tenant: Option<&str>, calls: &[Call], is_single: bool) {
        let before = self.returned.lock().unwrap().clone();
        let mut sure = before.clone();
        let (sent, marks): (Vec<ToolCall>, Vec<u64>) = calls
            .iter()
            .enumerate()
            .map(|(at, call)| self.shelves.sent(at, call))
            .unzip();
        let outcomes = match &sent[..] {
            [call] if is_single => vec![session.call(call.name(), call.arguments()).await],
            _ => session.dispatch(sent).await.into_outcomes(),
        };
        for ((call, mark), outcome) in calls.iter().zip(marks).zip(outcomes) {
            if let Call::Write(target, end) = call {
                assert_eq!(
                    outcome.is_error(),
                    *end != End::Fine,
                    "{call:?}: {outcome:?}"
                );
                let version = self.shelves.version_of(mark).expect("the write ran");
                for cell in target.cells(tenant) {
                    let known = sure.entry(cell).or_default();
                    *known = version.max(*known);
                }
                self.returned(target, tenant, version);
            } else {
                // What a run finds out to read orders nothing in its own tick.
                let sure = if matches!(call, Call::Found(_)) {
                    &before
                } else {
                    &sure
                };
                self.check(call, tenant, &outcome, sure);
            }
        }
    }

    fn check(
        &self,
        call: &Call,
        tenant: Option<&str>,
        outcome: &Outcome,
        sure: &BTreeMap<String, u64>,
    ) {
        if let Err(error) = outcome.result() {
            assert!(call.may_fail(), "{call:?}: {error}");
            return;
        }
        if matches!(
            outcome.cache(),
            CacheStatus::Hit | CacheStatus::Stale | CacheStatus::Shared
        ) {
            self.hits.fetch_add(1, Ordering::Relaxed);
        }
        let seen: BTreeMap<String, u64> = serde_json::from_str(outcome.text()).unwrap();
        for cell in call.cells(tenant) {
            let (seen, sure) = (seen.get(&cell), sure.get(&cell));
            assert!(
                seen.copied().unwrap_or_default() >= sure.copied().unwrap_or_default(),
                "{call:?} of {tenant:?} saw {seen:?} of {cell}, where {sure:?} was written before: {outcome:?}"
            );
        }
    }

    fn returned(&self, target: &Target, tenant: Option<&str>, version: u64) {
        let mut returned = self.returned.lock().unwrap();
        for cell in target.cells(tenant) {
            let known = returned.entry(cell).or_default();
            *known = version.max(*known);
        }
    }
}

/// Plays a script: how many reads were answered without a run of their own.
async fn play(script: Script, has_paused_time: bool) -> u64 {
    let play = Play::new(script.seed, has_paused_time);
    let mut agents = JoinSet::new();
    for (tenant, steps) in script.agents {
        agents.spawn(Arc::clone(&play).act(tenant, steps));
    }
    agents.join_all().await;
    play.hits.load(Ordering::Relaxed)
}

#[track_caller]
fn check(cases: u32, steps: std::ops::Range<usize>, run: impl Fn(Script) -> u64) {
    let hits = AtomicU64::new(0);
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    let result = TestRunner::new(config).run(&scripts(steps), |script| {
        hits.fetch_add(run(script), Ordering::Relaxed);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    let hits = hits.into_inner();
    assert!(
        hits > u64::from(cases),
        "the cache answered {hits} calls, so little was shown"
    );
}

#[test]
fn agents_that_take_turns_never_see_what_was_before_a_write() {
    check(150, 4..16, |script| {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(play(script, true))
    });
}

#[test]
fn agents_on_several_threads_never_see_what_was_before_a_write() {
    check(30, 20..40, |script| {
        let runtime = Builder::new_multi_thread()
            .worker_threads(4)
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(play(script, false))
    });
}
