//! What a harness tells whoever watches it: spans, warnings and metrics.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tokio::runtime::Builder;
use toolwright::{Harness, ToolCall, registry, tool};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, subscriber};
use tracing_core::span::Current;

use crate::one;

/// Look something up.
#[tool(ttl = "1h", reads = "telemetry/{id}")]
async fn telemetry_read(
    /// What.
    id: u64,
) -> Result<u64, String> {
    tracing::info!("inside");
    if id == 0 {
        return Err("there is none".to_owned());
    }
    Ok(id)
}

/// Look something up that nothing invalidates.
#[tool(ttl = "1h")]
async fn telemetry_unread() -> u64 {
    0
}

/// Write something.
#[tool(writes = "telemetry/{id}")]
async fn telemetry_write(
    /// What.
    id: u64,
) -> u64 {
    tracing::info!("inside");
    id
}

pub(super) type Fields = BTreeMap<&'static str, String>;

/// A span or an event: its name, the span around it, and its fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) name: String,
    metadata: Option<&'static Metadata<'static>>,
    pub(super) within: Option<usize>,
    pub(super) fields: Fields,
}

/// Keeps all that it is told.
#[derive(Clone, Default)]
pub(super) struct Watcher(Arc<Mutex<(Vec<Seen>, Vec<usize>)>>);

struct Fill<'f>(&'f mut Fields);

