//! Layers: what goes on around each call, in which order, and what it sees.

use std::sync::{Arc, Mutex};

use toolwright::{
    Content, Context, ErrorKind, Layer, LayerCall, Next, Outcome, Registry, ToolCall, ToolError,
    async_trait, registry, tool,
};

use super::{World, call, ends, ids, keep, ms, read, sleep, write};

/// Says when a call comes in and when its outcome goes out.
struct Trace(&'static str, World);

#[async_trait]
impl Layer for Trace {
    async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
        self.1.log(&format!("{} in {}", self.0, call.id()));
        let outcome = next.run().await;
        self.1.log(&format!("{} out {}", self.0, call.id()));
        outcome
    }
}

/// Takes its time.
struct Slow;

#[async_trait]
impl Layer for Slow {
    async fn call(&self, _: &LayerCall, next: Next<'_>) -> Outcome {
        sleep(20).await;
        next.run().await
    }
}

/// Breaks at the calls with this id, before or after they run.
struct Breaks {
    id: &'static str,
    before: bool,
}

#[async_trait]
impl Layer for Breaks {
    async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
        assert!(!self.before || call.id() != self.id, "hunter2");
        let outcome = next.run().await;
        assert!(call.id() != self.id, "hunter2");
        outcome
    }
}

/// Answers with the outcome of a call that nobody made.
struct Forger;

#[async_trait]
impl Layer for Forger {
    async fn call(&self, _: &LayerCall, _: Next<'_>) -> Outcome {
        let forged = ToolCall::new("forged", "forged", "{}");
        Outcome::new(&forged, Ok(Content::plain("forged")))
    }
}

/// Writes down all that a layer can see of a call, and what became of it.
#[derive(Clone, Default)]
struct Audit(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl Layer for Audit {
    async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
        let outcome = next.run().await;
        let end = outcome.result().map(|_| ()).map_err(ToolError::kind);
        let paths = |resources: &[toolwright::Resource]| {
            let paths: Vec<_> = resources.iter().map(ToString::to_string).collect();
            paths.join(" ")
        };
        let line = format!(
            "{}|{} {}|{:?}|{}|{}|{:?} {:?} {}|{}|{end:?}",
            call.id(),
            call.tool(),
            call.arguments(),
            call.spec().map(toolwright::ToolSpec::name),
            paths(&call.effect().reads),
            paths(&call.effect().writes),
            call.tenant(),
            call.run_id(),
            call.tick(),
            call.is_nested(),
        );
        self.0.lock().unwrap().push(line);
        outcome
    }
}

