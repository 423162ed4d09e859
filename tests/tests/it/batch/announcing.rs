//! What the dispatcher says of the calls of a tick that are on their way: their batch waits for the last of them, and for
//! nothing else.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use toolwright::{
    Batching, ErrorKind, FlushReason, Harness, Outcome, ToolCall, WhenFull, registry, tool,
};

use super::depot::{ask, ask_at, kind, tick, world};

/// Whether these calls were answered by one batch of so many keys, with which no call waited.
#[track_caller]
fn left_with_its_tick(outcomes: &[Outcome], size: usize) {
    for outcome in outcomes {
        let batch = outcome.batch().unwrap();
        assert_eq!(
            (batch.size, batch.flush_reason, batch.wait_time),
            (size, FlushReason::Tick, Duration::ZERO),
            "{outcome:?}"
        );
    }
}

/// B18: a batch leaves with the last of a tick's calls, at once.
#[tokio::test(start_paused = true)]
async fn b18_a_tick_of_any_size_is_one_batch_that_waits_for_nothing() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    for calls in [2, 3, 17, 63] {
        let outcomes = tick(&session, "depot_look", 0..calls).await;
        left_with_its_tick(&outcomes, outcomes.len());
        assert_eq!(depot.keys(), [(0..calls).collect::<Vec<_>>()]);
    }
}

/// B18: the same where the calls of a tick come from several threads, and anything may come between them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b18_on_several_threads_too_a_tick_is_one_batch() {
    /// Wait for long.
    #[tool(batch = same, batch_window = "1s")]
    async fn announced_slowly(
        /// Which.
        key: u64,
    ) -> u64;

    async fn same(keys: Vec<u64>) -> Vec<u64> {
        keys
    }

    let harness = Harness::builder(registry![announced_slowly].unwrap());
    let session = harness.build().unwrap().session().start();
    for _ in 0..300 {
        let outcomes = tick(&session, "announced_slowly", 0..60).await;
        for (key, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.text(), key.to_string());
            let batch = outcome.batch().unwrap();
            assert_eq!((batch.size, batch.flush_reason), (60, FlushReason::Tick));
        }
    }
}

