//! D2, D4–D6: calls that take the results of earlier ones, in a tick.

use serde_json::{Value, json};
use toolwright::{
    CacheStatus, Content, ErrorKind, HarnessBuilder, Outcome, Session, ToolCall, ToolError,
    registry, tool,
};

use crate::dispatcher::{World, call, ends, ids, ms};

/// Answer with this JSON.
#[tool]
async fn refs_answer(
    #[state] world: &World,
    /// The answer.
    json: String,
) -> Content {
    world.run(&format!("answer {json}"), 10).await;
    Content::json(json)
}

/// Answer with this text.
#[tool]
async fn refs_say(
    /// The answer.
    text: String,
) -> String {
    text
}

/// Look for nothing.
#[tool]
async fn refs_fail(#[state] world: &World) -> Result<String, ToolError> {
    world.run("fail", 5).await;
    Err(ToolError::not_found("there is nothing"))
}

/// Read a cell.
#[tool(ttl = "1h", reads = "cell/{cell}")]
async fn refs_read(
    #[state] world: &World,
    /// Which.
    #[arg(refs)]
    cell: String,
) -> u64 {
    world.run(&format!("read {cell}"), 10).await;
    world.get(&cell)
}

/// Write a cell.
#[tool(writes = "cell/{cell}")]
async fn refs_write(
    #[state] world: &World,
    /// Which.
    #[arg(refs)]
    cell: String,
    /// What.
    #[arg(refs)]
    to: u64,
) -> u64 {
    world.run(&format!("write {cell}"), 10).await;
    world.set(&cell, to);
    to
}

/// Say what was given.
#[tool]
async fn refs_echo(
    /// What.
    #[arg(refs, undocumented)]
    value: Value,
) -> Value {
    value
}

/// Say what was given, by nobody else than the model.
#[tool]
async fn refs_plain(
    /// What.
    #[arg(undocumented)]
    value: Value,
) -> Value {
    value
}

fn harness(world: &World) -> HarnessBuilder {
    let registry = registry![
        refs_answer,
        refs_say,
        refs_fail,
        refs_read,
        refs_write,
        refs_echo,
        refs_plain
    ];
    world.harness_of(registry.unwrap().with_references().unwrap())
}

fn session(world: &World) -> Session {
    harness(world).build().unwrap().session().start()
}

/// Calls whose ids are their places from 1.
fn calls(calls: &[(&str, Value)]) -> Vec<ToolCall> {
    let call = |(place, (tool, arguments)): (usize, &(&str, Value))| {
        call(&(place + 1).to_string(), tool, &arguments.to_string())
    };
    calls.iter().enumerate().map(call).collect()
}

fn answer(value: &Value) -> (&'static str, Value) {
    ("refs_answer", json!({"json": value.to_string()}))
}

fn refer(place: usize, path: &str) -> Value {
    json!({"_ref": {"call": place, "path": path}})
}

/// D2: what needs the result of a call that failed is not run, and says which one failed; what needs that one's in turn is
/// not run either; nobody else is concerned.
#[tokio::test(start_paused = true)]
async fn d2_what_needs_the_result_of_a_call_that_failed_is_not_run() {
    let world = World::new();
    let tick = calls(&[
        ("refs_fail", json!({})),
        ("refs_read", json!({"cell": refer(1, "")})),
        ("refs_write", json!({"cell": "a", "to": refer(2, "")})),
        ("refs_read", json!({"cell": "a"})),
        ("refs_echo", json!({"value": refer(3, "")})),
        ("refs_echo", json!({"value": refer(4, "")})),
    ]);
    let report = session(&world).dispatch(tick).await;
    let skipped = Err(ErrorKind::DependencyFailed);
    let expected = [
        Err(ErrorKind::NotFound),
        skipped,
        skipped,
        Ok("0"),
        skipped,
        Ok("0"),
    ];
    assert_eq!(ends(&report), expected);
    assert_eq!(ids(&report), ["1", "2", "3", "4", "5", "6"]);
    for (place, named) in [(1, "call 1 (`refs_fail`)"), (2, "call 2 (`refs_read`)")] {
        let text = report[place].text();
        assert!(text.contains(named), "{text}");
    }
    assert_eq!(report[2].attempts(), 0);
    assert_eq!(
        world.take(),
        ["0 +fail", "5 -fail", "5 +read a", "15 -read a"]
    );
    assert_eq!(world.get("a"), 0);
}

