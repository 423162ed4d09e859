//! D1–D3, D7, D8, D10 and D11: what holds for the calls of every tick.

use toolwright::{CacheStatus, Context, ErrorKind, Outcome, registry, tool};

use crate::dispatcher::{World, call, ends, ids, keep, ms, read, sleep, soon, write};

/// Read where one may read at a time.
#[tool(max_concurrency = 1, reads = "narrow")]
async fn ticks_narrow(#[state] world: &World) -> &'static str {
    world.run("narrow", 10).await
}

/// Read many at once, where one batch may run at a time.
#[tool(batch = narrow_batch, max_concurrency = 1)]
async fn ticks_batched(
    /// Which.
    id: u64,
) -> Result<u64, toolwright::ToolError>;

async fn narrow_batch(
    toolwright::State(world): toolwright::State<World>,
    ids: Vec<u64>,
) -> Vec<Result<u64, toolwright::ToolError>> {
    world.run("batch", 10).await;
    ids.into_iter().map(Ok).collect()
}

/// Read through a tool that one may read through at a time.
#[tool]
async fn ticks_through(#[context] ctx: &Context) -> Result<String, toolwright::ToolError> {
    let content = ctx.call::<ticks_narrow>(serde_json::json!({})).await?;
    Ok(content.text().to_owned())
}

/// D1: calls that have nothing to do with each other run at once, and their outcomes are in the order of the calls.
#[tokio::test(start_paused = true)]
async fn d1_independent_calls_run_at_once_and_answer_in_their_order() {
    let world = World::new();
    let calls = [
        read("a", 30),
        read("b", 10),
        write("w", "c", 1, 20),
        keep("k", "d"),
    ];
    let report = world.session().dispatch(calls).await;
    assert_eq!(ids(&report), ["a", "b", "w", "k"]);
    let elapsed: Vec<_> = report.iter().map(Outcome::elapsed).collect();
    assert_eq!(elapsed, [ms(30), ms(10), ms(20), ms(10)]);
    assert_eq!(world.now(), 30);
}

