//! What the result cache says of a call before it runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Inner;
use super::caller::Caller;
use super::prepare::{Prepared, Question};
use crate::cache::{Began, Cached, Freshness, Lookup};
use crate::call::{CacheStatus, Outcome, ToolCall};
use crate::key::CacheKey;
use crate::registry::RegisteredTool;
use crate::tool::{Context, ToolSpec};

/// What the cache said of a call.
pub(super) enum LookedUp {
    /// Here is its outcome.
    Answered(Outcome),
    /// It has to run, and its result is not kept. It could start at that moment.
    Bypass(Box<Prepared>, Instant),
    /// It has to run.
    Uncached(Box<Uncached>),
}

/// A call that the cache did not answer.
pub(super) struct Uncached {
    pub(super) prepared: Prepared,
    /// Under what its result is kept.
    pub(super) keep: Keep,
    /// What may be served if the run fails.
    pub(super) spare: Option<Cached>,
    pub(super) started: Instant,
}

/// Under what a result is kept, and for how long.
#[derive(Debug, Clone)]
pub(super) struct Keep {
    pub(super) key: CacheKey,
    /// The state of what the call reads, from before it runs.
    pub(super) began: Began,
    pub(super) freshness: Freshness,
    /// How long past its TTL a result may be served when the tool fails.
    pub(super) if_error: Duration,
}

/// What the cache has for a key, as its tool has it.
enum Recalled {
    /// A result within its TTL.
    Fresh(Cached),
    /// A result past its TTL, which is served while a new one is fetched.
    Revalidate(Cached),
    /// Nothing to be served now; perhaps a result past its TTL.
    Nothing(Option<Cached>),
}

impl Inner {
    /// Whether results of the tool are kept.
    pub(super) fn is_cached(&self, spec: &ToolSpec) -> bool {
        self.levers.result_caching() && spec.ttl().is_some()
    }

    /// Whether calls of the tool at this place join batches.
    pub(super) fn is_batched(&self, place: usize) -> bool {
        let parts = self.parts.get(place).filter(|_| self.levers.batching());
        parts.is_some_and(|parts| parts.batches.is_some())
    }

    /// The answer of a call, if there is a fresh one: the short way, on which nothing is made but the outcome.
    pub(super) fn hit(
        &self,
        question: &Question<'_>,
        [id, name]: [&Arc<str>; 2],
        started: Instant,
    ) -> Option<Outcome> {
        let spec = question.tool().spec();
        let key = question.key.filter(|_| self.is_cached(spec))?;
        match self.cache.lookup(&key, started) {
            Lookup::Fresh(cached) => {
                let outcome = Self::answered([id, name], &cached, CacheStatus::Hit);
                Some(outcome.after(started))
            }
            _ => None,
        }
    }

    /// Asks the cache about a call whose effect nobody needs yet.
    pub(super) fn look_up_first(
        self: &Arc<Self>,
        caller: &Caller,
        call: &ToolCall,
        question: &Question<'_>,
        started: Instant,
    ) -> LookedUp {
        let spec = question.tool().spec();
        let key = question.key.filter(|_| self.is_cached(spec));
        let prepare = || Box::new(question.prepared(caller, call));
        self.conclude(call, spec, started, key, None, prepare)
    }

    /// Asks the cache about a call that was ordered among others.
    pub(super) fn look_up(self: &Arc<Self>, call: &ToolCall, prepared: Box<Prepared>) -> LookedUp {
        let started = Instant::now();
        let tools = self.registry.tools();
        let spec = tools.get(prepared.tool).map(RegisteredTool::spec);
        let Some(spec) = spec else {
            return LookedUp::Bypass(prepared, started);
        };
        let key = prepared.key.filter(|_| self.is_cached(spec));
        let outer = prepared.caller.outer();
        self.conclude(call, spec, started, key, outer.as_ref(), || prepared)
    }

