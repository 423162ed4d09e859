//! Calls from inside of a tool: through the cache, the batches and the effects of the same session.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use toolwright::{
    CacheStatus, Content, Context, ErrorKind, HarnessBuilder, Registry, ToolError, registry, tool,
};

use super::{World, call, ends, keep, ms, sleep, soon, write};

/// Call a tool of this world with these arguments, so often, all at once.
#[tool]
async fn nested_calls(
    #[context] ctx: &Context,
    /// Which.
    tool: String,
    /// With what.
    #[arg(undocumented)]
    arguments: Vec<Value>,
) -> Result<Vec<String>, ToolError> {
    let mut running = tokio::task::JoinSet::new();
    for (place, arguments) in arguments.into_iter().enumerate() {
        let (ctx, tool) = (ctx.clone(), tool.clone());
        running.spawn(async move { (place, by_name(&ctx, &tool, arguments).await) });
    }
    let mut all = running.join_all().await;
    all.sort_by_key(|(place, _)| *place);
    let texts = all.into_iter();
    texts
        .map(|(_, content)| content.map(|content| content.text().to_owned()))
        .collect()
}

async fn by_name(
    ctx: &Context,
    tool: &str,
    arguments: impl Serialize + Send,
) -> Result<Content, ToolError> {
    match tool {
        "read" => ctx.call::<super::dispatcher_read>(arguments).await,
        "keep" => ctx.call::<super::dispatcher_keep>(arguments).await,
        "write" => ctx.call::<super::dispatcher_write>(arguments).await,
        "fetch" => ctx.call::<super::dispatcher_fetch>(arguments).await,
        "retried" => ctx.call::<nested_retried>(arguments).await,
        "slow" => ctx.call::<nested_slow>(arguments).await,
        "parts" => ctx.call::<nested_keys>(arguments).await,
        other => panic!("{other}"),
    }
}

/// Succeed at the third try.
#[tool(retries = 2)]
async fn nested_retried(#[state] world: &World) -> Result<u64, ToolError> {
    let tries = world.get("tries") + 1;
    world.set("tries", tries);
    if tries < 3 {
        return Err(ToolError::failed("not yet"));
    }
    Ok(tries)
}

/// Take longer than allowed.
#[tool(timeout = "20ms")]
async fn nested_slow(#[state] world: &World) -> &'static str {
    world.run("slow", 1_000).await
}

/// Say what the arguments are.
#[tool]
async fn nested_keys(
    /// What.
    #[arg(default)]
    what: u64,
) -> u64 {
    what
}

/// Call with arguments that cannot be written.
#[tool]
async fn nested_unwritable(#[context] ctx: &Context) -> Result<Content, ToolError> {
    let arguments = BTreeMap::from([((1, 2), 3)]);
    ctx.call::<nested_keys>(arguments).await
}

fn tools() -> Registry {
    let tools = registry![
        nested_calls,
        nested_retried,
        nested_slow,
        nested_keys,
        nested_unwritable,
        super::dispatcher_read,
        super::dispatcher_keep,
        super::dispatcher_write,
        super::dispatcher_fetch,
    ];
    tools.unwrap()
}

fn harness(world: &World) -> HarnessBuilder {
    world.harness_of(tools())
}

/// A call of the tool that calls.
fn calls(tool: &str, arguments: &[Value]) -> String {
    json!({"tool": tool, "arguments": arguments}).to_string()
}

