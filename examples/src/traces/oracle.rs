//! The hits of a perfect invalidation: one that keeps a result exactly as long as the world would answer the same.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::policy::{Policy, Ttl};
use super::trace::{Kind, Trace};
use super::world::World;

/// How many reads a cache with such an invalidation answers.
pub(super) fn hits(trace: &Arc<Trace>, ttl: Ttl) -> usize {
    let world = World::new(Arc::clone(trace), Policy::TtlAlone);
    let mut kept: HashMap<(&str, &str), (String, Duration)> = HashMap::new();
    let mut hits = 0;
    for (index, call) in trace.calls.iter().enumerate() {
        match call.kind {
            Kind::Write | Kind::Shell if !call.failed => world.changed(index),
            Kind::Read => {
                let value = world.value(call);
                let question = (&*call.tenant, call.key.as_str());
                let is_hit = kept.get(&question).is_some_and(|(known, at)| {
                    let age = call.begin.checked_sub(*at);
                    *known == value && age.is_some_and(|age| age < ttl.duration())
                });
                if is_hit {
                    hits += 1;
                } else if !call.failed {
                    kept.insert(question, (value, call.end));
                }
            }
            _ => {}
        }
    }
    hits
}