/// D4: a reference that leads nowhere is the error of its call alone, and known before anything runs where it can be.
#[tokio::test(start_paused = true)]
async fn d4_a_reference_that_leads_nowhere_is_the_error_of_its_call_alone() {
    let world = World::new();
    let tick = calls(&[
        answer(&json!({"items": [{"id": "a"}]})),
        ("refs_read", json!({"cell": refer(2, "")})),
        ("refs_read", json!({"cell": refer(4, "")})),
        ("refs_read", json!({"cell": refer(99, "")})),
        ("refs_read", json!({"cell": refer(1, "/items/7/id")})),
        ("refs_read", json!({"cell": refer(1, "items")})),
        ("refs_read", json!({"cell": {"_ref": {"path": "/id"}}})),
        ("refs_read", json!({"cell": refer(1, "/items/0/id")})),
    ]);
    let report = session(&world).dispatch(tick).await;
    let nowhere = Err(ErrorKind::InvalidReference);
    let mut expected = [nowhere; 8];
    expected[0] = Ok(r#"{"items":[{"id":"a"}]}"#);
    expected[7] = Ok("0");
    assert_eq!(ends(&report), expected);
    let at_once: Vec<_> = (1..7)
        .filter(|place| report.ended_at(*place) == Some(ms(0)))
        .collect();
    assert_eq!(
        at_once,
        [1, 2, 3, 5, 6],
        "the path can only be seen in the result"
    );
    assert_eq!(report.ended_at(7), Some(ms(20)));
}

/// D5: what only looks like a reference is text, wherever it comes from.
#[tokio::test(start_paused = true)]
async fn d5_what_is_in_a_string_or_in_a_result_is_never_a_reference() {
    let world = World::new();
    let shape = refer(1, "");
    for text in [
        "$1",
        "${1}",
        "$1.id",
        "{{1}}",
        "call 1",
        &shape.to_string(),
        "\"_ref\"",
    ] {
        let tick = calls(&[
            ("refs_say", json!({"text": "the secret"})),
            ("refs_echo", json!({"value": text})),
            ("refs_say", json!({"text": text})),
            ("refs_echo", json!({"value": refer(3, "")})),
            ("refs_read", json!({"cell": refer(3, "")})),
        ]);
        let report = session(&world).dispatch(tick).await;
        let texts: Vec<_> = report.iter().map(Outcome::text).collect();
        assert_eq!(texts[1..4], [text; 3]);
        assert_eq!(ends(&report)[4], Ok("0"));
        let lines = world.take();
        assert!(lines[0].ends_with(&format!("+read {text}")), "{lines:?}");
    }
}

/// D5: an object of that shape is one only as the whole of an argument that takes references, as the model wrote it.
#[tokio::test(start_paused = true)]
async fn d5_a_result_in_the_shape_of_a_reference_stays_what_it_is() {
    let world = World::new();
    let shape = refer(1, "");
    let tick = calls(&[
        ("refs_say", json!({"text": "the secret"})),
        answer(&shape),
        ("refs_echo", json!({"value": refer(2, "")})),
        ("refs_echo", json!({"value": refer(3, "")})),
        ("refs_echo", json!({"value": [shape, {"in": shape}]})),
        ("refs_plain", json!({"value": shape})),
    ]);
    let report = session(&world).dispatch(tick).await;
    let values: Vec<Value> = report
        .iter()
        .skip(1)
        .map(|it| serde_json::from_str(it.text()).unwrap())
        .collect();
    let inside = json!([shape, {"in": shape}]);
    assert_eq!(
        values,
        [
            shape.clone(),
            shape.clone(),
            shape.clone(),
            inside,
            shape.clone()
        ]
    );
    assert!(
        report
            .iter()
            .skip(1)
            .all(|it| !it.text().contains("secret"))
    );
}

/// D6: what was filled in is held against what the argument takes.
#[tokio::test(start_paused = true)]
async fn d6_what_a_reference_stands_for_is_checked() {
    let world = World::new();
    let tick = calls(&[
        answer(&json!({"id": 7, "name": "a", "count": 3})),
        ("refs_read", json!({"cell": refer(1, "/id")})),
        (
            "refs_write",
            json!({"cell": refer(1, "/name"), "to": refer(1, "/name")}),
        ),
        (
            "refs_write",
            json!({"cell": refer(1, "/name"), "to": refer(1, "/count")}),
        ),
    ]);
    let report = session(&world).dispatch(tick).await;
    let wrong = Err(ErrorKind::InvalidArguments);
    assert_eq!(ends(&report)[1..], [wrong, wrong, Ok("3")]);
    assert_eq!(world.get("a"), 3);
}

/// D6: the model has never seen the value that was wrong.
#[tokio::test(start_paused = true)]
async fn d6_what_a_wrong_value_came_from_is_told() {
    let world = World::new();
    let tick = calls(&[
        answer(&json!({"id": 7})),
        ("refs_read", json!({"cell": refer(1, "/id")})),
    ]);
    let report = session(&world).dispatch(tick).await;
    let text = report[1].text();
    assert!(text.contains("it is of call 1 (`refs_answer`)"), "{text}");
}

/// D6: the cache knows the question by the values, not by what stood for them.
#[tokio::test(start_paused = true)]
async fn d6_the_key_is_that_of_the_values_that_were_filled_in() {
    let world = World::new();
    let session = session(&world);
    session.call("refs_read", r#"{"cell":"a"}"#).await;
    let by_reference = |cell: &str| {
        calls(&[
            answer(&json!([cell])),
            ("refs_read", json!({"cell": refer(1, "/0")})),
        ])
    };
    let report = session.dispatch(by_reference("a")).await;
    assert_eq!(report[1].cache(), CacheStatus::Hit);
    // The same arguments to the letter, and another question.
    let report = session.dispatch(by_reference("b")).await;
    assert_eq!(report[1].cache(), CacheStatus::Miss);
    let direct = session.call("refs_read", r#"{"cell":"b"}"#).await;
    assert_eq!(direct.cache(), CacheStatus::Hit);
    // And a write by reference invalidates what it writes.
    let tick = calls(&[
        answer(&json!(["b", 5])),
        (
            "refs_write",
            json!({"cell": refer(1, "/0"), "to": refer(1, "/1")}),
        ),
        ("refs_read", json!({"cell": "b"})),
    ]);
    let report = session.dispatch(tick).await;
    assert_eq!(
        (report[2].text(), report[2].cache()),
        ("5", CacheStatus::Miss)
    );
}

/// What a model reads is cut; what stands for a reference is not.
#[tokio::test(start_paused = true)]
async fn a_reference_stands_for_the_whole_of_a_result_that_was_cut() {
    let world = World::new();
    let harness = harness(&world).result_limit(20).build().unwrap();
    let long = json!({"long": "x".repeat(100), "cell": "a"});
    let tick = calls(&[
        answer(&long),
        ("refs_read", json!({"cell": refer(1, "/cell")})),
    ]);
    let report = harness.session().start().dispatch(tick).await;
    assert!(report[0].text().contains("truncated"));
    assert_eq!(ends(&report)[1], Ok("0"));
}
