//! What the result cache says of a call before it runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Inner;
use super::prepare::{Prepared, Question};
use crate::cache::{Began, Cached, Freshness, Lookup, Realm};
use crate::call::{CacheStatus, Outcome, ToolCall};
use crate::effect::Resource;
use crate::key::CacheKey;
use crate::registry::RegisteredTool;
use crate::tool::{SessionFacts, ToolSpec};

/// What the cache said of a call.
pub(super) enum LookedUp {
    /// Here is its outcome.
    Answered(Outcome),
    /// It has to run.
    Uncached(Box<Uncached>),
}

/// A call that the cache did not answer.
pub(super) struct Uncached {
    pub(super) prepared: Prepared,
    /// Under what its result is kept; none for a tool that is not cached.
    pub(super) keep: Option<Keep>,
    /// What may be served if the run fails.
    pub(super) spare: Option<Spare>,
    pub(super) started: Instant,
}

/// Under what a result is kept, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keep {
    pub(super) key: CacheKey,
    /// The state of what the call reads, from before it runs.
    pub(super) began: Began,
    pub(super) freshness: Freshness,
}

/// A result past its TTL, which its tool allows to be served when it fails.
pub(super) struct Spare {
    cached: Cached,
    tenant: Option<Arc<str>>,
    reads: Vec<Resource>,
}

/// What the cache has for a key, as its tool has it.
pub(super) enum Recalled {
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

    /// Asks the cache about a call whose effect nobody needs yet.
    pub(super) fn look_up_first(
        self: &Arc<Self>,
        session: &SessionFacts,
        call: &ToolCall,
        question: &Question<'_>,
    ) -> LookedUp {
        let started = Instant::now();
        let spec = question.tool().spec();
        let key = question.key.filter(|_| self.is_cached(spec));
        let recalled = key.map(|key| (key, self.recall_question(&key, question)));
        let prepare = || question.prepared(session, call);
        self.conclude(call, spec, started, recalled, prepare)
    }

    /// Asks the cache about a call that was ordered among others.
    pub(super) fn look_up(self: &Arc<Self>, call: &ToolCall, prepared: Prepared) -> LookedUp {
        let started = Instant::now();
        let tools = self.registry.tools();
        let spec = tools.get(prepared.tool).map(RegisteredTool::spec);
        let Some(spec) = spec else {
            return LookedUp::Uncached(Box::new(Uncached::not_kept(prepared, started)));
        };
        let key = prepared.key.filter(|_| self.is_cached(spec));
        let reads = || prepared.effect.reads.clone();
        let recalled = key.map(|key| (key, self.recall(spec, &key, prepared.realm(), reads)));
        self.conclude(call, spec, started, recalled, || prepared)
    }

    pub(super) fn recall_question(&self, key: &CacheKey, question: &Question<'_>) -> Recalled {
        let spec = question.tool().spec();
        self.recall(spec, key, question.realm(), || question.reads())
    }

    fn recall(
        &self,
        spec: &ToolSpec,
        key: &CacheKey,
        realm: Realm<'_>,
        reads: impl FnOnce() -> Vec<Resource>,
    ) -> Recalled {
        match self.cache.lookup(key, realm, reads) {
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
        recalled: Option<(CacheKey, Recalled)>,
        prepare: impl FnOnce() -> Prepared,
    ) -> LookedUp {
        let Some((key, recalled)) = recalled else {
            return LookedUp::Uncached(Box::new(Uncached::not_kept(prepare(), started)));
        };
        match recalled {
            Recalled::Fresh(cached) => {
                let outcome = answered(call, &cached, CacheStatus::Hit);
                LookedUp::Answered(outcome.after(started))
            }
            Recalled::Revalidate(cached) => {
                if cached.may_refresh() {
                    let prepared = prepare();
                    let keep = self.keep(spec, key, &prepared);
                    self.refresh(call.clone(), prepared, keep, cached.clone());
                }
                let outcome = answered(call, &cached, CacheStatus::Stale);
                LookedUp::Answered(outcome.after(started))
            }
            Recalled::Nothing(stale) => {
                let prepared = prepare();
                let window = spec.stale_if_error().unwrap_or_default();
                let spare = stale.filter(|cached| cached.stale_for() < window);
                LookedUp::Uncached(Box::new(Uncached {
                    keep: Some(self.keep(spec, key, &prepared)),
                    spare: spare.map(|cached| Spare::new(cached, &prepared)),
                    prepared,
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
            began: self.cache.begin(prepared.realm(), &prepared.effect.reads),
            freshness: Freshness {
                ttl: spec.ttl().unwrap_or_default(),
                stale: while_revalidate.max(if_error),
            },
        }
    }

    /// The outcome that a spare gives a call whose run failed, unless what it read was written meanwhile.
    pub(super) fn fall_back(&self, call: &ToolCall, spare: Spare) -> Option<Outcome> {
        let Spare {
            cached,
            tenant,
            reads,
        } = spare;
        let realm = tenant.as_deref().map_or(Realm::Common, Realm::Tenant);
        let is_valid = self.cache.is_valid(&cached, realm, &reads);
        is_valid.then(|| answered(call, &cached, CacheStatus::Stale))
    }
}

impl Uncached {
    fn not_kept(prepared: Prepared, started: Instant) -> Self {
        Self {
            prepared,
            keep: None,
            spare: None,
            started,
        }
    }
}

impl Spare {
    fn new(cached: Cached, prepared: &Prepared) -> Self {
        let tenant = match prepared.realm() {
            Realm::Tenant(_) => prepared.facts.tenant.clone(),
            Realm::Common => None,
        };
        Self {
            cached,
            tenant,
            reads: prepared.effect.reads.clone(),
        }
    }
}

fn answered(call: &ToolCall, cached: &Cached, cache: CacheStatus) -> Outcome {
    Outcome {
        cache,
        age: Some(cached.age()),
        ..Outcome::new(call, Ok(cached.content().clone()))
    }
}

/// How long a refresh that failed is not tried again.
pub(super) const REFRESH_PAUSE: Duration = Duration::from_secs(1);