#[tokio::test(start_paused = true)]
async fn a_call_from_inside_of_a_tool_is_answered_by_the_cache() {
    let world = World::new();
    let session = harness(&world).build().unwrap().session().start();
    let both = calls("keep", &[json!({"cell": "a"}), json!({"cell": "a"})]);
    let outcome = session.call("nested_calls", &both).await;
    assert_eq!(outcome.text(), r#"["0","0"]"#);
    assert_eq!(
        world.take(),
        ["0 +keep a", "10 -keep a"],
        "one run for both"
    );
    session.call("nested_calls", &both).await;
    assert_eq!((world.take(), world.now()), (vec![], 10));
    // It is the same result that a model's call has.
    let outcome = session.call("dispatcher_keep", r#"{"cell":"a"}"#).await;
    assert_eq!(outcome.cache(), CacheStatus::Hit);
}

#[tokio::test(start_paused = true)]
async fn calls_from_inside_of_a_tool_are_one_batch() {
    let world = World::new();
    let harness = harness(&world).build().unwrap();
    let session = harness.session().start();
    let cells = ["a", "b", "c", "d", "e"].map(|cell| json!({"cell": cell}));
    let outcome = session.call("nested_calls", &calls("fetch", &cells)).await;
    assert_eq!(outcome.text(), r#"["0","0","0","0","0"]"#);
    assert_eq!(harness.stats().batches, 1);
    let lines = world.take();
    assert!(lines[0].ends_with("+fetch a b c d e"), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_write_from_inside_of_a_tool_invalidates_what_is_kept() {
    let world = World::new();
    let session = harness(&world).build().unwrap().session().start();
    session.dispatch([keep("a", "a"), keep("b", "b")]).await;
    let one = calls("write", &[json!({"cell": "a", "to": 5})]);
    let outcome = session.call("nested_calls", &one).await;
    assert_eq!(outcome.text(), r#"["5"]"#);
    let report = session.dispatch([keep("a", "a"), keep("b", "b")]).await;
    assert_eq!(
        (report[0].text(), report[0].cache()),
        ("5", CacheStatus::Miss)
    );
    assert_eq!(report[1].cache(), CacheStatus::Hit);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_had_begun_inside_of_a_tool_goes_on_when_the_tick_is_dropped() {
    let world = World::new();
    let session = harness(&world).build().unwrap().session().start();
    session.dispatch([keep("a", "a")]).await;
    let began = world.now();
    let slow = json!({"cell": "a", "to": 5, "millis": 50});
    let one = call("o", "nested_calls", &calls("write", &[slow]));
    let tick = session.dispatch([one]);
    assert!(tokio::time::timeout(ms(20), tick).await.is_err());
    world.take();
    sleep(100).await;
    assert_eq!(world.take(), [format!("{} -write a", began + 50)]);
    let report = session.dispatch([keep("a", "a")]).await;
    assert_eq!(report[0].text(), "5");
}

#[tokio::test(start_paused = true)]
async fn a_read_inside_of_a_tool_stops_when_the_tick_is_dropped_or_cancelled() {
    for cancel in [false, true] {
        let world = World::new();
        let session = harness(&world).build().unwrap().session().start();
        let slow = json!({"cell": "a", "millis": 50});
        let one = |tool| {
            call(
                tool,
                "nested_calls",
                &calls(tool, std::slice::from_ref(&slow)),
            )
        };
        let tick = session.dispatch([one("read"), one("keep")]);
        if cancel {
            let (report, ()) = tokio::join!(tick, async {
                sleep(20).await;
                session.cancel();
            });
            assert_eq!(ends(&report), [Err(ErrorKind::Cancelled); 2]);
        } else {
            assert!(tokio::time::timeout(ms(20), tick).await.is_err());
        }
        sleep(100).await;
        let mut lines = world.take();
        lines.sort_unstable();
        let expected = [
            "0 +keep a",
            "0 +read a",
            "20 dropped keep a",
            "20 dropped read a",
        ];
        assert_eq!(lines, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_from_inside_of_a_tool_is_tried_again_and_timed_out_as_its_tool_says() {
    let world = World::new();
    let harness = harness(&world).build().unwrap();
    let session = harness.session().start();
    let retried = calls("retried", &[json!({})]);
    let outcome = session.call("nested_calls", &retried).await;
    assert_eq!(outcome.text(), r#"["3"]"#);
    assert_eq!(harness.stats().retries, 2);
    let began = world.now();
    let slow = calls("slow", &[json!({})]);
    let outcome = soon(session.call("nested_calls", &slow)).await;
    // The kind is the inner one's, unless the tool says something else.
    assert_eq!(ends(&[outcome]), [Err(ErrorKind::TimedOut)]);
    assert_eq!(world.now(), began + 20);
}

#[tokio::test(start_paused = true)]
async fn a_call_from_inside_of_a_tool_that_cannot_run_is_told_so() {
    let world = World::new();
    let session = harness(&world).build().unwrap().session().start();
    for arguments in [json!(5), json!({"waht": 1}), json!([1]), json!("{}")] {
        let wrong = calls("parts", &[arguments]);
        let outcome = session.call("nested_calls", &wrong).await;
        assert_eq!(ends(&[outcome]), [Err(ErrorKind::InvalidArguments)]);
    }
    // Nothing is no arguments.
    let nothing = calls("parts", &[Value::Null]);
    let outcome = session.call("nested_calls", &nothing).await;
    assert_eq!(outcome.text(), r#"["0"]"#);
    let outcome = session.call("nested_unwritable", "").await;
    assert_eq!(
        outcome.result().unwrap_err().kind(),
        ErrorKind::InvalidArguments
    );
    let text = outcome.text();
    assert!(
        text.contains("the arguments of `nested_keys` cannot be written"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_the_harness_does_not_have_is_told_so() {
    let world = World::new();
    let registry = registry![nested_calls, super::dispatcher_read].unwrap();
    let session = world
        .harness_of(registry)
        .build()
        .unwrap()
        .session()
        .start();
    let write = calls("write", &[json!({"cell": "a", "to": 1})]);
    let outcome = session.call("nested_calls", &write).await;
    assert_eq!(ends(&[outcome]), [Err(ErrorKind::UnknownTool)]);
    assert_eq!(world.get("a"), 0);
}

/// Its order is that of the tool's own code: a tick orders the calls of a model only.
#[tokio::test(start_paused = true)]
async fn a_call_from_inside_of_a_tool_waits_for_no_call_of_the_tick() {
    let world = World::new();
    let session = harness(&world).build().unwrap().session().start();
    let outer = calls("read", &[json!({"cell": "a", "millis": 5})]);
    let tick = [
        write("write", "a", 1, 50),
        call("outer", "nested_calls", &outer),
    ];
    let report = soon(session.dispatch(tick)).await;
    assert_eq!(ends(&report), [Ok("1"), Ok(r#"["0"]"#)]);
    assert_eq!(report[1].elapsed(), ms(5));
}
