//! Who asks for what, and that each gets its own answer: however many ask, and whatever else was asked with it.

use std::collections::{BTreeSet, HashMap};

use tokio::runtime::Builder;
use tokio::task::JoinSet;
use toolwright::{
    Batching, ErrorKind, FlushPolicy, FlushReason, Harness, Outcome, Session, ToolError, registry,
    tool,
};

use super::depot::{Mood, ask, distinct, kind, tick, world};

/// B4: an equal key takes no second place in a batch, and its size is that of different keys.
#[tokio::test(start_paused = true)]
async fn b4_equal_keys_are_asked_once_and_count_once() {
    for policy in [
        FlushPolicy::Hybrid,
        FlushPolicy::Adaptive,
        FlushPolicy::Size,
    ] {
        let (harness, depot) = world(|it| it.batching(Batching::new().policy(policy)));
        let session = harness.session().start();
        // The fifth different key is the last call: the batch is full with it, and not before.
        let keys = [1, 2, 1, 3, 1, 1, 2, 4, 3, 5];
        let outcomes = tick(&session, "depot_five", keys).await;
        assert_eq!(depot.keys(), [[1, 2, 3, 4, 5]], "{policy:?}");
        for (key, outcome) in keys.iter().zip(&outcomes) {
            assert_eq!(outcome.text(), format!("- {key}=0"));
            let batch = outcome.batch().unwrap();
            assert_eq!((batch.size, batch.flush_reason), (5, FlushReason::Size));
        }
    }
}

/// B5: a key that waits already is not asked for by a second batch, even if there are two batches' worth of calls
/// between the two.
#[tokio::test(start_paused = true)]
async fn b5_a_key_is_asked_for_by_one_of_the_batches_that_leave_together() {
    let fixed = Batching::new().policy(FlushPolicy::FixedWindow);
    let (harness, depot) = world(|it| it.batching(fixed));
    let session = harness.session().start();
    let outcomes = tick(&session, "depot_five", (0..12).chain(0..12)).await;
    assert_eq!(
        depot.keys(),
        [vec![0, 1, 2, 3, 4], vec![5, 6, 7, 8, 9], vec![10, 11]]
    );
    for (index, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.text(), format!("- {}=0", index % 12));
    }
}

/// B5: with a tool that is cached this holds for full batches that leave one after the other, too. (What is not cached
/// may have another answer by then.)
#[tokio::test(start_paused = true)]
async fn b5_a_cached_key_is_asked_once_whatever_batch_it_is_in() {
    let (harness, depot) = world(|it| it);
    depot.takes(5);
    let (one, other) = (harness.session().start(), harness.session().start());
    let (first, second) = tokio::join!(
        tick(&one, "depot_kept", 0..12),
        tick(&other, "depot_kept", 6..18)
    );
    let asked = depot.take();
    let keys: usize = asked.iter().map(|it| it.keys.len()).sum();
    assert_eq!((keys, distinct(&asked).len()), (18, 18), "{asked:?}");
    for (key, outcome) in (0..12).chain(6..18).zip(first.iter().chain(&second)) {
        assert_eq!(outcome.text(), format!("- {key}=0"));
    }
}

/// B8: each call has the answer to its own key, be it a value or an error.
#[tokio::test(start_paused = true)]
async fn b8_values_and_errors_of_one_batch_reach_the_calls_that_asked() {
    let (harness, depot) = world(|it| it);
    for key in [1, 4, 7] {
        depot.is(key, Mood::Own(ErrorKind::NotFound));
    }
    depot.is(5, Mood::Own(ErrorKind::Failed));
    let session = harness.session().start();
    let keys = [7, 2, 9, 4, 1, 2, 5, 3];
    let outcomes = tick(&session, "depot_look", keys).await;
    assert_eq!(depot.keys(), [[7, 2, 9, 4, 1, 5, 3]]);
    for (key, outcome) in keys.iter().zip(&outcomes) {
        let expected = match key {
            1 | 4 | 7 => Some(ErrorKind::NotFound),
            5 => Some(ErrorKind::Failed),
            _ => None,
        };
        assert_eq!(kind(outcome), expected, "{key}");
        if expected.is_none() {
            assert_eq!(outcome.text(), format!("- {key}=0"));
        }
        assert_eq!(outcome.attempts(), 1, "an error of its own breaks no batch");
    }
}

