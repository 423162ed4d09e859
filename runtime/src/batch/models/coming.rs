//! Calls that come and go: each has its own answer, none is left waiting, and who leaves, leaves nothing behind.

use shuttle::future::{block_on, spawn, yield_now};

use super::world::{Asks, PATIENT, PLAIN, is_answered};
use super::{World, check};
use crate::batch::{Batching, FlushPolicy, WhenFull};
use crate::error::ErrorKind;
use crate::sync::Time;

/// Whoever comes, at whatever moment, is answered, in batches that keep to their bounds, one tenant's apart from another's.
#[test]
fn everyone_has_the_answer_to_their_own_question() {
    check(Time::Stands, || {
        let world = World::new::<PLAIN>(Batching::new().max_in_flight(1));
        let callers = [1, 2, 2, 3].map(|key| (key, world.ask(key)));
        let elsewhere = {
            let world = world.clone();
            let asks = Asks {
                tenant: Some("t"),
                ..Asks::of(9)
            };
            spawn(async move { world.load(asks).await })
        };
        block_on(async {
            for (key, caller) in callers {
                is_answered(&caller.await.expect("no caller is aborted"), key);
            }
            let answer = elsewhere.await.expect("no caller is aborted");
            is_answered(&answer, 9);
            let facts = answer.ran.expect("a batch answered it").facts;
            assert_eq!(facts.size, 1, "tenants never share a batch");
            world.is_at_rest().await;
        });
        for (key, calls) in [(1, 1), (2, 2), (3, 1), (9, 1)] {
            let runs = world.seen.runs_of(key);
            assert!((1..=calls).contains(&runs), "{key} ran {runs} times");
        }
    });
}

/// A full batch needs no timer, whoever fills it, and whenever.
#[test]
fn the_call_that_fills_a_batch_wakes_it() {
    check(Time::Stands, || {
        let batching = Batching::new().policy(FlushPolicy::Hybrid).max_in_flight(2);
        let world = World::new::<PATIENT>(batching);
        block_on(async {
            // Who was there alone, and left, fills no batch.
            let goes = world.ask(9);
            yield_now().await;
            goes.abort();
            assert!(goes.await.is_err(), "nobody fills its batch");
        });
        let callers = [1, 2, 3, 4].map(|key| (key, world.ask(key)));
        block_on(async {
            for (key, caller) in callers {
                let answer = caller.await.expect("no caller is aborted");
                is_answered(&answer, key);
                let facts = answer.ran.expect("a batch answered it").facts;
                assert_eq!(facts.size, 2, "only full batches leave");
            }
        });
    });
}

/// With timers, under every policy.
#[test]
fn whatever_the_policy_everyone_is_answered() {
    for policy in [
        FlushPolicy::FixedWindow,
        FlushPolicy::Size,
        FlushPolicy::Hybrid,
        FlushPolicy::Adaptive,
    ] {
        check(Time::Passes, move || {
            let world = World::new::<PATIENT>(Batching::new().policy(policy).max_in_flight(1));
            let callers = [1, 2, 3].map(|key| {
                let world = world.clone();
                spawn(async move {
                    for _ in 0..2 {
                        is_answered(&world.load(Asks::of(key)).await, key);
                    }
                })
            });
            block_on(async {
                for caller in callers {
                    caller.await.expect("no caller breaks");
                }
                world.has_no_groups().await;
            });
        });
    }
}

/// Callers that leave at any moment strand nobody who stays; when all have left, nothing stays.
#[test]
fn who_leaves_strands_nobody_and_leaves_nothing() {
    for (policy, time) in [
        (FlushPolicy::Adaptive, Time::Stands),
        (FlushPolicy::Hybrid, Time::Passes),
    ] {
        check(time, move || {
            let batching = Batching::new().policy(policy).max_waiting(2);
            let world = World::new::<PLAIN>(batching.max_in_flight(1));
            let (first, second, third) = (world.ask(1), world.ask(2), world.ask(1));
            let stays = world.ask(2);
            block_on(async {
                yield_now().await;
                for caller in [&first, &second, &third] {
                    caller.abort();
                }
                is_answered(&stays.await.expect("who stays is not aborted"), 2);
                let _ = (first.await, second.await, third.await);
                let (first, second, third) = (world.ask(1), world.ask(2), world.ask(3));
                yield_now().await;
                for caller in [&first, &second, &third] {
                    caller.abort();
                }
                let _ = (first.await, second.await, third.await);
                world.is_at_rest().await;
                // As much room as in the beginning.
                let callers = [4, 5].map(|key| (key, world.ask(key)));
                for (key, caller) in callers {
                    is_answered(&caller.await.expect("no caller is aborted"), key);
                }
                if time == Time::Passes {
                    world.has_no_groups().await;
                }
            });
        });
    }
}

/// Room for one: who waits for it gets it, in whatever order others come, and leave.
#[test]
fn who_waits_for_room_gets_it() {
    check(Time::Stands, || {
        let world = World::new::<PLAIN>(Batching::new().max_waiting(1).max_in_flight(1));
        let goes = world.ask(1);
        let callers = [2, 3, 3].map(|key| (key, world.ask(key)));
        let goes_too = world.ask(4);
        block_on(async {
            goes.abort();
            goes_too.abort();
            for (key, caller) in callers {
                is_answered(&caller.await.expect("no caller is aborted"), key);
            }
            let _ = (goes.await, goes_too.await);
            world.is_at_rest().await;
        });
    });
}

/// Room for one, and nobody waits: a call is answered or refused, and room that is given back can be had again.
#[test]
fn who_finds_no_room_is_refused() {
    check(Time::Stands, || {
        let batching = Batching::new().max_waiting(1).when_full(WhenFull::Refuse);
        let world = World::new::<PLAIN>(batching.max_in_flight(1));
        let goes = world.ask(9);
        let callers = [1, 2, 3].map(|key| (key, world.ask(key)));
        block_on(async {
            goes.abort();
            let is_left = goes.await.is_err();
            let mut answered = 0;
            for (key, caller) in callers {
                let answer = caller.await.expect("no caller is aborted");
                match &answer.reply {
                    Err(error) if error.kind() == ErrorKind::Overloaded => {
                        assert_eq!(world.seen.runs_of(key), 0, "{key} was refused, and ran");
                    }
                    _ => {
                        is_answered(&answer, key);
                        answered += 1;
                    }
                }
            }
            assert!(is_left || answered > 0, "everyone was refused");
            is_answered(&world.load(Asks::of(4)).await, 4);
            world.is_at_rest().await;
        });
    });
}
