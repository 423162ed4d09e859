//! The span of a tick, and those of its calls within it.

use serde_json::json;
use tokio::runtime::Builder;
use toolwright::{Content, Context, ToolError, registry, tool};
use tracing::subscriber;

use super::{World, call, keep, read, write};
use crate::telemetry::{Seen, Watcher};

/// Read a cell through another tool.
#[tool(reads = "nothing")]
async fn spans_outer(#[context] ctx: &Context) -> Result<Content, ToolError> {
    ctx.call::<super::dispatcher_read>(json!({"cell": "inner"}))
        .await
}

/// What is seen of a test on a clock that is paused.
fn seen(test: impl AsyncFnOnce(World)) -> Vec<Seen> {
    // A span that only one dispatcher has asked for is off as soon as another thread has none.
    let _other = tracing::Dispatch::new(Watcher::default());
    let watcher = Watcher::default();
    subscriber::with_default(watcher.clone(), || {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime
            .unwrap()
            .block_on(async { test(World::new()).await });
    });
    watcher.seen()
}

fn field<'s>(span: &'s Seen, name: &str) -> &'s str {
    span.fields.get(name).map_or("", String::as_str)
}

/// The spans of this name, each with its place.
fn named<'s>(seen: &'s [Seen], name: &str) -> Vec<(usize, &'s Seen)> {
    let all = seen.iter().enumerate();
    all.filter(|(_, span)| span.name == name).collect()
}

#[test]
fn the_span_of_a_tick_is_around_those_of_its_calls_and_says_where_the_time_went() {
    let seen = seen(async |world| {
        let harness = world.harness().max_concurrency(1).build().unwrap();
        let session = harness.session().run_id("conversation-7").start();
        session.dispatch([keep("warm", "warm")]).await;
        let calls = [
            write("write", "a", 1, 30),
            read("a", 20),
            keep("hit", "warm"),
            call("lost", "dispatcher_lost", ""),
        ];
        session.dispatch(calls).await;
        session
            .dispatch_stream([read("b", 20), read("c", 20)])
            .report()
            .await;
        let mut open = session.open_tick();
        open.push(read("d", 20));
        open.finish().await;
    });
    let ticks = named(&seen, "tick");
    let names: Vec<_> = ticks
        .iter()
        .map(|(_, tick)| field(tick, "otel.name"))
        .collect();
    assert_eq!(names, ["tick 1", "tick 2", "tick 3", "tick 4"]);
    for (at, (_, tick)) in ticks.iter().enumerate() {
        assert_eq!(field(tick, "gen_ai.conversation.id"), "conversation-7");
        assert_eq!(field(tick, "tick"), (at + 1).to_string());
        assert_eq!(tick.within, None);
    }
    let fields = ["calls", "critical_path_us", "run_us", "queue_us"];
    let figures: Vec<_> = ticks
        .iter()
        .map(|(_, tick)| fields.map(|name| field(tick, name)))
        .collect();
    let expected = [
        ["1", "10000", "10000", "0"],
        ["4", "50000", "50000", "0"],
        ["2", "20000", "40000", "20000"],
        ["1", "20000", "20000", "0"],
    ];
    assert_eq!(figures, expected);
    let calls = named(&seen, "execute_tool");
    let of = |id: &str| {
        let is_it = |(_, span): &&(usize, &Seen)| field(span, "gen_ai.tool.call.id") == id;
        calls.iter().find(is_it).unwrap_or_else(|| panic!("{id}")).1
    };
    for (id, tick) in [
        ("warm", 0),
        ("write", 1),
        ("a", 1),
        ("hit", 1),
        ("b", 2),
        ("c", 2),
        ("d", 3),
    ] {
        assert_eq!(of(id).within, Some(ticks[tick].0), "{id}");
    }
    let times = |id| ["queue_us", "run_us"].map(|name| field(of(id), name));
    assert_eq!(times("write"), ["0", "30000"]);
    assert_eq!(times("a"), ["0", "20000"]);
    assert_eq!(times("hit"), ["", ""], "it did not run");
    let mut queued = [times("b"), times("c")];
    queued.sort_unstable();
    assert_eq!(queued, [["0", "20000"], ["20000", "20000"]]);
}

#[test]
fn a_session_without_a_name_names_no_conversation() {
    let seen = seen(async |world| {
        world
            .session()
            .dispatch([read("a", 10), read("b", 10)])
            .await;
    });
    let ticks = named(&seen, "tick");
    assert_eq!(ticks.len(), 1);
    assert!(!ticks[0].1.fields.contains_key("gen_ai.conversation.id"));
}

#[test]
fn the_span_of_a_call_from_inside_of_a_tool_is_within_the_span_of_its_call() {
    let seen = seen(async |world| {
        let registry = registry![spans_outer, super::dispatcher_read].unwrap();
        let harness = world.harness_of(registry).build().unwrap();
        let calls = [call("outer", "spans_outer", ""), read("a", 10)];
        harness.session().start().dispatch(calls).await;
    });
    let calls = named(&seen, "execute_tool");
    assert_eq!(calls.len(), 3);
    let of = |id: &str| {
        let is_it = |(_, span): &&(usize, &Seen)| field(span, "gen_ai.tool.call.id") == id;
        calls.iter().find(is_it).unwrap_or_else(|| panic!("{id}"))
    };
    let tick = named(&seen, "tick")[0].0;
    assert_eq!(
        (of("outer").1.within, of("a").1.within),
        (Some(tick), Some(tick))
    );
    assert_eq!(of("").1.within, Some(of("outer").0));
    assert_eq!(field(of("").1, "otel.name"), "execute_tool dispatcher_read");
}
