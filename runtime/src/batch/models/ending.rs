//! Groups that go away, calls that were announced and do not come, and the end of everything.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use shuttle::future::{block_on, spawn, yield_now};

use super::world::{Asks, PATIENT, PLAIN, is_answered};
use super::{World, check};
use crate::aboard::{Aboard, RunId};
use crate::batch::{Batching, FlushPolicy};
use crate::call::FlushReason;
use crate::sync::Time;

/// A group that retires while a call comes loses nobody, and is gone in the end.
#[test]
fn a_group_that_retires_loses_nobody() {
    check(Time::Passes, || {
        let world = World::new::<PLAIN>(Batching::new().max_in_flight(1));
        let callers = [1, 2].map(|key| {
            let world = world.clone();
            spawn(async move {
                for turns in 0..4 {
                    is_answered(&world.load(Asks::of(key)).await, key);
                    for _ in 0..turns {
                        yield_now().await;
                    }
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

/// A batch that waits for announced calls hears of each that comes, or will not.
#[test]
fn an_announced_call_that_does_not_come_strands_nobody() {
    check(Time::Stands, || {
        let world = World::new::<PATIENT>(Batching::new().max_in_flight(1));
        let announced = [(); 4].map(|()| world.batches.announce(&None));
        let [first, second, third, fourth] = announced.map(|it| it.expect("the group is new"));
        let ask = |key, announced| {
            let world = world.clone();
            let asks = Asks {
                announced: Some(announced),
                ..Asks::of(key)
            };
            spawn(async move { world.load(asks).await })
        };
        let (comes, joins, goes) = (ask(1, first), ask(1, second), ask(1, third));
        let gives_up = spawn(async move { drop(fourth) });
        block_on(async {
            goes.abort();
            is_answered(&comes.await.expect("who stays is not aborted"), 1);
            is_answered(&joins.await.expect("who stays is not aborted"), 1);
            let _ = goes.await;
            gives_up.await.expect("it breaks nothing");
            world.is_at_rest().await;
        });
        assert_eq!(world.seen.runs_of(1), 1, "they were announced together");
    });
}

/// Announced to a group that others use, and that retires: everyone is answered, and it is gone in the end.
#[test]
fn calls_may_be_announced_at_any_moment() {
    check(Time::Passes, || {
        let world = World::new::<PATIENT>(Batching::new().max_in_flight(1));
        let callers = [1, 2, 3].map(|key| {
            let world = world.clone();
            spawn(async move {
                for turns in 0..3 {
                    let announced = world.batches.announce(&None);
                    for _ in 0..turns {
                        yield_now().await;
                    }
                    // One of them does not come after all.
                    if (key, turns) == (3, 1) {
                        continue;
                    }
                    let asks = Asks {
                        announced,
                        ..Asks::of(key)
                    };
                    is_answered(&world.load(asks).await, key);
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

/// Whoever waits when the end is announced leaves at once, and so does who comes after that.
#[test]
fn everyone_leaves_when_the_end_is_announced() {
    for policy in [FlushPolicy::Hybrid, FlushPolicy::Adaptive] {
        check(Time::Stands, move || {
            let world = World::new::<PATIENT>(Batching::new().policy(policy).max_in_flight(1));
            // It never comes: a batch that waits for it waits for ever.
            let never = world.batches.announce(&None);
            let callers = [1, 2, 3, 4, 5].map(|key| (key, world.ask(key)));
            let goes = world.ask(6);
            // The first of its group.
            let elsewhere = {
                let world = world.clone();
                let asks = Asks {
                    tenant: Some("t"),
                    ..Asks::of(8)
                };
                spawn(async move { world.load(asks).await })
            };
            let closes = {
                let world = world.clone();
                spawn(async move { world.batches.close() })
            };
            block_on(async {
                goes.abort();
                for (key, caller) in callers {
                    is_answered(&caller.await.expect("no caller is aborted"), key);
                }
                is_answered(&elsewhere.await.expect("no caller is aborted"), 8);
                closes.await.expect("it breaks nothing");
                let late = world.load(Asks::of(7)).await;
                is_answered(&late, 7);
                let facts = late.ran.expect("a batch answered it").facts;
                assert_eq!(facts.flush_reason, FlushReason::Shutdown);
                let _ = goes.await;
                world.is_at_rest().await;
            });
            drop(never);
        });
    }
}

/// When nobody is there any more who could come, the collectors end without being told by a timer.
#[test]
fn nothing_stays_when_nobody_can_come_any_more() {
    check(Time::Stands, || {
        let world = World::new::<PLAIN>(Batching::new().max_in_flight(1));
        let all = Arc::downgrade(&world.batches.shared);
        let callers = [1, 2, 3].map(|key| world.ask(key));
        block_on(async {
            drop(world);
            let [first, second, third] = callers;
            second.abort();
            let _ = (first.await, second.await, third.await);
            while all.strong_count() > 0 {
                yield_now().await;
            }
        });
    });
}

/// The run that a call is made in.
const RUN: RunId = RunId {
    slot: 0,
    generation: 0,
};

/// A batch that waits for a permit leaves without one as soon as a call comes whose own caller may hold it.
#[test]
fn who_is_part_of_a_run_does_not_wait_for_it() {
    check(Time::Stands, || {
        let world = World::new::<PLAIN>(Batching::new().max_in_flight(1));
        let others = [1, 2].map(|key| (key, world.ask(key)));
        let runs = {
            let world = world.clone();
            // What its own caller holds.
            let in_flight = Arc::clone(&world.batches.shared.in_flight);
            let permits = Arc::clone(&world.permits);
            world.seen.most_running.store(2, Ordering::SeqCst);
            spawn(async move {
                let in_flight = in_flight.acquire_owned().await;
                let permit = permits.acquire_owned().await;
                let asks = Asks {
                    aboard: Some(Aboard::run(1, Some(RUN), [])),
                    ..Asks::of(2)
                };
                is_answered(&world.load(asks).await, 2);
                drop((in_flight, permit));
            })
        };
        block_on(async {
            runs.await.expect("no caller breaks");
            for (key, caller) in others {
                is_answered(&caller.await.expect("no caller is aborted"), key);
            }
            world.is_at_rest().await;
        });
    });
}
