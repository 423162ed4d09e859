//! Random schedules: agents of several tenants that come, ask for good and bad keys and sometimes go away, under random
//! policies and bounds. Each has exactly its own answer, and no batch is what it must not be.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use proptest::prelude::*;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use toolwright::{Batching, ErrorKind, FlushPolicy, Outcome, WhenFull};

use super::depot::{Depot, Mood, ask, kind, tick, world};

const TENANTS: [&str; 3] = ["acme", "globex", "initech"];

/// The tools, how many keys a batch of each has at most, and whether equal keys are one.
const TOOLS: [(&str, usize, bool); 6] = [
    ("depot_look", 64, true),
    ("depot_five", 5, true),
    ("depot_one", 1, true),
    ("depot_kept", 5, true),
    ("depot_body", 64, true),
    ("depot_put", 64, false),
];

/// One agent's tick.
#[derive(Debug, Clone)]
struct Agent {
    tenant: usize,
    begins: u64,
    /// After how long it goes away, answered or not.
    patience: Option<u64>,
    keys: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Schedule {
    tool: usize,
    batching: Batching,
    in_flight: usize,
    refuses: bool,
    takes: u64,
    moods: HashMap<u64, Mood>,
    agents: Vec<Agent>,
}

fn moods() -> impl Strategy<Value = HashMap<u64, Mood>> {
    let mood = prop_oneof![
        Just(Mood::Own(ErrorKind::NotFound)),
        Just(Mood::Own(ErrorKind::Failed)),
        Just(Mood::Breaks(ErrorKind::Failed)),
        Just(Mood::BreaksForGood),
    ];
    prop::collection::hash_map(0..20_u64, mood, 0..4)
}

fn agents() -> impl Strategy<Value = Vec<Agent>> {
    let keys = prop::collection::vec(0..20_u64, 1..9);
    let agent = (
        0..TENANTS.len(),
        0..40_u64,
        prop::option::of(0..40_u64),
        keys,
    );
    let agent = agent.prop_map(|(tenant, begins, patience, keys)| Agent {
        tenant,
        begins,
        patience,
        keys,
    });
    prop::collection::vec(agent, 1..25)
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let policy = prop_oneof![
        Just(FlushPolicy::Adaptive),
        Just(FlushPolicy::FixedWindow),
        Just(FlushPolicy::Hybrid),
        Just(FlushPolicy::Size),
    ];
    let bounds = (policy, 1..30_usize, 1..5_usize, prop::bool::weighted(0.3));
    let rest = (
        0..TOOLS.len(),
        prop_oneof![Just(0), 1..30_u64],
        moods(),
        agents(),
    );
    let schedule = |(bounds, rest): ((_, _, _, _), (_, _, _, _))| {
        let (policy, max_waiting, in_flight, refuses) = bounds;
        let (tool, takes, moods, agents) = rest;
        let when_full = if refuses {
            WhenFull::Refuse
        } else {
            WhenFull::Wait
        };
        let batching = Batching::new().policy(policy).max_waiting(max_waiting);
        Schedule {
            tool,
            batching: batching.max_in_flight(in_flight).when_full(when_full),
            in_flight,
            refuses,
            takes,
            moods,
            agents,
        }
    };
    (bounds, rest).prop_map(schedule)
}

/// Whether this is the answer to this call, and to no other.
fn check_answer(schedule: &Schedule, agent: &Agent, key: u64, outcome: &Outcome) {
    let expected = match schedule.moods.get(&key) {
        None => None,
        Some(Mood::Own(kind)) => Some(*kind),
        Some(_) => Some(ErrorKind::Failed),
    };
    if schedule.refuses && kind(outcome) == Some(ErrorKind::Overloaded) {
        return;
    }
    assert_eq!(kind(outcome), expected, "{key}: {outcome:?}");
    if expected.is_none() {
        let own = format!("{} {key}=", TENANTS[agent.tenant]);
        assert!(outcome.text().starts_with(&own), "{outcome:?}");
    }
}

/// Whether no run was what it must not be.
fn check_runs(schedule: &Schedule, depot: &Depot) {
    let (_, most, is_joined) = TOOLS[schedule.tool];
    for run in depot.asked() {
        assert!(run.keys.len() <= most && !run.keys.is_empty(), "{run:?}");
        let distinct: BTreeSet<_> = run.keys.iter().collect();
        assert!(!is_joined || distinct.len() == run.keys.len(), "{run:?}");
        let tenant = run
            .tenant
            .as_deref()
            .and_then(|it| TENANTS.iter().position(|name| *name == it));
        let asked = |key| {
            let mut agents = schedule.agents.iter();
            agents.any(|agent| Some(agent.tenant) == tenant && agent.keys.contains(key))
        };
        assert!(
            run.keys.iter().all(asked),
            "nobody of the tenant asked for that: {run:?}"
        );
    }
    assert!(depot.most_running() <= schedule.in_flight);
}

async fn play(schedule: Schedule) {
    let (harness, depot) = world(|it| it.batching(schedule.batching));
    depot.takes(schedule.takes);
    for (key, mood) in &schedule.moods {
        depot.is(*key, *mood);
    }
    let tool = TOOLS[schedule.tool].0;
    let mut running = JoinSet::new();
    for agent in schedule.agents.clone() {
        let session = harness.session().tenant(TENANTS[agent.tenant]).start();
        let schedule = schedule.clone();
        running.spawn(async move {
            sleep(Duration::from_millis(agent.begins)).await;
            let patience = agent.patience.map_or(Duration::MAX, Duration::from_millis);
            let keys = agent.keys.iter().copied();
            let Ok(outcomes) = timeout(patience, tick(&session, tool, keys)).await else {
                return;
            };
            assert_eq!(outcomes.len(), agent.keys.len());
            for (key, outcome) in agent.keys.iter().zip(&outcomes) {
                check_answer(&schedule, &agent, *key, outcome);
            }
        });
    }
    let all = timeout(Duration::from_hours(1), running.join_all()).await;
    all.expect("nobody waits for ever");
    check_runs(&schedule, &depot);
    // What was given up is gone, and whoever comes now is served as ever.
    sleep(Duration::from_secs(2)).await;
    depot.recovers();
    let outcome = ask(&harness.session().start(), tool, 77).await;
    assert!(!outcome.is_error());
    sleep(Duration::from_secs(2)).await;
    assert_eq!(
        harness
            .batch_stats()
            .iter()
            .map(|it| it.groups)
            .sum::<usize>(),
        0
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn each_call_has_its_own_answer_whatever_comes_together(schedule in schedules()) {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(play(schedule));
    }
}