/// D1: whatever becomes of a call, it has one outcome, at its place.
#[tokio::test(start_paused = true)]
async fn d1_every_call_has_one_outcome_whatever_becomes_of_it() {
    let world = World::new();
    let calls = [
        read("a", 10),
        read("a", 10),
        call("lost", "dispatcher_raed", "{}"),
        call("wrong", "dispatcher_read", r#"{"cel":"a"}"#),
        call("cut off", "dispatcher_read", r#"{"cell":"#),
        call("break", "dispatcher_break", ""),
        call("hang", "dispatcher_hang", ""),
        call("fail", "dispatcher_fail", ""),
        // An id that was given to a call that cannot run is taken as well.
        call("lost", "dispatcher_keep", r#"{"cell":"a"}"#),
        write("w", "z", 1, 10),
    ];
    let expected = [
        Ok("0"),
        Err(ErrorKind::InvalidCall),
        Err(ErrorKind::UnknownTool),
        Err(ErrorKind::InvalidArguments),
        Err(ErrorKind::InvalidArguments),
        Err(ErrorKind::Panicked),
        Err(ErrorKind::TimedOut),
        Err(ErrorKind::NotFound),
        Err(ErrorKind::InvalidCall),
        Ok("1"),
    ];
    let session = world.session();
    let report = session.dispatch(calls.clone()).await;
    assert_eq!(ends(&report), expected);
    let all: Vec<_> = calls.iter().map(toolwright::ToolCall::id).collect();
    assert_eq!(ids(&report), all);
    assert_eq!(session.dispatch(calls.clone()).await.len(), all.len());
}

/// D1: some providers give no ids. The place tells such calls apart.
#[tokio::test(start_paused = true)]
async fn d1_calls_without_an_id_each_run() {
    let world = World::new();
    let calls = ["a", "b", "a"].map(|cell| {
        let arguments = format!(r#"{{"cell":"{cell}"}}"#);
        call("", "dispatcher_read", &arguments)
    });
    let report = world.session().dispatch(calls).await;
    assert_eq!(ends(&report), [Ok("0"); 3]);
    assert_eq!(ids(&report), [""; 3]);
    let begun = world.take();
    let begun = begun.iter().filter(|line| line.contains('+')).count();
    assert_eq!(begun, 3);
}

/// D1: a tick with more calls than may be answers all of them, and says what to do with the rest.
#[tokio::test(start_paused = true)]
async fn d1_calls_past_the_most_of_a_tick_are_told_so() {
    let world = World::new();
    let session = world
        .harness()
        .max_calls(3)
        .build()
        .unwrap()
        .session()
        .start();
    let all = ["a", "b", "c", "d", "e"];
    let calls = all.map(|cell| read(cell, 10));
    let report = session.dispatch(calls.clone()).await;
    let too_many = Err(ErrorKind::InvalidCall);
    assert_eq!(
        ends(&report),
        [Ok("0"), Ok("0"), Ok("0"), too_many, too_many]
    );
    assert_eq!(
        report[4].text(),
        "a message may have 3 calls, and this is one more: make it in the next one"
    );
    // In the next one it may be.
    let next = session.dispatch(calls.into_iter().skip(3)).await;
    assert_eq!(ends(&next), [Ok("0"), Ok("0")]);
    let mut open = session.open_tick();
    for cell in all {
        open.push(read(cell, 10));
    }
    let report = open.finish().await;
    assert_eq!(
        ends(&report),
        [Ok("0"), Ok("0"), Ok("0"), too_many, too_many]
    );
}

/// D2: a call that fails neither stops nor delays another, and what only waits for its end runs all the same.
#[tokio::test(start_paused = true)]
async fn d2_a_call_that_fails_delays_and_cancels_no_other() {
    let world = World::new();
    let calls = [
        call("break", "dispatcher_break", ""),
        read("long", 50),
        call("fail", "dispatcher_fail", ""),
        call("hang", "dispatcher_hang", ""),
        call(
            "failed write",
            "dispatcher_fail_to_write",
            r#"{"cell":"a"}"#,
        ),
        read("a", 10),
        call("lost", "dispatcher_lost", ""),
        write("w", "a", 3, 10),
        keep("k", "a"),
    ];
    let report = world.session().dispatch(calls).await;
    let expected = [
        Err(ErrorKind::Panicked),
        Ok("0"),
        Err(ErrorKind::NotFound),
        Err(ErrorKind::TimedOut),
        Err(ErrorKind::Failed),
        Ok("0"),
        Err(ErrorKind::UnknownTool),
        Ok("3"),
        Ok("3"),
    ];
    assert_eq!(ends(&report), expected);
    let ended = |place| report.ended_at(place).unwrap().as_millis();
    // The long one as if it were alone; the reads and the write of `a` one after the other, behind the write that failed.
    assert_eq!([1, 4, 5, 7, 8].map(ended), [50, 5, 15, 25, 35]);
}

/// D3: reads of one cell at once; a write after the reads before it, and before those after it; writes of two cells at once.
#[tokio::test(start_paused = true)]
async fn d3_a_write_keeps_its_order_with_what_it_overlaps_and_with_nothing_else() {
    let world = World::new();
    let a = |id: &str, millis: u64| {
        let arguments = format!(r#"{{"cell":"a","millis":{millis}}}"#);
        call(id, "dispatcher_read", &arguments)
    };
    let calls = [
        a("1", 20),
        a("2", 10),
        write("3", "a", 1, 10),
        write("4", "b", 2, 10),
        a("5", 10),
        a("6", 5),
        read("b", 5),
        write("8", "a", 3, 5),
        write("9", "a", 4, 5),
    ];
    let report = world.session().dispatch(calls).await;
    let times: Vec<_> = (0..report.len())
        .map(|place| {
            let (ready, end) = (report.ready_at(place), report.ended_at(place));
            [ready, end].map(|time| time.unwrap().as_millis())
        })
        .collect();
    let expected = [
        [0, 20],
        [0, 10],
        [20, 30],
        [0, 10],
        [30, 40],
        [30, 35],
        [10, 15],
        [40, 45],
        [45, 50],
    ];
    assert_eq!(times, expected);
    let texts: Vec<_> = report.iter().map(Outcome::text).collect();
    assert_eq!(texts, ["0", "0", "1", "2", "1", "1", "2", "3", "4"]);
}

/// D3: who may write anything waits for all, and all wait for it.
#[tokio::test(start_paused = true)]
async fn d3_what_writes_everything_is_a_barrier() {
    let world = World::new();
    let calls = [
        read("a", 20),
        write("w", "b", 1, 10),
        call("all", "dispatcher_write_all", ""),
        read("c", 10),
        write("v", "d", 1, 5),
        call("again", "dispatcher_write_all", ""),
    ];
    world.session().dispatch(calls).await;
    let expected = [
        "0 +read a",
        "0 +write b",
        "10 -write b",
        "20 -read a",
        "20 +write all",
        "30 -write all",
        "30 +read c",
        "30 +write d",
        "35 -write d",
        "40 -read c",
        "40 +write all",
        "50 -write all",
    ];
    let mut lines = world.take();
    // Two that begin together do so in any order.
    lines[6..8].sort_unstable();
    lines[..2].sort_unstable();
    assert_eq!(lines, expected);
}

/// D7: the caps of the harness and of a tool hold for calls of a model and for those that tools make, in a batch as well.
#[tokio::test(start_paused = true)]
async fn d7_caps_hold_on_every_path_and_nothing_waits_for_ever() {
    for cap in [1, 2, 16] {
        let world = World::new();
        let registry = registry![ticks_narrow, ticks_batched, ticks_through];
        let harness = world.harness_of(registry.unwrap()).max_concurrency(cap);
        let session = harness.build().unwrap().session().start();
        let narrow = |id: u64| call(&id.to_string(), "ticks_narrow", "");
        let through = |id: u64| call(&id.to_string(), "ticks_through", "");
        let batched = |id: u64| {
            let arguments = format!(r#"{{"id":{id}}}"#);
            call(&id.to_string(), "ticks_batched", &arguments)
        };
        let calls = (0..3).map(narrow).chain((3..6).map(through));
        let calls = calls.chain((6..30).map(batched));
        let report = soon(session.dispatch(calls)).await;
        assert!(ends(&report).iter().all(Result::is_ok), "{report:#}");
        let outside = session.call("ticks_narrow", "");
        let inside = session.dispatch([through(0), through(1), narrow(2)]);
        soon(async { tokio::join!(outside, inside) }).await;
        let (mut running, mut most) = ([0_i32; 2], [0; 2]);
        for line in world.take() {
            let kind = usize::from(line.contains("batch"));
            running[kind] += if line.contains('+') { 1 } else { -1 };
            most[kind] = most[kind].max(running[kind]);
        }
        assert_eq!(most, [1, 1], "cap {cap}");
    }
}

/// D8: two equal reads that are kept are one run, unless what they read is written between them.
#[tokio::test(start_paused = true)]
async fn d8_equal_reads_are_one_run_unless_a_write_lies_between_them() {
    let world = World::new();
    let calls = [
        keep("1", "a"),
        write("2", "other", 1, 5),
        keep("3", "a"),
        write("4", "a", 7, 10),
        keep("5", "a"),
        keep("6", "a"),
    ];
    let report = world.session().dispatch(calls).await;
    let texts: Vec<_> = report.iter().map(Outcome::text).collect();
    assert_eq!(texts, ["0", "1", "0", "7", "7", "7"]);
    let statuses = [0, 2, 4, 5].map(|place| report[place].cache());
    let (miss, shared) = (CacheStatus::Miss, CacheStatus::Shared);
    assert_eq!(statuses, [miss, shared, miss, shared]);
    let runs = world.take();
    let runs: Vec<_> = runs.iter().filter(|line| line.contains("+keep")).collect();
    assert_eq!(runs, ["0 +keep a", "20 +keep a"]);
}

/// D10: what a write of the tick invalidates, a later read of the tick does not have from the cache.
#[tokio::test(start_paused = true)]
async fn d10_a_write_invalidates_for_the_reads_behind_it_in_its_tick() {
    let world = World::new();
    let session = world.session();
    session.dispatch([keep("a", "a"), keep("b", "b")]).await;
    let calls = [
        keep("before", "a"),
        write("write", "a", 7, 10),
        keep("after", "a"),
        keep("other", "b"),
        call("failed", "dispatcher_fail_to_write", r#"{"cell":"b"}"#),
        keep("after failure", "b"),
    ];
    let report = session.dispatch(calls).await;
    let seen = [0, 2, 3, 5].map(|place| (report[place].cache(), report[place].text()));
    let (hit, miss) = (CacheStatus::Hit, CacheStatus::Miss);
    // A write that failed may have written.
    assert_eq!(seen, [(hit, "0"), (miss, "7"), (hit, "0"), (miss, "0")]);
    let next = session.dispatch([keep("a", "a")]).await;
    assert_eq!((next[0].cache(), next[0].text()), (hit, "7"));
}

/// D11: while the message goes on, nothing begins that comes after a call that writes, and no call that writes begins: a
/// message that is cut off leaves nothing done.
#[tokio::test(start_paused = true)]
async fn d11_nothing_is_done_for_a_message_that_is_cut_off() {
    let world = World::new();
    let session = world.session();
    let mut open = session.open_tick();
    open.push(read("a", 10));
    open.push(read("b", 100));
    open.push(write("w", "a", 1, 10));
    open.push(call("a2", "dispatcher_read", r#"{"cell":"a"}"#));
    open.push(call("all", "dispatcher_write_all", ""));
    open.push(read("c", 10));
    sleep(50).await;
    drop(open);
    sleep(1_000).await;
    let expected = ["0 +read a", "0 +read b", "10 -read a", "50 dropped read b"];
    let mut lines = world.take();
    lines[..2].sort_unstable();
    assert_eq!(lines, expected);
    assert_eq!(world.get("a"), 0);
    // A call that comes once those before it have ended does not begin either, if it writes.
    let mut open = session.open_tick();
    open.push(read("a", 10));
    sleep(20).await;
    open.push(write("w", "a", 1, 10));
    sleep(20).await;
    open.push(write("v", "b", 1, 10));
    drop(open);
    sleep(1_000).await;
    assert_eq!(world.take().len(), 2);
    assert_eq!((world.get("a"), world.get("b")), (0, 0));
}
