//! Writes that had begun when their session ended: they go on, say so, and may look whether anybody waits.

use tokio::time::timeout;
use toolwright::{CacheStatus, Context, ErrorKind, Registry, Session, registry, tool};

use super::{World, call, check_places, ends, keep, ms, read, sleep, soon, write};

/// Write many rows, and stop between two of them when nobody waits any more.
#[tool(writes = "cell/{cell}")]
async fn begun_rows(
    #[state] world: &World,
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> u64 {
    for row in 1..=10 {
        if ctx.is_cancelled() {
            world.log("stopped");
            break;
        }
        world.run(&format!("row {row}"), 10).await;
        world.set(&cell, row);
    }
    world.get(&cell)
}

/// Write when nobody waits any more.
#[tool(writes = "cell/{cell}")]
async fn begun_last(
    #[state] world: &World,
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> bool {
    let is_early = !ctx.is_cancelled();
    ctx.cancelled().await;
    world.log("heard of it");
    let both = is_early && ctx.is_cancelled();
    world.set(&cell, both.into());
    both
}

fn tools() -> Registry {
    let tools = registry![
        begun_rows,
        begun_last,
        super::dispatcher_keep,
        super::dispatcher_read,
        super::dispatcher_write,
    ];
    tools.unwrap()
}

async fn cancel_at(session: &Session, millis: u64) {
    sleep(millis).await;
    session.cancel();
}

#[tokio::test(start_paused = true)]
async fn a_write_that_had_begun_goes_on_and_its_outcome_says_so() {
    for alone in [false, true] {
        let world = World::new();
        let session = world.session();
        let mut calls = vec![write("begun", "a", 1, 50), read("b", 50)];
        if alone {
            calls.pop();
        }
        let (report, ()) = tokio::join!(session.dispatch(calls), cancel_at(&session, 20));
        assert_eq!(ends(&report)[0], Err(ErrorKind::Cancelled));
        let text = report[0].text();
        assert!(text.contains("may still take effect"), "{text}");
        if !alone {
            let text = report[1].text();
            assert!(!text.contains("effect"), "a read has none: {text}");
        }
        sleep(100).await;
        assert!(world.take().contains(&"50 -write a".to_owned()));
        assert_eq!(world.get("a"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waited_does_not_begin_and_its_outcome_says_nothing_of_effects() {
    let world = World::new();
    let session = world.session();
    let calls = [read("a", 50), write("waiting", "a", 1, 50)];
    let (report, ()) = tokio::join!(session.dispatch(calls), cancel_at(&session, 20));
    assert_eq!(ends(&report), [Err(ErrorKind::Cancelled); 2]);
    let text = report[1].text();
    assert!(!text.contains("effect"), "{text}");
    sleep(200).await;
    assert_eq!(world.take(), ["0 +read a", "20 dropped read a"]);
}

#[tokio::test(start_paused = true)]
async fn what_it_writes_is_invalid_when_it_ends() {
    let world = World::new();
    let harness = world.harness().build().unwrap();
    let (session, other) = (harness.session().start(), harness.session().start());
    other.dispatch([keep("before", "a")]).await;
    let calls = [write("begun", "a", 1, 50), read("b", 50)];
    tokio::join!(session.dispatch(calls), cancel_at(&session, 20));
    let during = other.dispatch([keep("during", "a")]).await;
    assert_eq!(
        (during[0].cache(), during[0].text()),
        (CacheStatus::Hit, "0")
    );
    sleep(40).await;
    let after = other.dispatch([keep("after", "a")]).await;
    assert_eq!(
        (after[0].cache(), after[0].text()),
        (CacheStatus::Miss, "1")
    );
}

#[tokio::test(start_paused = true)]
async fn it_keeps_its_place_until_it_ends() {
    let world = World::new();
    let harness = world.harness().max_concurrency(2).build().unwrap();
    let session = harness.session().start();
    let calls = [write("begun", "a", 1, 50), read("b", 50)];
    tokio::join!(session.dispatch(calls), cancel_at(&session, 20));
    world.take();
    let reads = [read("c", 10), read("d", 10), read("e", 10)];
    harness.session().start().dispatch(reads).await;
    let begun = world.take();
    let begun: Vec<_> = begun.iter().filter(|line| line.contains('+')).collect();
    assert_eq!(begun, ["20 +read c", "30 +read d", "40 +read e"]);
    sleep(50).await;
    check_places(&harness, &world, 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_looks_may_stop_early() {
    let world = World::new();
    let harness = world.harness_of(tools()).build().unwrap();
    let session = harness.session().start();
    let rows = || call("rows", "begun_rows", r#"{"cell":"a"}"#);
    let whole = session.dispatch([rows()]).await;
    assert_eq!(whole[0].text(), "10");
    world.take();
    let (report, ()) = tokio::join!(
        session.dispatch([rows(), read("b", 100)]),
        cancel_at(&session, 25)
    );
    assert_eq!(ends(&report), [Err(ErrorKind::Cancelled); 2]);
    sleep(200).await;
    assert_eq!(world.take().last().unwrap(), "130 stopped");
    assert_eq!(world.get("a"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_waits_for_the_end_hears_of_a_cancellation_and_of_a_deadline() {
    for by_deadline in [false, true] {
        for several in [false, true] {
            let world = World::new();
            let harness = world.harness_of(tools()).build().unwrap();
            let mut session = harness.session();
            if by_deadline {
                session = session.deadline(ms(20));
            }
            let session = session.start();
            let mut calls = vec![call("last", "begun_last", r#"{"cell":"a"}"#)];
            if several {
                calls.push(read("b", 100));
            }
            let end = async {
                if !by_deadline {
                    cancel_at(&session, 20).await;
                }
            };
            let (report, ()) = tokio::join!(soon(session.dispatch(calls)), end);
            assert!(report[0].is_error());
            sleep(100).await;
            assert!(world.take().contains(&"20 heard of it".to_owned()));
            assert_eq!(world.get("a"), 1);
        }
    }
}

/// Who began the write has gone, and its session ends later.
#[tokio::test(start_paused = true)]
async fn a_tool_whose_tick_was_dropped_hears_of_the_deadline_too() {
    let world = World::new();
    let harness = world.harness_of(tools()).build().unwrap();
    let session = harness.session().deadline(ms(50)).start();
    let calls = [
        call("last", "begun_last", r#"{"cell":"a"}"#),
        read("b", 100),
    ];
    assert!(timeout(ms(20), session.dispatch(calls)).await.is_err());
    sleep(100).await;
    let lines = world.take();
    assert!(lines.contains(&"50 heard of it".to_owned()), "{lines:?}");
}
