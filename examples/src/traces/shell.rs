//! What the commands of a shell changed, as far as the record shows it.
//!
//! The record has a command's time and not what it did. But when two equal questions have two answers and no recorded
//! write lies between them, then the commands that ran between them are those who can have changed what was read. All
//! of them are said to have done it, since the record does not tell which.

use std::collections::HashMap;
use std::sync::Arc;

use super::Entity;
use super::trace::{Call, Kind};

/// Gives each command the entities that it seems to have changed.
pub(super) fn attribute(calls: &mut [Call]) {
    let mut found: Vec<(usize, Entity)> = Vec::new();
    let mut last: HashMap<(&Arc<str>, &str), &Call> = HashMap::new();
    for call in calls.iter().filter(|call| call.kind == Kind::Read) {
        let Some(before) = last.insert((&call.tenant, &call.key), call) else {
            continue;
        };
        let between = |other: &Call| {
            other.tenant == call.tenant && other.end > before.begin && other.begin < call.end
        };
        let is_written = |other: &Call| {
            other.kind == Kind::Write && between(other) && other.may_change(&call.entities)
        };
        if before.answer == call.answer || calls.iter().any(is_written) {
            continue;
        }
        for (index, command) in calls.iter().enumerate() {
            if command.kind == Kind::Shell && between(command) {
                found.extend(
                    call.entities
                        .iter()
                        .map(|read| (index, changed(read, call))),
                );
            }
        }
    }
    for (index, entity) in found {
        let entities = &mut calls[index].entities;
        if !entities.contains(&entity) {
            entities.push(entity);
        }
    }
}

/// One thing that was changed if this was read and is different now.
fn changed(read: &Entity, call: &Call) -> Entity {
    match read {
        Entity::One { .. } => read.clone(),
        // One of many, and nobody knows which: not one that has a name.
        Entity::Kind(kind) => Entity::one(kind.as_str(), format!("seen by {}", call.key)),
        Entity::Everything => Entity::one("unknown", format!("seen by {}", call.key)),
    }
}
