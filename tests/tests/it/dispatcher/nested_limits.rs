//! Calls from inside of a tool under the limits: they never wait for the place that their own run has, and end somewhere.

use serde_json::json;
use toolwright::{
    Content, Context, ErrorKind, Harness, HarnessBuilder, Levers, Registry, Session, ToolError,
    registry, tool,
};

use super::{World, call, check_places, ends, ms, soon};

/// Go down so deep, by itself.
#[tool]
async fn limits_dig(
    #[context] ctx: &Context,
    /// How deep.
    depth: u64,
) -> Result<u64, ToolError> {
    let Some(next) = depth.checked_sub(1) else {
        return Ok(0);
    };
    let content = ctx.call::<limits_dig>(json!({"depth": next})).await?;
    Ok(content.parse::<u64>()? + 1)
}

/// Go down so deep, by itself, where one may be at a time.
#[tool(max_concurrency = 1)]
async fn limits_narrow(
    #[state] world: &World,
    #[context] ctx: &Context,
    /// How deep.
    depth: u64,
) -> Result<u64, ToolError> {
    let Some(next) = depth.checked_sub(1) else {
        world.run("bottom", 10).await;
        return Ok(0);
    };
    let content = ctx.call::<limits_narrow>(json!({"depth": next})).await?;
    Ok(content.parse::<u64>()? + 1)
}