impl Visit for Fill<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Watcher {
    fn add(
        &self,
        name: &str,
        metadata: Option<&'static Metadata<'static>>,
        fill: impl FnOnce(&mut Fill<'_>),
    ) -> usize {
        let (seen, open) = &mut *self.0.lock().unwrap();
        let mut fields = Fields::new();
        fill(&mut Fill(&mut fields));
        seen.push(Seen {
            name: name.to_owned(),
            metadata,
            within: open.last().copied(),
            fields,
        });
        seen.len() - 1
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().0.clone()
    }
}

fn index(id: &Id) -> usize {
    usize::try_from(id.into_u64()).unwrap() - 1
}

impl Subscriber for Watcher {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("toolwright") || metadata.target().starts_with("it")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let index = self.add(span.metadata().name(), Some(span.metadata()), |fill| {
            span.record(fill);
        });
        Id::from_u64(index as u64 + 1)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let seen = &mut self.0.lock().unwrap().0;
        values.record(&mut Fill(&mut seen[index(span)].fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.add("event", None, |fill| event.record(fill));
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().1.push(index(span));
    }

    fn current_span(&self) -> Current {
        let (seen, open) = &*self.0.lock().unwrap();
        let current = open
            .last()
            .and_then(|at| Some((at, seen.get(*at)?.metadata?)));
        current.map_or_else(Current::none, |(at, metadata)| {
            Current::new(Id::from_u64(*at as u64 + 1), metadata)
        })
    }

    fn exit(&self, _: &Id) {
        self.0.lock().unwrap().1.pop();
    }
}

fn run(test: impl AsyncFnOnce()) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(test());
}

#[test]
fn each_call_has_a_span_with_what_became_of_it_and_runs_are_inside() {
    let watcher = Watcher::default();
    subscriber::with_default(watcher.clone(), || {
        run(async || {
            let tools = registry![telemetry_read, telemetry_write].unwrap();
            let session = Harness::builder(tools).build().unwrap().session().start();
            let read = |call: &str, id: u64| {
                ToolCall::new(call, "telemetry_read", format!(r#"{{"id":{id}}}"#))
            };
            session
                .dispatch([read("first", 1), read("second", 0)])
                .await;
            session.dispatch([read("third", 1)]).await;
            session.call("telemetry_read", r#"{"id":1}"#).await;
            one(&session, "telemetry_write", r#"{"id":1}"#).await;
        });
    });
    let seen = watcher.seen();
    let span = |call: &str| {
        let is_it = |it: &&Seen| {
            it.fields
                .get("gen_ai.tool.call.id")
                .is_some_and(|id| id == call)
        };
        let mut spans = seen.iter().filter(is_it);
        let span = spans
            .next()
            .unwrap_or_else(|| panic!("{call} has a span: {seen:?}"));
        assert!(spans.next().is_none(), "{call} has one span");
        let field = |name: &str| span.fields.get(name).map_or("", String::as_str);
        assert_eq!(
            (span.name.as_str(), field("gen_ai.operation.name")),
            ("execute_tool", "execute_tool")
        );
        [
            field("otel.name"),
            field("cache"),
            field("attempts"),
            field("error.type"),
        ]
        .map(str::to_owned)
    };
    assert_eq!(
        span("first"),
        ["execute_tool telemetry_read", "miss", "1", ""]
    );
    assert_eq!(
        span("second"),
        ["execute_tool telemetry_read", "miss", "1", "failed"]
    );
    assert_eq!(
        span("third"),
        ["execute_tool telemetry_read", "hit", "0", ""]
    );
    assert_eq!(span(""), ["execute_tool telemetry_read", "hit", "0", ""]);
    assert_eq!(
        span("call_1"),
        ["execute_tool telemetry_write", "bypass", "1", ""]
    );
    // What a tool says while it runs, it says inside of its call's span: also a write, in a task of its own.
    let inside: Vec<_> = seen.iter().filter(|it| it.name == "event").collect();
    let calls = inside.iter().map(|event| {
        let span = event.within.map(|at| &seen[at]).expect("inside of a span");
        span.fields["gen_ai.tool.call.id"].as_str()
    });
    assert_eq!(calls.collect::<Vec<_>>(), ["first", "second", "call_1"]);
}

#[test]
fn every_lint_is_a_warning_when_a_harness_is_built() {
    let watcher = Watcher::default();
    let tools = registry![telemetry_unread, telemetry_write].unwrap();
    let lints = tools.lints();
    assert_eq!(lints.len(), 1);
    subscriber::with_default(watcher.clone(), || {
        run(async || drop(Harness::builder(tools).build().unwrap()));
    });
    let [warning] = watcher.seen().try_into().unwrap();
    assert_eq!(warning.fields["tool"], "telemetry_unread");
    assert_eq!(warning.fields["message"], lints[0].to_string());
}

#[test]
fn outcomes_are_counted_by_tool_and_by_what_the_cache_did() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        run(async || {
            let tools = registry![telemetry_read, telemetry_write].unwrap();
            let session = Harness::builder(tools).build().unwrap().session().start();
            for arguments in [r#"{"id":1}"#, r#"{"id":1}"#, r#"{"id":0}"#, "{}"] {
                one(&session, "telemetry_read", arguments).await;
            }
            session.call("telemetry_read", r#"{"id":1}"#).await;
            session.call("no_such_tool", "").await;
        });
    });
    let mut counted = BTreeMap::new();
    let mut durations = 0;
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels = key.key().labels().map(|label| label.value().to_owned());
        let name = format!(
            "{} {}",
            key.key().name(),
            labels.collect::<Vec<_>>().join(" ")
        );
        match value {
            DebugValue::Counter(0) => {}
            DebugValue::Counter(count) => drop(counted.insert(name, count)),
            DebugValue::Histogram(values) => durations += values.len(),
            DebugValue::Gauge(bytes) => assert!(bytes.0 > 0.0, "{name}"),
        }
    }
    let calls = counted
        .iter()
        .filter(|(name, _)| name.starts_with("toolwright.calls"));
    let calls: Vec<_> = calls.map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(
        calls,
        [
            (
                "toolwright.calls telemetry_read bypass invalid_arguments",
                1
            ),
            ("toolwright.calls telemetry_read hit ", 2),
            ("toolwright.calls telemetry_read miss ", 1),
            ("toolwright.calls telemetry_read miss failed", 1),
            ("toolwright.calls unknown bypass unknown_tool", 1),
        ]
    );
    assert_eq!(durations, 6);
}
