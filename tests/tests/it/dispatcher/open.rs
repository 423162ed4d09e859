//! `open_tick`: calls that begin while the model still writes its message.

use toolwright::{ErrorKind, registry, tool};

use super::{World, call, ends, ids, keep, ms, read, sleep, soon, write};

/// Read once the first is there.
#[tool(after = "dispatcher_read")]
async fn open_after(#[state] world: &World) -> &'static str {
    world.run("after", 5).await
}

#[tokio::test(start_paused = true)]
async fn a_read_begins_while_the_message_goes_on() {
    let world = World::new();
    let mut tick = world.session().open_tick();
    tick.push(read("a", 10));
    sleep(5).await;
    tick.push(read("b", 10));
    sleep(50).await;
    assert_eq!(
        world.take(),
        ["0 +read a", "5 +read b", "10 -read a", "15 -read b"]
    );
    let report = tick.finish().await;
    assert_eq!(ends(&report), [Ok("0"), Ok("0")]);
    assert_eq!(world.now(), 55, "nothing is left to be waited for");
    assert_eq!(report.ready_at(1), Some(ms(5)));
    assert_eq!([report[0].elapsed(), report[1].elapsed()], [ms(10), ms(10)]);
}

#[tokio::test(start_paused = true)]
async fn a_write_waits_for_the_end_of_the_message_and_a_read_behind_it_too() {
    let world = World::new();
    let mut tick = world.session().open_tick();
    tick.push(write("first", "a", 7, 10));
    tick.push(read("a", 10));
    tick.push(read("b", 10));
    sleep(50).await;
    assert_eq!(world.take(), ["0 +read b", "10 -read b"]);
    let report = tick.finish().await;
    assert_eq!(
        world.take(),
        ["50 +write a", "60 -write a", "60 +read a", "70 -read a"]
    );
    assert_eq!(ends(&report), [Ok("7"), Ok("7"), Ok("0")]);
    assert_eq!(report.waited_for(1), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_write_waits_for_the_reads_before_it_also_after_the_end() {
    let world = World::new();
    let mut tick = world.session().open_tick();
    tick.push(read("a", 30));
    tick.push(write("write", "a", 7, 10));
    sleep(10).await;
    let report = tick.finish().await;
    assert_eq!(
        world.take(),
        ["0 +read a", "30 -read a", "30 +write a", "40 -write a"]
    );
    assert_eq!(ends(&report), [Ok("0"), Ok("7")]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_comes_when_those_before_it_have_ended_waits_for_nothing() {
    let world = World::new();
    let registry = registry![super::dispatcher_read, open_after].unwrap();
    let harness = world.harness_of(registry).build().unwrap();
    let mut tick = harness.session().start().open_tick();
    tick.push(read("a", 10));
    sleep(20).await;
    tick.push(call("after", "open_after", ""));
    sleep(20).await;
    assert_eq!(
        world.take(),
        ["0 +read a", "10 -read a", "20 +after", "25 -after"]
    );
    let report = tick.finish().await;
    assert_eq!(world.now(), 40);
    assert_eq!(report.waited_for(1), [0]);
}

#[tokio::test(start_paused = true)]
async fn what_ended_while_the_message_went_on_comes_first() {
    let world = World::new();
    let mut tick = world.session().open_tick();
    tick.push(write("write", "a", 1, 10));
    tick.push(read("b", 10));
    tick.push(read("c", 5));
    sleep(20).await;
    let mut outcomes = tick.finish_stream();
    let mut came = Vec::new();
    while let Some(outcome) = outcomes.next().await {
        came.push(format!("{} {}", world.now(), outcome.id()));
    }
    assert_eq!(came[2], "30 write");
    came[..2].sort_unstable();
    assert_eq!(came[..2], ["20 b", "20 c"]);
    assert_eq!(ids(&outcomes.report().await), ["write", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_run_is_told_at_the_end_and_stops_nothing() {
    let world = World::new();
    let session = world.session();
    let mut tick = session.open_tick();
    tick.push(call("a", "dispatcher_lost", "{}"));
    tick.push(read("a", 10));
    tick.push(keep("b", "b"));
    tick.push(call("c", "dispatcher_keep", r#"{"cel"#));
    let report = tick.finish().await;
    let kinds = [
        Err(ErrorKind::UnknownTool),
        // The id was taken.
        Err(ErrorKind::InvalidCall),
        Ok("0"),
        Err(ErrorKind::InvalidArguments),
    ];
    assert_eq!(ends(&report), kinds);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_while_the_message_goes_on_answers_what_is_left() {
    let world = World::new();
    let session = world.session();
    let mut tick = session.open_tick();
    tick.push(read("ended", 10));
    tick.push(read("running", 500));
    tick.push(write("held", "a", 1, 10));
    tick.push(read("a", 10));
    sleep(20).await;
    session.cancel();
    tick.push(read("later", 10));
    let report = soon(tick.finish()).await;
    let cancelled = Err(ErrorKind::Cancelled);
    let expected = [Ok("0"), cancelled, cancelled, cancelled, cancelled];
    assert_eq!(ends(&report), expected);
    assert_eq!(world.now(), 20);
    world.take();
    sleep(1_000).await;
    assert_eq!(world.take(), [""; 0]);
    assert_eq!(world.get("a"), 0);
}

#[tokio::test(start_paused = true)]
async fn without_calls_there_is_nothing_to_wait_for() {
    let tick = World::new().session().open_tick();
    assert!(tick.finish().await.is_empty());
}
