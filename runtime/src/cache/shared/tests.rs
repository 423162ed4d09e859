//! The cache in front of a tier that is slow to be told.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::super::tier::{Fetched, Found, Heard, Keeping, SharedTier, TierStats};
use super::super::{CacheOptions, Capacity, Lookup, Reader, Realm, ResultCache, Slot, Slots};
use crate::call::Content;
use crate::effect::Resource;
use crate::key::{CacheKey, KeyMaker, Scope};

/// A tier that has an old result until it is told of a write, which takes as long as the test likes.
struct Slow {
    may_be_told: Arc<Semaphore>,
}

#[async_trait]
impl SharedTier for Slow {
    async fn fetch(&self, _: &CacheKey, watch: &[Slot]) -> Fetched {
        Fetched {
            found: Some(Found {
                content: Content::plain("old"),
                age: Duration::ZERO,
                ttl: Duration::from_hours(1),
                stale: Duration::ZERO,
                watch: watch.into(),
            }),
            began: None,
        }
    }

    async fn keep(&self, _: &CacheKey, _: Keeping<'_>) {}

    async fn publish(&self, _: &[Slot]) {
        let permit = self.may_be_told.acquire().await.unwrap();
        permit.forget();
    }

    fn publish_later(&self, _: Vec<Slot>) {}

    fn trusts_memory(&self, _: Instant) -> bool {
        true
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn listen(&self, _: Arc<dyn Fn(Heard<'_>) + Send + Sync>) {}

    fn counters(&self) -> TierStats {
        TierStats::default()
    }
}

struct Try {
    cache: ResultCache,
    may_be_told: Arc<Semaphore>,
}

impl Try {
    fn new() -> Self {
        let may_be_told = Arc::new(Semaphore::new(0));
        let slots = Slots::new(&KeyMaker::new("test", b"").derive("slots"));
        let tier = Slow {
            may_be_told: Arc::clone(&may_be_told),
        };
        let cache = ResultCache::new(CacheOptions {
            capacity: Capacity {
                bytes: 1 << 20,
                entries: 1 << 20,
                entry_bytes: 1 << 20,
            },
            jitter: 0.0,
            slots,
            tools: 1,
            tier: Some(Arc::new(tier)),
        });
        Self { cache, may_be_told }
    }

    /// Gets the old result from the tier, and so into memory.
    async fn fetch(&self) {
        let mut began = self.cache.begin(&Reader {
            tool: "tool",
            tenant: None,
            realm: Realm::Common,
            reads: &[Resource::parse("order/A")],
        });
        let found = self.cache.fetch(&key(), &mut began, 0).await;
        assert_eq!(found.unwrap().content.text(), "old");
    }

    fn has_it(&self) -> bool {
        matches!(self.cache.lookup(&key(), Instant::now()), Lookup::Fresh(_))
    }

    fn write(&self) -> Vec<Slot> {
        let slots = self
            .cache
            .written(Realm::Common, &[Resource::parse("order/A")]);
        self.cache.invalidate(&slots);
        slots
    }
}

fn key() -> CacheKey {
    KeyMaker::new("test", b"").key("tool", 1, Scope::NoTenant, b"{}")
}

#[tokio::test(start_paused = true)]
async fn what_is_fetched_while_a_write_is_told_does_not_outlive_the_telling() {
    let test = Try::new();
    test.fetch().await;
    assert!(test.has_it());

    let slots = test.write();
    assert!(!test.has_it());
    let telling = async {
        test.cache.tell(&slots).await;
        assert!(!test.has_it(), "the write has been told");
    };
    let reading = async {
        test.fetch().await;
        assert!(test.has_it(), "the write has not ended yet");
        test.may_be_told.add_permits(1);
    };
    tokio::join!(telling, reading);
    assert!(!test.has_it());
}

#[tokio::test(start_paused = true)]
async fn nor_if_nobody_waits_for_the_telling_any_more() {
    let test = Try::new();
    let slots = test.write();
    let reading = async {
        test.fetch().await;
        assert!(test.has_it());
    };
    tokio::select! {
        biased;
        () = test.cache.tell(&slots) => unreachable!("it is never told"),
        () = reading => {}
    }
    assert!(!test.has_it());
}

#[tokio::test(start_paused = true)]
async fn what_is_fetched_before_a_write_is_to_be_told_later_does_not_outlive_it() {
    let test = Try::new();
    let slots = test.write();
    test.fetch().await;
    assert!(test.has_it());
    test.cache.tell_later(&slots);
    assert!(!test.has_it());
}
