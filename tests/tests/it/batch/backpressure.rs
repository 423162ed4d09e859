//! No more calls in the queue and no more batches in flight than was said, and what becomes of the rest.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use toolwright::{Batching, ErrorKind, FlushPolicy, ToolError, WhenFull};

use super::depot::{ask, kind, tick, world};

/// B19: for whom there is no room waits, and all are served in the order in which they came.
#[tokio::test(start_paused = true)]
async fn b19_when_the_queue_is_full_callers_wait_their_turn() {
    let batching = Batching::new().max_waiting(3).max_in_flight(1);
    let (harness, depot) = world(|it| it.batching(batching));
    depot.takes(10);
    let session = harness.session().start();
    let mut callers = JoinSet::new();
    for key in 0..100 {
        let session = session.clone();
        callers.spawn(async move { ask(&session, "depot_look", key).await });
    }
    let outcomes = callers.join_all().await;
    assert!(outcomes.iter().all(|it| !it.is_error()));
    let runs = depot.keys();
    assert!(runs.iter().all(|it| it.len() <= 3), "{runs:?}");
    assert_eq!(runs.concat(), (0..100).collect::<Vec<_>>());
    assert_eq!(depot.most_running(), 1);
}

/// B19: or is told so at once, in words and with an error that is worth a retry.
#[tokio::test(start_paused = true)]
async fn b19_or_callers_are_refused_if_that_was_said() {
    let batching = Batching::new().max_waiting(3).max_in_flight(1);
    let (harness, depot) = world(|it| it.batching(batching.when_full(WhenFull::Refuse)));
    depot.takes(10);
    let session = harness.session().start();
    // One batch runs, another waits for its permit, and is full.
    let busy = tick(&session, "depot_look", 0..3);
    let waiting = async {
        sleep(Duration::from_millis(1)).await;
        tick(&session, "depot_look", 3..6).await
    };
    let refused = async {
        sleep(Duration::from_millis(2)).await;
        let refused = ask(&session, "depot_look", 7).await;
        assert_eq!(refused.elapsed(), Duration::ZERO);
        assert_eq!(kind(&refused), Some(ErrorKind::Overloaded));
        assert!(refused.result().is_err_and(ToolError::is_transient));
        assert_eq!(
            refused.text(),
            "`depot_look` has 3 calls waiting already: call it again later"
        );
        assert_eq!((refused.batch(), refused.attempts()), (None, 0));
        // Who asks for what waits already takes no room.
        ask(&session, "depot_look", 4).await
    };
    let (_, waiting, joined) = tokio::join!(busy, waiting, refused);
    assert_eq!(joined.text(), "- 4=0");
    assert!(waiting.iter().all(|it| !it.is_error()));
    assert_eq!(depot.keys(), [[0, 1, 2], [3, 4, 5]]);
    let stats = harness.batch_stats();
    assert_eq!(stats.iter().map(|it| it.refused).sum::<u64>(), 1);
    // And later there is room.
    assert_eq!(ask(&session, "depot_look", 7).await.text(), "- 7=0");
}

/// B19: of very many callers exactly those are refused that there is no room for.
#[tokio::test(start_paused = true)]
async fn b19_of_very_many_callers_those_are_refused_that_have_no_place() {
    let batching = Batching::new().max_waiting(500).max_in_flight(2);
    let batching = batching
        .policy(FlushPolicy::FixedWindow)
        .when_full(WhenFull::Refuse);
    let (harness, depot) = world(|it| it.batching(batching));
    let outcomes = tick(&harness.session().start(), "depot_look", 0..5_000).await;
    let served = outcomes.iter().filter(|it| !it.is_error()).count();
    assert_eq!(served, 500);
    assert_eq!(depot.keys().concat(), (0..500).collect::<Vec<_>>());
}

