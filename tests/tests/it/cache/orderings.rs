//! Reads and writes in any order, in one thread and in several: no read goes back to before a write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use toolwright::{CacheStatus, Levers, Session, ToolCall};

use super::{World, world};
use crate::one;

#[derive(Debug, Clone)]
enum Step {
    Read(u8, u8),
    Sum,
    Write(u8, u8, u64),
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        4 => (0..3_u8, 0..3_u8).prop_map(|(tenant, id)| Step::Read(tenant, id)),
        1 => Just(Step::Sum),
        2 => (0..3_u8, 0..3_u8, 1..1000_u64).prop_map(|(tenant, id, value)| Step::Write(tenant, id, value)),
    ];
    prop::collection::vec(prop::collection::vec(step, 1..6), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With a TTL of an hour, the answers are those of a world without a cache: ticks of random reads and writes.
    #[test]
    fn no_read_after_a_write_sees_what_was_before(ticks in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (with, without) = (world(Levers::all()), world(Levers::none()));
            for (index, tick) in ticks.iter().enumerate() {
                for tenant in 0..3 {
                    let mine = |step: &&Step| match step {
                        Step::Read(whose, _) | Step::Write(whose, _, _) => *whose == tenant,
                        Step::Sum => tenant == 0,
                    };
                    let calls: Vec<ToolCall> = tick.iter().filter(mine).enumerate().map(|(at, step)| call(at, step)).collect();
                    let texts = async |world: &World| {
                        let session: Session = world.harness.session().tenant(format!("tenant {tenant}")).start();
                        session.dispatch(calls.clone()).await.iter().map(|outcome| outcome.text().to_owned()).collect::<Vec<_>>()
                    };
                    assert_eq!(texts(&with).await, texts(&without).await, "tick {index}");
                }
            }
        });
    }
}

fn call(at: usize, step: &Step) -> ToolCall {
    let id = format!("call_{at}");
    match step {
        Step::Read(_, which) => ToolCall::new(id, "get_value", format!(r#"{{"id":"{which}"}}"#)),
        Step::Sum => ToolCall::new(id, "sum_values", ""),
        Step::Write(_, which, value) => ToolCall::new(
            id,
            "set_value",
            format!(r#"{{"id":"{which}","value":{value}}}"#),
        ),
    }
}

/// A counter that only grows, written by one task and read by three, on real threads: a read that begins after a write
/// has returned never sees less than that write.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reads_on_other_threads_never_go_back() {
    const WRITES: u64 = 500;
    let World { harness, .. } = world(Levers::all());
    let written = Arc::new(AtomicU64::new(0));
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (session, written) = (harness.session().start(), Arc::clone(&written));
        readers.spawn(async move {
            let mut hits = 0_u64;
            loop {
                let at_least = written.load(Ordering::SeqCst);
                let outcome = one(&session, "get_value", r#"{"id":"a"}"#).await;
                let text = outcome
                    .text()
                    .trim_start_matches("- a=")
                    .trim_end_matches(" x1");
                let value: u64 = text.parse().unwrap();
                assert!(
                    value >= at_least,
                    "{value} read after {at_least} was written, {:?}",
                    outcome.cache()
                );
                hits += u64::from(outcome.cache() == CacheStatus::Hit);
                if at_least == WRITES {
                    return hits;
                }
            }
        });
    }
    let session = harness.session().start();
    for value in 1..=WRITES {
        one(
            &session,
            "set_value",
            &format!(r#"{{"id":"a","value":{value}}}"#),
        )
        .await;
        written.store(value, Ordering::SeqCst);
    }
    let hits: u64 = readers.join_all().await.into_iter().sum();
    assert!(hits > 0, "the cache answered nothing, so nothing was shown");
}
