//! The tools that stand for recorded ones: one that reads, for each TTL, and those that change the world.
//!
//! The id of a call is the place of the recorded one, so that equal calls are equal here too.

use std::fmt::Write as _;

use serde_json::Value;
use toolwright::{Context, Registry, RegistryError, ToolCall, registry, tool};

use super::Entity;
use super::policy::{Policy, Spelling, Ttl};
use super::trace::{Call, Kind};
use super::world::{Answer, World};

/// A tool's TTL is a part of its declaration, so each TTL is a tool.
macro_rules! recorded_reads {
    ($($module:ident $name:literal $ttl:literal)*) => {$(
        mod $module {
            use super::{Answer, Context, Value, World, tool};

            /// Answers a question as the world did when it was recorded.
            #[tool(name = $name, ttl = $ttl, tenant_scoped)]
            pub(in crate::traces) async fn recorded_read(
                #[context] context: &Context,
                #[state] world: &World,
                /// What was asked.
                question: Value,
            ) -> Result<Answer, String> {
                let _ = question;
                world.read(context).await
            }
        }
    )*};
}

recorded_reads! {
    minute "recorded_read_1m" "1m"
    five_minutes "recorded_read_5m" "5m"
    hour "recorded_read_1h" "1h"
    day "recorded_read_1d" "1d"
    year "recorded_read_365d" "365d"
}

/// Changes the things that a recorded call changed, and says so in its declaration.
#[tool(tenant_scoped, writes = "{kind}/{id}, {other_kind}/{other_id}")]
async fn recorded_write(
    #[context] context: &Context,
    #[state] world: &World,
    /// What was to be done.
    question: Value,
    /// The kind of the first; absent for everything.
    kind: Option<String>,
    /// Which of that kind; absent for all.
    id: Option<String>,
    /// The kind of the second.
    other_kind: Option<String>,
    /// Which of that kind.
    other_id: Option<String>,
) -> Result<(), String> {
    let _ = (question, kind, id, other_kind, other_id);
    world.change(context).await
}

/// Changes the things that a recorded call changed, and declares that it may change everything.
#[tool(tenant_scoped, writes = "*")]
async fn recorded_write_of_anything(
    #[context] context: &Context,
    #[state] world: &World,
    /// What was to be done.
    question: Value,
) -> Result<(), String> {
    let _ = question;
    world.change(context).await
}

/// Changes the things that a recorded call changed, and declares nothing.
#[tool(tenant_scoped)]
async fn recorded_write_unsaid(
    #[context] context: &Context,
    #[state] world: &World,
    /// What was to be done.
    question: Value,
) -> Result<(), String> {
    let _ = question;
    world.change(context).await
}

/// Runs a command of which nobody knows before what it will change; what it did change is said before it returns.
#[tool(tenant_scoped)]
async fn recorded_shell(
    #[context] context: &Context,
    #[state] world: &World,
    /// What was to be done.
    question: Value,
) -> Result<(), String> {
    let _ = question;
    let result = world.change(context).await;
    // A command that failed may have changed something before.
    world.tell(context);
    result
}

/// A recorded call that neither asks the world nor changes it.
#[tool(tenant_scoped)]
async fn recorded_other(
    /// What was to be done.
    question: Value,
) -> Value {
    question
}

/// The tools of a replay.
///
/// # Errors
/// A declaration is wrong.
pub(super) fn registry(ttl: Ttl) -> Result<Registry, RegistryError> {
    macro_rules! with {
        ($read:path) => {
            registry![
                $read,
                recorded_write,
                recorded_write_of_anything,
                recorded_write_unsaid,
                recorded_shell,
                recorded_other,
            ]
        };
    }
    match ttl {
        Ttl::Minute => with!(minute::recorded_read),
        Ttl::FiveMinutes => with!(five_minutes::recorded_read),
        Ttl::Hour => with!(hour::recorded_read),
        Ttl::Day => with!(day::recorded_read),
        Ttl::Year => with!(year::recorded_read),
    }
}

/// The call that stands for a recorded one.
pub(super) fn call(
    call: &Call,
    index: usize,
    policy: Policy,
    spelling: Spelling,
    ttl: Ttl,
) -> ToolCall {
    let question = call.question(spelling);
    let mut arguments = format!(r#"{{"question":{question}}}"#);
    let read = format!("recorded_read_{}", ttl.text());
    let tool = match (call.kind, policy) {
        (Kind::Read, _) => read.as_str(),
        (Kind::Other, _) => "recorded_other",
        (Kind::Write | Kind::Shell, Policy::TtlAlone) => "recorded_write_unsaid",
        (Kind::Write, Policy::Effects | Policy::EffectsBlindShell) => {
            arguments.pop();
            arguments.push_str(&written(&call.entities));
            arguments.push('}');
            "recorded_write"
        }
        (Kind::Shell, Policy::Effects) => "recorded_shell",
        (Kind::Shell, Policy::EffectsBlindShell) | (Kind::Write | Kind::Shell, Policy::Flush) => {
            "recorded_write_of_anything"
        }
    };
    ToolCall::new(index.to_string(), tool, arguments)
}

/// The arguments that say what is written. The tool declares two things, so one is said twice, and more than two are
/// everything.
fn written(entities: &[Entity]) -> String {
    let two = match entities {
        [one] => Some([one, one]),
        [one, other] => Some([one, other]),
        _ => None,
    };
    let names = [["kind", "id"], ["other_kind", "other_id"]];
    let mut arguments = String::new();
    for (entity, names) in two.into_iter().flatten().zip(names) {
        for (name, part) in names.into_iter().zip([entity.kind(), entity.id()]) {
            if let Some(part) = part {
                // A string takes what is written to it.
                let _ = write!(arguments, r#","{name}":{}"#, Value::from(part));
            }
        }
    }
    arguments
}

#[cfg(test)]
mod tests {
    use toolwright::ToolSpec;

    use super::*;

    #[test]
    fn each_ttl_has_a_tool_that_declares_it() {
        for ttl in Ttl::ALL {
            let registry = registry(ttl).unwrap();
            let spec = registry.spec(&format!("recorded_read_{}", ttl.text()));
            let declared = spec.and_then(ToolSpec::ttl);
            assert_eq!(declared, Some(ttl.duration()), "{}", ttl.text());
        }
    }
}
