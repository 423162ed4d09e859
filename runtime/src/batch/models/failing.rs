//! Batches that fail as a whole, runs that take too long, and writes: whoever stays has an answer of their own.

use std::sync::PoisonError;

use shuttle::future::{block_on, yield_now};

use super::world::{BAD, PLAIN, WITH_BODY, WRITES, is_answered};
use super::{World, check};
use crate::batch::Batching;
use crate::error::ErrorKind;
use crate::sync::Time;

/// A batch is taken apart while callers leave: a bad key harms nobody else, and then runs alone.
fn a_bad_key_harms_nobody_else<const KIND: u8>() {
    check(Time::Stands, || {
        let world = World::new::<KIND>(Batching::new().max_in_flight(1).max_waiting(3));
        for _ in 0..2 {
            let callers = [1, BAD, 2].map(|key| (key, world.ask(key)));
            let (bad, good) = (world.ask(BAD), world.ask(2));
            block_on(async {
                yield_now().await;
                bad.abort();
                good.abort();
                for (key, caller) in callers {
                    let answer = caller.await.expect("no caller is aborted");
                    if key < BAD {
                        is_answered(&answer, key);
                    } else {
                        let error = answer.reply.expect_err("the key is bad");
                        assert_eq!(error.kind(), ErrorKind::Failed, "{error}");
                    }
                }
                let _ = (bad.await, good.await);
                world.is_at_rest().await;
            });
        }
    });
}

#[test]
fn a_batch_that_is_split_has_an_answer_for_everyone() {
    a_bad_key_harms_nobody_else::<PLAIN>();
}

#[test]
fn a_batch_that_goes_item_by_item_has_an_answer_for_everyone() {
    a_bad_key_harms_nobody_else::<WITH_BODY>();
}

/// Runs that take too long, and callers that leave: everyone else has an answer or is told.
#[test]
fn a_run_that_takes_too_long_holds_nobody() {
    check(Time::Stands, || {
        let world = World::hasty::<PLAIN>(Batching::new().max_in_flight(1));
        let callers = [1, 2, 3].map(|key| (key, world.ask(key)));
        let goes = world.ask(3);
        block_on(async {
            goes.abort();
            for (key, caller) in callers {
                let answer = caller.await.expect("no caller is aborted");
                match &answer.reply {
                    Err(error) => assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}"),
                    Ok(_) => is_answered(&answer, key),
                }
            }
            let _ = goes.await;
            world.is_at_rest().await;
        });
    });
}

/// A write that has begun is made known once, whatever its caller does and however long it takes; one that has not, never.
#[test]
fn a_write_is_made_known_once_if_it_has_begun() {
    check(Time::Stands, || {
        let world = World::hasty::<WRITES>(Batching::new().max_in_flight(1));
        let callers = [1, 2, 3, BAD].map(|key| (key, world.ask(key)));
        block_on(async {
            yield_now().await;
            for (key, caller) in &callers {
                if key % 2 == 0 {
                    caller.abort();
                }
            }
            for (key, caller) in callers {
                if let Ok(answer) = caller.await
                    && answer.reply.is_ok()
                {
                    is_answered(&answer, key);
                    let written = world.seen.written.lock();
                    let written = written.unwrap_or_else(PoisonError::into_inner);
                    assert!(written.contains(&key), "{key} was told before others were");
                }
            }
            world.is_at_rest().await;
        });
        let written = world.seen.written.lock();
        let written = written.unwrap_or_else(PoisonError::into_inner);
        for key in [1, 2, 3, BAD] {
            let runs = world.seen.runs_of(key);
            let known = written.iter().filter(|it| **it == key).count();
            assert!(runs <= 1, "{key} ran {runs} times");
            assert_eq!(
                known, runs,
                "{key} ran {runs} times and was made known {known} times"
            );
        }
    });
}
