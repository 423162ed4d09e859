//! Not public API: single steps of a call, which the benchmarks in `benches/` measure one by one.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Harness, Inner};
use crate::cache::{Freshness, Lookup, Reader, Realm};
use crate::call::Content;
use crate::key::CacheKey;

/// The steps of the calls of one tenant's session.
#[derive(Clone)]
pub struct Steps {
    inner: Arc<Inner>,
    tenant: Arc<str>,
}

/// The key of a call's result.
#[derive(Clone, Copy)]
pub struct Key(CacheKey);

impl Steps {
    /// The steps of a session of this tenant.
    #[must_use]
    pub fn new(harness: &Harness, tenant: &str) -> Self {
        Self {
            inner: Arc::clone(&harness.inner),
            tenant: tenant.into(),
        }
    }

    /// From the text of the arguments to the key, with every check of the arguments; none for a call that is refused or
    /// has no key.
    #[must_use]
    pub fn key(&self, tool: &str, arguments: &str) -> Option<Key> {
        let question = self.inner.ask(Some(&self.tenant), tool, arguments).ok()?;
        question.key.map(Key)
    }

    /// Looks a key up in the result cache, and at the clock, as a call does.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Content> {
        match self.inner.cache.lookup(&key.0, Instant::now()) {
            Lookup::Fresh(cached) => Some(cached.content().clone()),
            _ => None,
        }
    }

    /// Keeps a result of the harness's first tool for an hour. Its run read nothing.
    pub fn keep(&self, key: Key, content: &Content) {
        let reader = Reader {
            tool: "",
            tenant: Some(&*self.tenant),
            realm: Realm::Common,
            reads: &[],
        };
        let freshness = Freshness {
            ttl: Duration::from_hours(1),
            stale: Duration::ZERO,
        };
        let cache = &self.inner.cache;
        cache.publish(key.0, content, freshness, &cache.begin(&reader), 0);
    }
}