    fn recall(&self, spec: &ToolSpec, key: &CacheKey, now: Instant) -> Recalled {
        match self.cache.lookup(key, now) {
            Lookup::Fresh(cached) => Recalled::Fresh(cached),
            Lookup::Stale(cached) => match spec.stale_while_revalidate() {
                Some(window) if cached.stale_for() < window => Recalled::Revalidate(cached),
                _ => Recalled::Nothing(Some(cached)),
            },
            Lookup::Expired | Lookup::Miss => Recalled::Nothing(None),
        }
    }

    fn conclude(
        self: &Arc<Self>,
        call: &ToolCall,
        spec: &ToolSpec,
        started: Instant,
        key: Option<CacheKey>,
        outer: Option<&Context>,
        prepare: impl FnOnce() -> Box<Prepared>,
    ) -> LookedUp {
        let Some(key) = key else {
            return LookedUp::Bypass(prepare(), started);
        };
        let of = [call.shared_id(), call.shared_name()];
        match self.recall(spec, &key, started) {
            Recalled::Fresh(cached) => {
                if let Some(outer) = outer {
                    outer.depends(cached.watched());
                }
                let outcome = Self::answered(of, &cached, CacheStatus::Hit);
                LookedUp::Answered(outcome.after(started))
            }
            Recalled::Revalidate(cached) => {
                if cached.may_refresh() {
                    let prepared = prepare();
                    let keep = self.keep(spec, key, &prepared);
                    self.refresh(call.clone(), *prepared, keep, cached.clone());
                }
                if let Some(outer) = outer {
                    outer.depends(cached.watched());
                }
                let outcome = Self::answered(of, &cached, CacheStatus::Stale);
                LookedUp::Answered(outcome.after(started))
            }
            Recalled::Nothing(stale) => {
                let prepared = prepare();
                let keep = self.keep(spec, key, &prepared);
                LookedUp::Uncached(Box::new(Uncached {
                    spare: stale.filter(|cached| cached.stale_for() < keep.if_error),
                    keep,
                    prepared: *prepared,
                    started,
                }))
            }
        }
    }

    fn keep(&self, spec: &ToolSpec, key: CacheKey, prepared: &Prepared) -> Keep {
        let while_revalidate = spec.stale_while_revalidate().unwrap_or_default();
        let if_error = spec.stale_if_error().unwrap_or_default();
        Keep {
            key,
            began: self.cache.begin(&prepared.reader()),
            freshness: Freshness {
                ttl: spec.ttl().unwrap_or_default(),
                stale: while_revalidate.max(if_error),
            },
            if_error,
        }
    }

    /// What the shared tier had that may be served if the run fails.
    pub(super) fn spare(&self, key: &CacheKey, if_error: Duration) -> Option<Cached> {
        if !self.cache.is_shared() || if_error.is_zero() {
            return None;
        }
        match self.cache.lookup(key, Instant::now()) {
            Lookup::Stale(cached) if cached.stale_for() < if_error => Some(cached),
            _ => None,
        }
    }

    /// The outcome that a spare gives a call whose run failed, unless what it read was written meanwhile.
    pub(super) fn fall_back(&self, call: &ToolCall, spare: &Cached) -> Option<Outcome> {
        let of = [call.shared_id(), call.shared_name()];
        let is_valid = self.cache.is_valid(spare);
        is_valid.then(|| Self::answered(of, spare, CacheStatus::Stale))
    }

    /// The outcome of a call by its id and its tool's name that a kept result answers.
    fn answered([id, name]: [&Arc<str>; 2], cached: &Cached, cache: CacheStatus) -> Outcome {
        let (content, age) = (cached.content(), cached.age());
        Outcome {
            cache,
            age: Some(age),
            ..Outcome::of(Arc::clone(id), Arc::clone(name), Ok(content.clone()))
        }
    }
}

/// How long a refresh that failed is not tried again.
pub(super) const REFRESH_PAUSE: Duration = Duration::from_secs(1);