/// B8: a map answers each key wherever it has it, and a key without an answer is not found.
#[tokio::test(start_paused = true)]
async fn b8_keyed_answers_need_no_order_and_a_key_without_one_is_not_found() {
    /// Square even numbers.
    #[tool(batch = squares)]
    async fn fan_out_square(
        /// The number.
        key: u64,
    ) -> Result<u64, ToolError>;

    async fn squares(keys: Vec<u64>) -> HashMap<u64, u64> {
        let even = keys.into_iter().rev().filter(|key| key % 2 == 0);
        even.map(|key| (key, key * key)).collect()
    }

    let harness = Harness::builder(registry![fan_out_square].unwrap());
    let session = harness.build().unwrap().session().start();
    let outcomes = tick(&session, "fan_out_square", 0..50).await;
    for (key, outcome) in (0..50_u64).zip(&outcomes) {
        if key % 2 == 0 {
            assert_eq!(outcome.text(), (key * key).to_string());
        } else {
            assert_eq!(kind(outcome), Some(ErrorKind::NotFound));
        }
        assert_eq!(outcome.batch().unwrap().size, 50);
    }
}

const CALLERS: u64 = 10_000;
const KEYS: u64 = 3_001;
const TENANTS: [&str; 3] = ["acme", "globex", "initech"];

/// The key of a caller: there are fewer of them than callers, in no order.
fn key_of(caller: u64) -> u64 {
    caller * 7_919 % KEYS
}

/// Each of very many callers asks in a task of its own.
async fn crowd(sessions: &[Session], tool: &'static str) -> Vec<(u64, Outcome)> {
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let place = usize::try_from(caller).unwrap() % sessions.len();
        let session = sessions[place].clone();
        callers.spawn(async move { (caller, ask(&session, tool, key_of(caller)).await) });
    }
    callers.join_all().await
}

/// Ten thousand callers of three tenants, and far fewer keys: each has its own answer, and no batch has a key twice or is
/// too large. How many keys were asked for.
async fn everyone_has_an_answer(tool: &'static str, batching: Batching) -> u64 {
    let (harness, depot) = world(|it| it.batching(batching));
    let sessions = TENANTS.map(|tenant| harness.session().tenant(tenant).start());
    let answers = crowd(&sessions, tool).await;
    assert_eq!(answers.len() as u64, CALLERS);
    for (caller, outcome) in &answers {
        let tenant = TENANTS[usize::try_from(*caller).unwrap() % TENANTS.len()];
        assert_eq!(outcome.text(), format!("{tenant} {}=0", key_of(*caller)));
    }
    let most = if tool == "depot_look" { 64 } else { 5 };
    let batches = depot.take();
    for batch in &batches {
        let distinct: BTreeSet<_> = batch.keys.iter().collect();
        assert_eq!(distinct.len(), batch.keys.len(), "{batch:?}");
        assert!(batch.keys.len() <= most, "{batch:?}");
    }
    let asked = batches.iter().map(|it| it.keys.len() as u64).sum();
    let stats = harness.batch_stats();
    let stats = stats.iter().find(|it| it.tool == tool).unwrap();
    assert_eq!(stats.keys, asked);
    if tool != "depot_kept" {
        assert_eq!(stats.calls, CALLERS);
    }
    assert_eq!(
        distinct(&batches).len() as u64,
        KEYS,
        "every key was asked for"
    );
    asked
}

/// As many as there is room for, and with queues that are much too short.
#[tokio::test(start_paused = true)]
async fn b8_ten_thousand_callers_each_have_their_own_answer() {
    let asked = everyone_has_an_answer("depot_kept", Batching::new()).await;
    assert_eq!(
        asked,
        TENANTS.len() as u64 * KEYS,
        "each tenant's keys once"
    );
    everyone_has_an_answer("depot_look", Batching::new()).await;
    let short = Batching::new().max_waiting(50).max_in_flight(2);
    everyone_has_an_answer("depot_look", short).await;
    let hybrid = Batching::new().policy(FlushPolicy::Hybrid).max_waiting(7);
    everyone_has_an_answer("depot_five", hybrid).await;
    let fixed = Batching::new().policy(FlushPolicy::FixedWindow);
    everyone_has_an_answer("depot_five", fixed.max_waiting(100)).await;
}

#[test]
fn b8_ten_thousand_callers_on_several_threads_each_have_their_own_answer() {
    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.worker_threads(4).enable_time().build();
    runtime.unwrap().block_on(async {
        let asked = everyone_has_an_answer("depot_kept", Batching::new()).await;
        assert_eq!(
            asked,
            TENANTS.len() as u64 * KEYS,
            "each tenant's keys once"
        );
        let short = Batching::new().max_waiting(50).max_in_flight(2);
        everyone_has_an_answer("depot_look", short).await;
    });
}
