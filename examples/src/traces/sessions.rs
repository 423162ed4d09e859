//! Reads recorded sessions of coding agents, one model call a line: hashes of what was asked and answered, with times.
//!
//! All calls of a tenant met one world, and the record has a hash of each answer, so it says itself what is right.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::trace::{Call, Flaw, Kind, Trace};
use super::{Entity, lines, shell};
use crate::replay::Problem;

/// A time beyond this is a mistake, in seconds.
const LONGEST: f64 = 10.0 * 365.0 * 24.0 * 3600.0;

#[derive(Deserialize)]
struct Turn {
    tenant: String,
    t: Option<f64>,
    calls: Vec<Value>,
}

#[derive(Deserialize)]
struct Recorded {
    tool: String,
    kind: Option<String>,
    key: Option<String>,
    ent: Option<String>,
    out_hash: Option<String>,
    error: Option<bool>,
    t: Option<f64>,
    dur_s: Option<f64>,
}

/// Reads all calls, in the order of their times.
pub(super) fn read(path: &Path) -> Result<Trace, Problem> {
    let mut flaws = Vec::new();
    let mut calls = Vec::new();
    for (line, turn) in lines::read::<Turn>(path, &mut flaws)? {
        let tenant: Arc<str> = turn.tenant.into();
        for raw in turn.calls {
            let mut note = |message: String| flaws.push(Flaw { line, message });
            match serde_json::from_value::<Recorded>(raw) {
                Ok(raw) => calls.extend(call(line, &tenant, turn.t, raw, &mut note)),
                Err(error) => note(format!("a call is left out: {error}")),
            }
        }
    }
    if calls.is_empty() {
        return Err(Problem::in_file(path, "holds no call that can be replayed"));
    }
    calls.sort_by_key(|call| call.begin);
    shell::attribute(&mut calls);
    Ok(Trace {
        name: "sessions",
        calls,
        is_timed: true,
        flaws,
    })
}

fn call(
    line: usize,
    tenant: &Arc<str>,
    turn: Option<f64>,
    raw: Recorded,
    note: &mut impl FnMut(String),
) -> Option<Call> {
    let tool = raw.tool;
    let kind = match raw.kind.as_deref() {
        Some("read") => Kind::Read,
        Some("write") => Kind::Write,
        Some("bash") => Kind::Shell,
        Some("bash-ro" | "agent" | "control") => Kind::Other,
        unknown => {
            let kind = unknown.unwrap_or("none");
            note(format!(
                "the call of `{tool}` has the kind `{kind}`, and is taken for a command of a shell"
            ));
            Kind::Shell
        }
    };
    let mut lacks = |what: &str| {
        note(format!(
            "the call of `{tool}` is left out: it has no {what}"
        ));
    };
    let Some(begin) = raw.t.or(turn).and_then(time) else {
        lacks("time");
        return None;
    };
    let (key, answer) = match (kind, raw.key, raw.out_hash) {
        (Kind::Read, None, _) => {
            lacks("`key`");
            return None;
        }
        (Kind::Read, _, None) => {
            lacks("`out_hash`");
            return None;
        }
        (_, key, answer) => (key.unwrap_or_default(), answer),
    };
    let lasted = raw.dur_s.and_then(time);
    if lasted.is_none() && kind != Kind::Other {
        note(format!(
            "the call of `{tool}` has no duration, and is taken for one that took no time"
        ));
    }
    Some(Call {
        line,
        tenant: Arc::clone(tenant),
        kind,
        question: Value::from(key.as_str()).to_string(),
        key,
        text: None,
        entities: match kind {
            Kind::Read => vec![read_by(&tool, raw.ent)],
            Kind::Write => vec![written_by(&tool, raw.ent)],
            // What the commands changed is not in the record: see `shell`.
            Kind::Shell | Kind::Other => Vec::new(),
        },
        failed: raw.error.unwrap_or_default(),
        begin,
        end: begin + lasted.unwrap_or_default(),
        answer,
        tool,
    })
}

/// What a user would declare of a tool that reads.
fn read_by(tool: &str, path: Option<String>) -> Entity {
    match (service(tool), tool, path) {
        (Some(service), ..) => service,
        // Nothing that the agents do changes the web, and an agent's task goes on by itself.
        (None, "WebFetch" | "WebSearch", _) => Entity::Kind("web".to_owned()),
        (None, "TaskOutput", _) => Entity::Kind("task".to_owned()),
        // They look through many files, and the hash of a folder does not say which.
        (None, "Grep" | "Glob" | "LS", _) => Entity::Kind("file".to_owned()),
        (None, _, Some(path)) => Entity::one("file", path),
        (None, _, None) => Entity::Everything,
    }
}

fn written_by(tool: &str, path: Option<String>) -> Entity {
    match (service(tool), path) {
        (Some(service), _) => service,
        (None, Some(path)) => Entity::one("file", path),
        (None, None) => Entity::Everything,
    }
}

/// What an MCP server keeps, taken as one thing: its tools are named `mcp__server__tool`.
fn service(tool: &str) -> Option<Entity> {
    let (server, _) = tool.strip_prefix("mcp__")?.split_once("__")?;
    Some(Entity::one("service", server))
}

fn time(seconds: f64) -> Option<Duration> {
    let is_sound = (0.0..=LONGEST).contains(&seconds);
    is_sound.then(|| Duration::from_secs_f64(seconds))
}