/// B18: who was announced and does not come is not waited for: hits, calls that cannot run, and those who share a run
/// that is in the air already.
#[tokio::test(start_paused = true)]
async fn b18_a_batch_leaves_when_the_last_of_its_tick_has_come_or_will_not() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    tick(&session, "depot_kept", [1, 2]).await;
    depot.takes(50);
    let in_the_air = ask(&session, "depot_kept", 3);
    let started = Instant::now();
    let mixed = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let call = |id: &str, arguments: &str| ToolCall::new(id, "depot_kept", arguments);
        let tick = [
            call("hit", r#"{"key":1}"#),
            call("new", r#"{"key":4}"#),
            call("wrong", r#"{"key":"four"}"#),
            call("follower", r#"{"key":3}"#),
            call("new", r#"{"key":5}"#),
            call("same", r#"{"key":4}"#),
            call("newer", r#"{"key":6}"#),
            call("late hit", r#"{"key":2}"#),
        ];
        session.dispatch(tick).await
    };
    let (_, outcomes) = tokio::join!(in_the_air, mixed);
    assert_eq!(started.elapsed(), Duration::from_millis(70));
    assert_eq!(depot.keys(), [vec![1, 2], vec![3], vec![4, 6]]);
    for index in [1, 5, 6] {
        left_with_its_tick(&outcomes[index..=index], 2);
    }
    assert_eq!(kind(&outcomes[2]), Some(ErrorKind::InvalidArguments));
    assert_eq!(kind(&outcomes[4]), Some(ErrorKind::InvalidCall));
    assert_eq!(outcomes[3].text(), "- 3=0");
}

/// B18: with several batched tools in a tick, each batch has its own calls.
#[tokio::test(start_paused = true)]
async fn b18_each_tool_of_a_tick_has_a_batch_of_its_own() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    let call = |id: u64| {
        let tool = ["depot_look", "depot_five", "depot_kept"][usize::try_from(id % 3).unwrap()];
        ToolCall::new(id.to_string(), tool, format!(r#"{{"key":{id}}}"#))
    };
    let outcomes = session.dispatch((0..12).map(call)).await;
    left_with_its_tick(&outcomes, 4);
    let mut keys = depot.keys();
    keys.sort();
    assert_eq!(keys, [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]]);
}

/// B18: a tick that is given up before its calls have come is waited for no longer.
#[tokio::test(start_paused = true)]
async fn b18_a_tick_that_is_given_up_at_once_leaves_nobody_waiting() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    for tool in ["depot_look", "depot_kept", "depot_add"] {
        let given_up = tick(&session, tool, 0..5);
        // It is looked at once: its calls are announced, and have not begun.
        let now = async {
            tokio::select! {
                biased;
                _ = given_up => unreachable!("nothing can have run"),
                () = std::future::ready(()) => {}
            }
        };
        now.await;
        let outcome = ask(&session, tool, 9).await;
        let batch = outcome.batch().unwrap();
        assert_eq!((batch.size, batch.wait_time), (1, Duration::ZERO), "{tool}");
        assert_eq!(depot.keys(), [[9]]);
    }
}

/// B18: a call that was announced and is refused, as there is no room, is not waited for.
#[tokio::test(start_paused = true)]
async fn b18_calls_that_are_refused_are_waited_for_no_longer() {
    let batching = Batching::new().max_waiting(3).when_full(WhenFull::Refuse);
    let (harness, depot) = world(|it| it.batching(batching));
    let session = harness.session().start();
    let started = Instant::now();
    let outcomes = tick(&session, "depot_look", 0..5).await;
    assert_eq!(started.elapsed(), Duration::ZERO);
    let refused = outcomes
        .iter()
        .filter(|it| kind(it) == Some(ErrorKind::Overloaded));
    assert_eq!(refused.count(), 2);
    assert_eq!(depot.keys(), [[0, 1, 2]]);
    // And nothing is left of their announcement.
    let outcome = ask(&session, "depot_look", 9).await;
    assert_eq!(outcome.batch().unwrap().wait_time, Duration::ZERO);
}

/// B18: who waits for room in the queue is still announced, and in the end the last of them leaves with the tick.
#[tokio::test(start_paused = true)]
async fn b18_calls_that_wait_for_room_come_after_all() {
    let (harness, depot) = world(|it| it.batching(Batching::new().max_waiting(3)));
    let session = harness.session().start();
    let started = Instant::now();
    let outcomes = tick(&session, "depot_look", 0..8).await;
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert!(outcomes.iter().all(|it| !it.is_error()));
    assert_eq!(depot.keys(), [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7]]);
}

/// B18: calls that were ordered after others are announced when their turn has come.
#[tokio::test(start_paused = true)]
async fn b18_calls_that_may_begin_later_are_a_batch_of_their_own_tick() {
    let (harness, depot) = world(|it| it);
    depot.takes(5);
    let session = harness.session().start();
    let call = |id: u64, tool: &str, key: u64| {
        ToolCall::new(id.to_string(), tool, format!(r#"{{"key":{key}}}"#))
    };
    // The reads wait for the write of what they read.
    let calls = [
        call(0, "depot_add", 1),
        call(1, "depot_kept", 1),
        call(2, "depot_add", 2),
        call(3, "depot_kept", 2),
        call(4, "depot_kept", 3),
    ];
    let outcomes = session.dispatch(calls).await;
    let texts: Vec<&str> = outcomes.iter().map(Outcome::text).collect();
    assert_eq!(texts, ["- 1=1", "- 1=1", "- 2=1", "- 2=1", "- 3=0"]);
    let batches: Vec<_> = depot
        .take()
        .into_iter()
        .map(|it| (it.at, it.keys))
        .collect();
    assert_eq!(batches[2..], [(5, vec![1, 2])]);
    assert!(
        outcomes
            .iter()
            .all(|it| it.batch().unwrap().wait_time.is_zero())
    );
}

/// A tick whose company is waited for by somebody else's call: the batch of both leaves with the last of the tick.
#[tokio::test(start_paused = true)]
async fn b18_a_call_alone_joins_the_batch_of_a_tick() {
    let (harness, depot) = world(|it| it);
    let (one, other) = (harness.session().start(), harness.session().start());
    tokio::join!(tick(&one, "depot_look", 0..3), ask(&other, "depot_look", 7),);
    let mut keys = depot.keys();
    keys[0].sort_unstable();
    assert_eq!(keys, [[0, 1, 2, 7]]);
    // Long after, nothing of it is waited for.
    let late = timeout(Duration::from_secs(5), ask_at(&one, 50, "depot_look", 1));
    let batch = late.await.unwrap().batch().unwrap();
    assert_eq!((batch.size, batch.wait_time), (1, Duration::ZERO));
}

/// The number of calls that are on their way says nothing where the policy does not listen.
#[tokio::test(start_paused = true)]
async fn b18_only_the_adaptive_policy_listens() {
    let hybrid = Batching::new().policy(toolwright::FlushPolicy::Hybrid);
    let (harness, _) = world(|it| it.batching(hybrid));
    let session = harness.session().start();
    for outcome in tick(&session, "depot_look", 0..3).await {
        let batch = outcome.batch().unwrap();
        assert_eq!(batch.flush_reason, FlushReason::Window);
        assert_eq!(batch.wait_time, Duration::from_millis(10));
    }
}