/// B19: a tenant whose queue is full stops no other, and has no more than its turn.
#[tokio::test(start_paused = true)]
async fn b19_the_full_queue_of_one_tenant_is_not_anothers() {
    for when_full in [WhenFull::Wait, WhenFull::Refuse] {
        let batching = Batching::new().max_waiting(5).max_in_flight(1);
        let (harness, depot) = world(|it| it.batching(batching.when_full(when_full)));
        depot.takes(10);
        let noisy = harness.session().tenant("noisy").start();
        let quiet = harness.session().tenant("quiet").start();
        let many = tick(&noisy, "depot_five", 0..200);
        let few = async {
            sleep(Duration::from_millis(5)).await;
            ask(&quiet, "depot_five", 1).await
        };
        let (_, few) = tokio::join!(many, few);
        assert_eq!(few.text(), "quiet 1=0");
        // The batch that runs and the one that waits for its turn already, and then this.
        assert!(
            few.elapsed() <= Duration::from_millis(5 + 10 + 10),
            "{few:?}"
        );
    }
}

/// B23: a thousand callers of many tenants, and never more batches in flight than may be.
#[tokio::test(start_paused = true)]
async fn b23_no_more_batches_are_in_flight_than_may_be() {
    for (tool, in_flight, of_harness, most) in [
        ("depot_five", 3, 100, 3),
        ("depot_five", 100, 2, 2),
        ("depot_body", 1, 100, 1),
        ("depot_put", 4, 100, 4),
    ] {
        let batching = Batching::new().max_in_flight(in_flight);
        let (harness, depot) = world(|it| it.batching(batching).max_concurrency(of_harness));
        depot.takes(10);
        let mut callers = JoinSet::new();
        for caller in 0..1_000_u64 {
            let session = harness
                .session()
                .tenant(format!("tenant {}", caller % 20))
                .start();
            callers.spawn(async move {
                sleep(Duration::from_millis(caller % 50)).await;
                ask(&session, tool, caller).await
            });
        }
        let outcomes = callers.join_all().await;
        assert!(outcomes.iter().all(|it| !it.is_error()));
        assert_eq!(depot.most_running(), most, "{tool}");
    }
}

/// While a batch waits for its turn, others still join it.
#[tokio::test(start_paused = true)]
async fn who_waits_for_a_turn_is_joined_until_it_comes() {
    let (harness, depot) = world(|it| it.batching(Batching::new().max_in_flight(1)));
    depot.takes(50);
    let session = harness.session().start();
    let started = Instant::now();
    let late = async |millis: u64, key: u64| {
        sleep(Duration::from_millis(millis)).await;
        ask(&session, "depot_look", key).await
    };
    let (_, second, third, _) = tokio::join!(late(0, 1), late(10, 2), late(30, 3), late(49, 4));
    assert_eq!(depot.keys(), [vec![1], vec![2, 3, 4]]);
    assert_eq!(started.elapsed(), Duration::from_millis(100));
    assert_eq!(second.batch().unwrap().wait_time, Duration::from_millis(40));
    assert_eq!(third.batch().unwrap().wait_time, Duration::from_millis(20));
}

/// What could never let a call in is refused when the harness is built.
#[tokio::test]
async fn what_lets_no_call_in_is_refused() {
    use toolwright::{Harness, HarnessProblem, registry, tool};

    /// Batched.
    #[tool(batch = same)]
    async fn backpressure_batched(
        /// Which.
        key: u64,
    ) -> u64;

    async fn same(keys: Vec<u64>) -> Vec<u64> {
        keys
    }

    /// Not batched.
    #[tool]
    async fn backpressure_single() -> u64 {
        0
    }

    let builder =
        || Harness::builder(registry![backpressure_batched, backpressure_single].unwrap());
    let none = [
        Batching::new().max_waiting(0),
        Batching::new().max_in_flight(0),
    ];
    for none in none {
        for builder in [
            builder().batching(none),
            builder().batching_of("backpressure_batched", none),
        ] {
            let error = builder.build().unwrap_err();
            assert_eq!(error.problems(), [HarnessProblem::NoBatching]);
        }
    }
    let error = builder().batching_of("backpressure_single", Batching::new());
    let problem = HarnessProblem::NotBatched {
        tool: "backpressure_single",
    };
    assert_eq!(error.build().unwrap_err().problems(), [problem]);
    let error = builder().batching_of("nobody", Batching::new());
    let problem = HarnessProblem::UnknownTool {
        tool: "nobody".to_owned(),
    };
    assert_eq!(error.build().unwrap_err().problems(), [problem]);
}
