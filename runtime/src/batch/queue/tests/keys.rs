//! Who waits, and what is known of them.

use tokio::sync::Semaphore;

use super::*;

#[test]
fn nobody_retires_who_is_waited_for_or_has_somebody_on_the_way() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    line.queue.announce();
    assert!(!line.queue.retire(), "somebody is on the way");
    line.come_announced(0, 0);
    assert!(!line.queue.retire(), "somebody waits");
    line.cut();
    assert!(line.queue.retire());
    assert!(line.queue.is_retired());
}

#[test]
fn a_key_leaves_with_the_last_who_asks_for_it() {
    let mut line = Line::new(FlushPolicy::Hybrid);
    let first = line.come(0, 0);
    assert_eq!(line.queue.find(Some(same(0))), Some(first));
    assert_eq!(line.queue.find(None), None);
    let caller = line.caller(line.zero);
    line.queue.join(first, caller, None, false);
    line.callers[0].close();
    assert!(line.queue.left(first).is_none(), "another asks for it");
    line.callers[1].close();
    assert!(line.queue.left(first).is_some());
    assert!(line.queue.is_empty());
    assert_eq!(line.queue.find(Some(same(0))), None);
    assert!(line.queue.left(first).is_none(), "it has left already");
}

#[test]
fn b4_equal_keys_are_one_in_a_batch_and_two_in_two() {
    let mut line = Line::new(FlushPolicy::Hybrid);
    let first = line.come(0, 0);
    for _ in 0..5 {
        let caller = line.caller(line.zero);
        line.queue.join(first, caller, None, false);
    }
    assert_eq!(line.settled(0), Step::Until(line.at(10)), "one of three");
    let items = line.queue.cut();
    assert_eq!(items[0].callers.len(), 6);
    assert_eq!(line.queue.find(items[0].same), None, "its batch has left");
}

#[test]
fn a_caller_who_does_not_try_again_is_remembered_by_the_key() {
    let mut line = Line::new(FlushPolicy::Hybrid);
    let first = line.come(0, 0);
    for is_last_try in [true, false] {
        let caller = line.caller(line.zero);
        line.queue.join(first, caller, None, is_last_try);
    }
    assert!(line.queue.cut()[0].is_last_try);
}

#[test]
fn who_leaves_with_a_batch_gives_back_its_place() {
    let mut line = Line::new(FlushPolicy::Hybrid);
    let room = Arc::new(Semaphore::new(1));
    let mut item = line.item(0, line.zero);
    item.place = Arc::clone(&room).try_acquire_owned().ok();
    line.queue.push(item);
    assert_eq!(room.available_permits(), 0);
    let _items = line.queue.cut();
    assert_eq!(room.available_permits(), 1);
}

#[test]
fn a_batch_that_waits_for_a_permit_hears_of_a_call_that_is_part_of_a_run() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    let first = line.come(0, 0);
    assert!(!line.queue.await_permits().is_in_run);
    assert!(!line.queue.wakes());
    line.come(1, 0);
    assert!(!line.queue.wakes(), "it is a call like others");
    let caller = line.caller(line.zero);
    line.queue.join(first, caller, Some(in_run(7)), false);
    assert!(line.queue.wakes());
    let outer = line.queue.await_permits();
    assert_eq!((outer.is_in_run, outer.runs), (true, vec![run(7)]));
    line.come(2, 0);
    assert!(!line.queue.wakes(), "it is a call like others");
    let caller = line.caller(line.zero);
    line.queue.join(first, caller, Some(in_run(8)), false);
    assert!(line.queue.wakes(), "that one may lend a place, too");
    let outer = line.queue.await_permits();
    assert_eq!(outer.runs, [run(7), run(8)]);
    let arrived = line.zero;
    let mut item = line.item(3, arrived);
    item.aboard.push(in_run(9));
    let last = line.queue.push(item);
    assert!(line.queue.wakes());
    assert_eq!(line.queue.await_permits().runs, [run(7), run(8), run(9)]);
    // Its key has left, and nobody else is part of a run.
    line.callers.drain(..).for_each(drop);
    assert!(line.queue.left(first).is_some());
    assert!(line.queue.left(last).is_some());
    assert!(!line.queue.await_permits().is_in_run);
    assert!(line.queue.left(first + 1).is_some());
    assert!(line.queue.left(first + 2).is_some());
    assert!(line.queue.wakes(), "nobody waits any more");
}

#[test]
fn when_nobody_lets_batches_leave_all_come_out() {
    let mut line = Line::new(FlushPolicy::Hybrid);
    for key in 0..5 {
        line.come(key, 0);
    }
    assert_eq!(line.queue.end().len(), 5);
    assert!(line.queue.is_retired());
    assert_eq!(line.queue.find(Some(same(0))), None);
    assert!(line.queue.left(0).is_none());
}

#[test]
fn a_key_that_broke_a_batch_runs_alone_for_half_a_minute() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    let (now, later) = (line.zero, line.at(30_000));
    line.queue.quarantine(same(0), now);
    assert!(line.queue.is_quarantined(Some(same(0)), later - WINDOW));
    assert!(!line.queue.is_quarantined(Some(same(1)), now));
    assert!(!line.queue.is_quarantined(None, now));
    assert!(!line.queue.is_quarantined(Some(same(0)), later));
    // No more than 256, until some of them have served their time.
    for key in 0..=256 {
        line.queue.quarantine(same(key), now);
    }
    assert!(line.queue.is_quarantined(Some(same(255)), now));
    assert!(!line.queue.is_quarantined(Some(same(256)), now));
    line.queue.quarantine(same(256), later);
    assert!(line.queue.is_quarantined(Some(same(256)), later));
}
