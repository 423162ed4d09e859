//! One call from the cache to its outcome.

use std::sync::Arc;

use tokio::time::Instant;

use super::Inner;
use super::prepare::Prepared;
use crate::batch::Load;
use crate::cache::{Lookup, Snapshot};
use crate::call::{BatchFacts, CacheStatus, Outcome, ToolCall};
use crate::error::{ErrorKind, ToolError};
use crate::tool::{Call, Reply};

/// What the cache said of a call.
pub(super) enum LookedUp {
    /// Here is its outcome.
    Hit(Outcome),
    /// It has to run.
    Uncached(Uncached),
}

/// A call that the cache did not answer.
pub(super) struct Uncached {
    prepared: Prepared,
    status: CacheStatus,
    /// The generation of what the call reads, from before it runs; none for a tool that is not cached.
    snapshot: Option<Snapshot>,
    started: Instant,
}

impl Uncached {
    /// Whether the call writes anything.
    pub(super) fn writes(&self) -> bool {
        !self.prepared.effect.writes.is_empty()
    }
}

impl Inner {
    /// Asks the cache. What it cannot answer can be run.
    pub(super) fn look_up(&self, call: &ToolCall, prepared: Prepared) -> LookedUp {
        let started = Instant::now();
        let is_cached = self.levers.result_caching()
            && self
                .spec(&prepared)
                .is_some_and(|spec| spec.ttl().is_some());
        let Some(key) = prepared.key.filter(|_| is_cached) else {
            return LookedUp::Uncached(Uncached {
                prepared,
                status: CacheStatus::Bypass,
                snapshot: None,
                started,
            });
        };
        // Before the look-up and before the run: a write that ends after this moment is seen by both.
        let snapshot = self
            .cache
            .snapshot(prepared.realm(), &prepared.effect.reads);
        let status = match self.cache.lookup(&key, snapshot) {
            Lookup::Hit(content) => {
                let outcome = Outcome {
                    cache: CacheStatus::Hit,
                    elapsed: started.elapsed(),
                    ..Outcome::new(call, Ok(content))
                };
                return LookedUp::Hit(outcome);
            }
            Lookup::Stale => CacheStatus::Stale,
            Lookup::Miss => CacheStatus::Miss,
        };
        LookedUp::Uncached(Uncached {
            prepared,
            status,
            snapshot: Some(snapshot),
            started,
        })
    }

    fn spec(&self, prepared: &Prepared) -> Option<&crate::tool::ToolSpec> {
        self.registry
            .tools()
            .get(prepared.tool)
            .map(crate::registry::RegisteredTool::spec)
    }

    /// Runs a call, keeps its result and invalidates what it wrote.
    pub(super) async fn run(self: Arc<Self>, call: ToolCall, uncached: Uncached) -> Outcome {
        let Uncached {
            prepared,
            status,
            snapshot,
            started,
        } = uncached;
        let (ttl, key) = (
            self.spec(&prepared).and_then(crate::tool::ToolSpec::ttl),
            prepared.key,
        );
        let written = Written {
            inner: &self,
            prepared: &prepared,
        };
        let (result, batch) = self.answer(&call, &prepared).await;
        // Before anyone sees the outcome: a read that begins after it must not see what was before.
        drop(written);
        if let (Some(key), Some(snapshot), Some(ttl), Ok(content)) = (key, snapshot, ttl, &result) {
            self.cache.publish(key, content.clone(), ttl, snapshot);
        }
        Outcome {
            cache: status,
            batch,
            elapsed: started.elapsed(),
            ..Outcome::new(&call, result)
        }
    }

    async fn answer(&self, call: &ToolCall, prepared: &Prepared) -> (Reply, Option<BatchFacts>) {
        let Some(tool) = self.registry.tools().get(prepared.tool) else {
            return (
                Err(ToolError::new(
                    ErrorKind::Internal,
                    "the tool left its registry",
                )),
                None,
            );
        };
        if let Some(function) = tool.spec().batch_call()
            && self.levers.batching()
        {
            let one = Call::new(prepared.context(self, call), prepared.args.clone());
            let key = match function.key(&one) {
                Ok(key) => key,
                Err(error) => return (Err(error), None),
            };
            let load = Load {
                group: prepared.group(),
                function,
                context: one.context().of_batch(),
                // Two identical writes are two writes.
                same: prepared.key.filter(|_| prepared.effect.writes.is_empty()),
                key,
            };
            return match self.loader.load(load).await {
                Ok((reply, facts)) => (reply, Some(facts)),
                Err(error) => (Err(error), None),
            };
        }
        let _permit = self.permits.acquire().await;
        self.counters.run();
        let context = prepared.context(self, call);
        (
            tool.entry()
                .call(Call::new(context, prepared.args.clone()))
                .await,
            None,
        )
    }
}

/// Invalidates what a call writes when it ends, in whatever way: a write that failed, panicked or was cancelled may
/// have written.
struct Written<'r> {
    inner: &'r Inner,
    prepared: &'r Prepared,
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        self.inner
            .cache
            .invalidate(self.prepared.realm(), &self.prepared.effect.writes);
    }
}
