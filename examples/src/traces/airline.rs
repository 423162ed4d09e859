//! Reads recorded agent runs whose calls name the entities that they touch, one run a line.
//!
//! Each recorded run began with a world of its own. Here they follow each other in one world, so a recorded answer says
//! nothing of what is right: an answer is as new as the last change of what it was read from.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::Entity;
use super::lines;
use super::trace::{Call, Flaw, Kind, Trace};
use crate::replay::Problem;

/// All runs are of one tenant.
const TENANT: &str = "airline";

#[derive(Deserialize)]
struct Run {
    ticks: Vec<Tick>,
}

#[derive(Deserialize)]
struct Tick {
    #[serde(default)]
    calls: Vec<Value>,
}

#[derive(Deserialize)]
struct Recorded {
    name: String,
    args: Option<Value>,
    args_raw: Option<String>,
    key: Option<String>,
    kind: Option<String>,
    entities: Option<Vec<String>>,
    #[serde(default)]
    error: Option<bool>,
}

/// Reads all calls of all runs.
pub(super) fn read(path: &Path) -> Result<Trace, Problem> {
    let mut flaws = Vec::new();
    let tenant: Arc<str> = TENANT.into();
    let mut calls = Vec::new();
    for (line, run) in lines::read::<Run>(path, &mut flaws)? {
        for raw in run.ticks.into_iter().flat_map(|tick| tick.calls) {
            let mut note = |message: String| flaws.push(Flaw { line, message });
            match serde_json::from_value(raw) {
                Ok(raw) => calls.extend(call(line, &tenant, raw, &mut note)),
                Err(error) => note(format!("a call is left out: {error}")),
            }
        }
    }
    if calls.is_empty() {
        return Err(Problem::in_file(path, "holds no call that can be replayed"));
    }
    Ok(Trace {
        name: "runs",
        calls,
        is_timed: false,
        flaws,
    })
}

fn call(
    line: usize,
    tenant: &Arc<str>,
    raw: Recorded,
    note: &mut impl FnMut(String),
) -> Option<Call> {
    let Recorded { name, args, .. } = raw;
    let kind = match raw.kind.as_deref() {
        Some("read") => Kind::Read,
        Some("write") => Kind::Write,
        Some("pure" | "control") => Kind::Other,
        unknown => {
            let kind = unknown.unwrap_or("none");
            note(format!(
                "the call of `{name}` has the kind `{kind}`, and is taken for one that may change anything"
            ));
            Kind::Shell
        }
    };
    let sent = raw
        .args_raw
        .or_else(|| args.as_ref().map(Value::to_string))
        .unwrap_or_default();
    let is_object = matches!(serde_json::from_str(&sent), Ok(Value::Object(_)));
    if kind == Kind::Read && !is_object {
        note(format!(
            "the call of `{name}` is left out: its arguments are no JSON object"
        ));
        return None;
    }
    let entities = match (kind, raw.entities) {
        (Kind::Other, _) => Vec::new(),
        (Kind::Shell, _) => vec![Entity::Everything],
        // A read of nothing that changes is one; a write of nothing is none.
        (Kind::Read, Some(entities)) => parsed(&entities),
        (Kind::Write, Some(entities)) if !entities.is_empty() => parsed(&entities),
        (Kind::Read | Kind::Write, _) => {
            note(format!(
                "the call of `{name}` names no entities, and is taken for one that touches everything"
            ));
            vec![Entity::Everything]
        }
    };
    let json = |text: &str| Value::from(text).to_string();
    let text = json(&format!("{name}{sent}"));
    Some(Call {
        line,
        tenant: Arc::clone(tenant),
        kind,
        key: raw.key.unwrap_or_else(|| {
            let args = args.as_ref().map(Value::to_string);
            format!("{name}{}", args.as_ref().unwrap_or(&sent))
        }),
        question: match kind {
            Kind::Read => format!(r#"{{"tool":{},"args":{sent}}}"#, json(&name)),
            // It has no key, and may be anything.
            _ => text.clone(),
        },
        text: Some(text),
        entities,
        failed: raw.error.unwrap_or_default(),
        begin: Duration::ZERO,
        end: Duration::ZERO,
        answer: None,
        tool: name,
    })
}

fn parsed(entities: &[String]) -> Vec<Entity> {
    entities
        .iter()
        .map(|entity| Entity::parse(entity))
        .collect()
}