impl Audit {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Read a cell through another tool.
#[tool]
async fn layers_outer(
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> Result<Content, ToolError> {
    let arguments = serde_json::json!({"cell": cell});
    ctx.call::<super::dispatcher_read>(arguments).await
}

/// Read what is of no tenant.
#[tool(shared)]
async fn layers_shared() -> u64 {
    0
}

fn tools() -> Registry {
    let tools = registry![
        layers_outer,
        layers_shared,
        super::dispatcher_keep,
        super::dispatcher_read,
        super::dispatcher_write,
    ];
    tools.unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_layer_that_was_added_first_is_the_outermost() {
    let world = World::new();
    let trace = |name| Trace(name, world.clone());
    let harness = world.harness().layer(trace("first")).layer(trace("second"));
    let session = harness.build().unwrap().session().start();
    let expected = [
        "0 first in a",
        "0 second in a",
        "0 +read a",
        "10 -read a",
        "10 second out a",
        "10 first out a",
    ];
    session.dispatch([read("a", 10)]).await;
    assert_eq!(world.take(), expected);
    session.call("dispatcher_read", r#"{"cell":"a"}"#).await;
    let lines = world.take();
    assert_eq!(lines.len(), expected.len(), "{lines:?}");
    assert_eq!(
        (lines[0].as_str(), lines[5].as_str()),
        ("10 first in ", "20 first out ")
    );
}

#[tokio::test(start_paused = true)]
async fn the_layers_of_a_tick_run_in_parallel() {
    let world = World::new();
    let harness = world.harness().layer(Slow).build().unwrap();
    let session = harness.session().start();
    let calls = [
        read("a", 10),
        read("b", 10),
        call("lost", "dispatcher_lost", ""),
        keep("c", "c"),
    ];
    let report = session.dispatch(calls).await;
    assert_eq!((world.now(), report.elapsed()), (30, ms(30)));
    assert_eq!(
        ends(&report),
        [Ok("0"), Ok("0"), Err(ErrorKind::UnknownTool), Ok("0")]
    );
}

/// A layer is a part of its call: what waits for the call waits for what its layers do afterwards.
#[tokio::test(start_paused = true)]
async fn a_call_comes_to_its_layers_when_those_before_it_have_ended() {
    let world = World::new();
    let trace = Trace("layer", world.clone());
    let harness = world.harness().layer(trace).layer(Slow).build().unwrap();
    let calls = [write("first", "a", 1, 10), read("a", 10)];
    harness.session().start().dispatch(calls).await;
    let expected = [
        "0 layer in first",
        "20 +write a",
        "30 -write a",
        "30 layer out first",
        "30 layer in a",
        "50 +read a",
        "60 -read a",
        "60 layer out a",
    ];
    assert_eq!(world.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_panics_is_the_error_of_its_call_and_of_no_other() {
    for before in [true, false] {
        let world = World::new();
        let harness = world.harness().layer(Breaks { id: "a", before });
        let session = harness.build().unwrap().session().start();
        let report = session.dispatch([read("a", 10), read("b", 10)]).await;
        assert_eq!(ends(&report), [Err(ErrorKind::Panicked), Ok("0")]);
        let report = session.dispatch([read("a", 10)]).await;
        assert_eq!(ends(&report), [Err(ErrorKind::Panicked)]);
        assert!(!report[0].text().contains("hunter2"));
        let harness = world.harness().layer(Breaks { id: "", before });
        let session = harness.build().unwrap().session().start();
        let outcome = session.call("dispatcher_read", r#"{"cell":"a"}"#).await;
        assert_eq!(ends(&[outcome]), [Err(ErrorKind::Panicked)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_cannot_answer_in_the_name_of_another_call() {
    let world = World::new();
    let harness = world.harness().layer(Forger).build().unwrap();
    let session = harness.session().start();
    let report = session
        .dispatch([read("a", 10), write("b", "b", 1, 10)])
        .await;
    assert_eq!(ids(&report), ["a", "b"]);
    let tools: Vec<_> = report.iter().map(Outcome::tool).collect();
    assert_eq!(tools, ["dispatcher_read", "dispatcher_write"]);
    assert_eq!(ends(&report), [Ok("forged"); 2]);
    let alone = session.call("dispatcher_read", r#"{"cell":"a"}"#).await;
    assert_eq!((alone.id(), alone.tool()), ("", "dispatcher_read"));
    assert_eq!(world.take(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_audit_log_sees_every_call_as_it_is() {
    let world = World::new();
    let audit = Audit::default();
    let harness = world.harness_of(tools()).layer(audit.clone());
    let session = harness.build().unwrap().session();
    let session = session.tenant("acme").run_id("run-1").start();
    session.dispatch([keep("warm", "a")]).await;
    let first = r#"warm|dispatcher_keep {"cell":"a"}|Some("dispatcher_keep")|cell/a||Some("acme") Some("run-1") 1|false|Ok(())"#;
    assert_eq!(audit.take(), [first]);
    let calls = [
        keep("hit", "a"),
        write("write", "b", 1, 10),
        call("shared", "layers_shared", ""),
        call("lost", "layers_lost", "{}"),
        call("wrong", "dispatcher_read", r#"{"cel":"a"}"#),
        read("wrong", 5),
    ];
    session.dispatch(calls).await;
    let mut lines = audit.take();
    lines.sort_unstable();
    let expected = [
        r#"hit|dispatcher_keep {"cell":"a"}|Some("dispatcher_keep")|cell/a||Some("acme") Some("run-1") 2|false|Ok(())"#,
        r#"lost|layers_lost {}|None|||Some("acme") Some("run-1") 2|false|Err(UnknownTool)"#,
        r#"shared|layers_shared |Some("layers_shared")|||None Some("run-1") 2|false|Ok(())"#,
        r#"write|dispatcher_write {"cell":"b","to":1,"millis":10}|Some("dispatcher_write")||cell/b|Some("acme") Some("run-1") 2|false|Ok(())"#,
        r#"wrong|dispatcher_read {"cel":"a"}|Some("dispatcher_read")|||Some("acme") Some("run-1") 2|false|Err(InvalidArguments)"#,
        // The id was taken.
        r#"wrong|dispatcher_read {"cell":"wrong","millis":5}|Some("dispatcher_read")|||Some("acme") Some("run-1") 2|false|Err(InvalidCall)"#,
    ];
    assert_eq!(lines, expected);
    let outcome = session.call("layers_outer", r#"{"cell":"b"}"#).await;
    assert_eq!(outcome.text(), "1");
    let expected = [
        r#"|dispatcher_read {"cell":"b"}|Some("dispatcher_read")|cell/b||Some("acme") Some("run-1") 3|true|Ok(())"#,
        r#"|layers_outer {"cell":"b"}|Some("layers_outer")|||Some("acme") Some("run-1") 3|false|Ok(())"#,
    ];
    assert_eq!(audit.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_shows_of_a_call_is_not_its_arguments() {
    struct Shows(Arc<Mutex<String>>);
    #[async_trait]
    impl Layer for Shows {
        async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
            *self.0.lock().unwrap() = format!("{call:?} {next:?}");
            next.run().await
        }
    }
    let world = World::new();
    let shown = Arc::<Mutex<String>>::default();
    let harness = world.harness().layer(Shows(Arc::clone(&shown)));
    let session = harness.build().unwrap().session().start();
    session.dispatch([read("hunter2", 10)]).await;
    let calls = [call("id", "dispatcher_read", r#"{"cell":"hunter2"}"#)];
    session.dispatch(calls).await;
    let shown = shown.lock().unwrap();
    assert!(
        shown.contains("dispatcher_read") && !shown.contains("hunter2"),
        "{shown}"
    );
}