/// The middle of three tools.
#[tool(ttl = "1h")]
async fn limits_middle(
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> Result<Content, ToolError> {
    ctx.call::<super::dispatcher_fetch>(json!({"cell": cell}))
        .await
}

/// The outermost of three tools.
#[tool(writes = "outer")]
async fn limits_outer(
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> Result<Content, ToolError> {
    ctx.call::<limits_middle>(json!({"cell": cell})).await
}

/// Call from a task of its own.
#[tool]
async fn limits_spawned(
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> Result<Content, ToolError> {
    let ctx = ctx.clone();
    let task = tokio::spawn(async move { ctx.call::<limits_middle>(json!({"cell": cell})).await });
    task.await.map_err(ToolError::failed)?
}

/// Go down for ever, from a task of its own each time.
#[tool]
async fn limits_endless(#[context] ctx: &Context) -> Result<Content, ToolError> {
    let ctx = ctx.clone();
    let task = tokio::spawn(async move { ctx.call::<limits_endless>(json!({})).await });
    task.await.map_err(ToolError::failed)?
}

/// Ask what is being asked.
#[tool(ttl = "1h")]
async fn limits_mirror(
    #[context] ctx: &Context,
    /// Whether from a task of its own.
    spawned: bool,
) -> Result<Content, ToolError> {
    let ctx = ctx.clone();
    let arguments = json!({"spawned": spawned});
    let ask = async move { ctx.call::<limits_mirror>(arguments).await };
    if spawned {
        tokio::spawn(ask).await.map_err(ToolError::failed)?
    } else {
        ask.await
    }
}

fn tools() -> Registry {
    let tools = registry![
        limits_dig,
        limits_narrow,
        limits_middle,
        limits_outer,
        limits_spawned,
        limits_endless,
        limits_mirror,
        super::dispatcher_read,
        super::dispatcher_fetch,
    ];
    tools.unwrap()
}

fn harness(world: &World, with: impl Fn(HarnessBuilder) -> HarnessBuilder) -> Harness {
    with(world.harness_of(tools())).build().unwrap()
}

fn session(world: &World, with: impl Fn(HarnessBuilder) -> HarnessBuilder) -> Session {
    harness(world, with).session().start()
}

#[tokio::test(start_paused = true)]
async fn three_tools_within_each_other_need_one_place() {
    for levers in [Levers::all(), Levers::all().without_batching()] {
        let world = World::new();
        let harness = harness(&world, |it| it.max_concurrency(1).levers(levers));
        let session = harness.session().max_concurrency(1).start();
        let cells = ["a", "b", "c"].map(|cell| json!({"cell": cell}).to_string());
        for tool in ["limits_outer", "limits_spawned"] {
            let outcome = soon(session.call(tool, &cells[0])).await;
            assert_eq!(outcome.text(), "0", "{tool}");
            let tick = cells.each_ref().map(|cell| call("", tool, cell));
            let report = soon(session.dispatch(tick)).await;
            assert_eq!(ends(&report), [Ok("0"); 3], "{tool}");
        }
        let world = World::new();
        check_places(
            &self::harness(&world, |it| it.max_concurrency(1)),
            &world,
            1,
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_runs_once_at_a_time_may_call_itself() {
    let world = World::new();
    let session = session(&world, |it| it);
    let calls = ["a", "b"].map(|id| call(id, "limits_narrow", r#"{"depth":3}"#));
    let report = soon(session.dispatch(calls)).await;
    assert_eq!(ends(&report), [Ok("3"), Ok("3")]);
    let expected = ["0 +bottom", "10 -bottom", "10 +bottom", "20 -bottom"];
    assert_eq!(world.take(), expected, "still one at a time");
}

#[tokio::test(start_paused = true)]
async fn the_places_are_free_when_tools_within_each_other_have_ended() {
    let world = World::new();
    let harness = harness(&world, |it| it.max_concurrency(3));
    for (tool, arguments) in [
        ("limits_outer", r#"{"cell":"a"}"#),
        ("limits_endless", ""),
        ("limits_mirror", r#"{"spawned":true}"#),
    ] {
        let session = harness.session().start();
        let calls = (0..5).map(|id| call(&id.to_string(), tool, arguments));
        soon(session.dispatch(calls)).await;
        let calls = (5..9).map(|id| call(&id.to_string(), tool, arguments));
        let (_, ()) = tokio::join!(soon(session.dispatch(calls)), async { session.cancel() });
        check_places(&harness, &world, 3).await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_within_calls_end_at_the_depth_that_the_harness_says() {
    for most in [0, 1, 3, 16] {
        let world = World::new();
        let session = session(&world, |it| it.max_depth(most));
        let dig = async |depth: usize| {
            let arguments = json!({"depth": depth}).to_string();
            soon(session.call("limits_dig", &arguments)).await
        };
        assert_eq!(dig(most).await.text(), most.to_string());
        let outcome = dig(most + 1).await;
        let error = outcome.result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooDeep, "{error}");
        let expected = format!(
            "`limits_dig` was not called: tools that call tools went deeper than {most} calls"
        );
        assert_eq!(error.message(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_calls_itself_for_ever_is_stopped_whichever_task_it_does_it_from() {
    let session = session(&World::new(), |it| it);
    let outcome = soon(session.call("limits_endless", "")).await;
    assert_eq!(ends(&[outcome]), [Err(ErrorKind::TooDeep)]);
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_asks_its_own_question_is_told_so_whichever_task_it_does_it_from() {
    for spawned in [false, true] {
        let session = session(&World::new(), |it| it);
        let arguments = json!({"spawned": spawned}).to_string();
        let outcome = soon(session.call("limits_mirror", &arguments)).await;
        let text = outcome.text();
        assert!(
            outcome.is_error() && text.contains("would wait for itself"),
            "{text}"
        );
    }
}

/// What is called takes no place of the harness, and the place of its tool all the same.
#[tokio::test(start_paused = true)]
async fn what_many_call_from_inside_keeps_to_the_cap_of_its_tool() {
    /// Go through where one may be at a time.
    #[tool]
    async fn limits_through(#[context] ctx: &Context) -> Result<Content, ToolError> {
        ctx.call::<limits_narrow>(json!({"depth": 0})).await
    }
    let world = World::new();
    let registry = registry![limits_through, limits_narrow].unwrap();
    let session = world
        .harness_of(registry)
        .build()
        .unwrap()
        .session()
        .start();
    let mut calls = vec![call("direct", "limits_narrow", r#"{"depth":0}"#)];
    calls.extend(["a", "b"].map(|id| call(id, "limits_through", "")));
    let report = soon(session.dispatch(calls)).await;
    assert_eq!(ends(&report), [Ok("0"); 3]);
    assert_eq!(report.elapsed(), ms(30));
    let bottoms = world.take();
    let begun: Vec<_> = bottoms.iter().filter(|line| line.contains('+')).collect();
    assert_eq!(begun, ["0 +bottom", "10 +bottom", "20 +bottom"]);
}
