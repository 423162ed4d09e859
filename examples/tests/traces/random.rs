//! Calls at times of our own making, and at random ones.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use toolwright_examples::traces::{Call, Entity, Kind, Policy, Spelling, Trace, Ttl, replay};

/// A call that begins and ends so many milliseconds after the start.
fn call(kind: Kind, entity: Entity, begin: u64, end: u64) -> Call {
    Call {
        line: 1,
        tool: "tool".to_owned(),
        tenant: "t".into(),
        kind,
        key: format!("{entity:?}"),
        question: Value::from(format!("{entity:?}")).to_string(),
        text: None,
        entities: vec![entity],
        failed: false,
        begin: Duration::from_millis(begin),
        end: Duration::from_millis(end),
        answer: None,
    }
}

fn trace(calls: Vec<Call>) -> Trace {
    Trace {
        name: "made",
        calls,
        is_timed: true,
        flaws: Vec::new(),
    }
}

#[test]
fn an_answer_that_was_recorded_before_is_not_that_of_a_later_run() {
    let file = |id: &str| Entity::one("file", id);
    let read = |begin, end, answer: &str| Call {
        answer: Some(answer.to_owned()),
        ..call(Kind::Read, file("a"), begin, end)
    };
    // The second read joins the first, which turns out to be older than the first write, and runs when it has ended.
    let trace = Arc::new(trace(vec![
        call(Kind::Write, file("other"), 20, 80),
        call(Kind::Write, file("a"), 50, 90),
        read(70, 160, "old"),
        read(82, 84, "old"),
        read(170, 172, "new"),
    ]));
    let pass = replay(&trace, Policy::Effects, Spelling::Canonical, Ttl::Hour).unwrap();
    assert_eq!((pass.hits, pass.stale.as_slice()), (0, &[][..]));
    let flaws: Vec<_> = pass
        .flaws
        .iter()
        .map(|flaw| flaw.message.as_str())
        .collect();
    assert_eq!(
        flaws,
        [
            "the call of `tool` failed here: it runs later than it did, and the record has no answer for that"
        ]
    );
}

/// What a random call does: asks for a file or all of them, writes one, or runs a command that changes one.
fn action() -> impl Strategy<Value = (Kind, Entity)> {
    let file = || (0..3_u8).prop_map(|file| Entity::one("file", file.to_string()));
    prop_oneof![
        4 => file().prop_map(|file| (Kind::Read, file)),
        1 => Just((Kind::Read, Entity::Kind("file".to_owned()))),
        1 => file().prop_map(|file| (Kind::Write, file)),
        1 => file().prop_map(|file| (Kind::Shell, file)),
    ]
}

/// Calls at random times, many of them at once, in a world that changes when a write ends and is read when a run begins.
fn random_trace() -> impl Strategy<Value = Trace> {
    let calls = (action(), 0..1_000_u64, 0..100_u64, any::<bool>());
    prop::collection::vec(calls, 1..60).prop_map(|mut calls| {
        calls.sort_by_key(|(_, begin, ..)| *begin);
        let calls: Vec<_> = calls
            .into_iter()
            .enumerate()
            .map(|(index, ((kind, entity), begin, took, failed))| {
                // No two calls begin and end at one time.
                let (begin, end) = (2 * begin, 2 * (begin + took) + 1);
                Call {
                    line: index + 1,
                    failed: failed && kind == Kind::Write,
                    ..call(kind, entity, begin, end)
                }
            })
            .collect();
        trace(calls)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn with_effects_no_random_trace_has_a_stale_hit(trace in random_trace()) {
        let trace = Arc::new(trace);
        for policy in [Policy::Effects, Policy::EffectsBlindShell, Policy::Flush] {
            let pass = replay(&trace, policy, Spelling::Canonical, Ttl::Year).unwrap();
            prop_assert_eq!(&pass.stale, &[], "{}", policy);
            prop_assert_eq!(pass.right, pass.hits);
        }
    }
}
