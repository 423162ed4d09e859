//! The caches, behind one face. All have keys of 32 bytes and values of 200 bytes that a get shares.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use toolwright::__bench::{Key, Steps};
use toolwright::{Content, Harness, registry, tool};

use crate::rows::library;

/// A cache with its keys, which are called by their numbers.
pub(super) trait Store: Send + Sync + Sized + 'static {
    /// What the table calls it.
    fn label() -> String;

    /// An empty cache of so many entries, and so many keys.
    fn new(keys: usize, capacity: usize) -> Self;

    /// Whether a key is there.
    fn get(&self, key: usize) -> bool;

    /// Inserts a new value.
    fn insert(&self, key: usize);

    /// Frees the keys themselves.
    fn forget_keys(&mut self);
}

/// A value, allocated like a result.
pub(super) fn value(key: usize) -> Arc<str> {
    format!("{key:0>200}").into()
}

/// A digest, as a key of a result is one.
fn digest(key: usize) -> [u8; 32] {
    *blake3::hash(&key.to_le_bytes()).as_bytes()
}

/// Look up the total of an order.
#[tool(ttl = "1h", tenant_scoped, reads = "order/{order}")]
async fn stored_total(
    /// The order.
    order: u64,
) -> u64 {
    order
}

/// The result cache.
pub(super) struct Ours {
    harness: Harness,
    steps: Steps,
    keys: Vec<Key>,
}

impl Ours {
    /// A cache that holds as much as one does by default.
    pub(super) fn by_default(keys: usize) -> Self {
        Self::of(keys, |builder| builder)
    }

    fn of(
        keys: usize,
        options: impl FnOnce(toolwright::HarnessBuilder) -> toolwright::HarnessBuilder,
    ) -> Self {
        let registry = registry![stored_total].expect("the tool is declared right");
        let harness = options(Harness::builder(registry)).build();
        let harness = harness.expect("the tool needs no state");
        let steps = Steps::new(&harness, "acme");
        let key = |order| steps.key("stored_total", &format!(r#"{{"order":{order}}}"#));
        let keys = (0..keys).map(|order| key(order).expect("the arguments are right"));
        Self {
            keys: keys.collect(),
            harness,
            steps,
        }
    }

    /// How many bytes the cache says that it holds.
    pub(super) fn says(&self) -> u64 {
        self.harness.stats().cache_bytes
    }
}

impl Store for Ours {
    fn label() -> String {
        "ours".to_owned()
    }

    fn new(keys: usize, capacity: usize) -> Self {
        // Room enough for the entries: their number is what limits it.
        Self::of(keys, |builder| {
            builder
                .cache_entries(capacity as u64)
                .cache_capacity(capacity as u64 * 1024)
        })
    }

    fn get(&self, key: usize) -> bool {
        black_box(self.steps.get(&self.keys[key])).is_some()
    }

    fn insert(&self, key: usize) {
        let content = Content::plain(value(key));
        self.steps.keep(self.keys[key], &content);
    }

    fn forget_keys(&mut self) {
        self.keys = Vec::new();
    }
}

/// moka, with a TTL.
pub(super) struct Moka {
    cache: moka::sync::Cache<[u8; 32], Arc<str>>,
    keys: Vec<[u8; 32]>,
}

impl Moka {
    /// Does what it puts off.
    pub(super) fn settle(&self) {
        self.cache.run_pending_tasks();
    }
}

impl Store for Moka {
    fn label() -> String {
        library("moka")
    }

    fn new(keys: usize, capacity: usize) -> Self {
        let builder = moka::sync::Cache::builder().max_capacity(capacity as u64);
        Self {
            cache: builder.time_to_live(Duration::from_hours(1)).build(),
            keys: (0..keys).map(digest).collect(),
        }
    }

    fn get(&self, key: usize) -> bool {
        black_box(self.cache.get(&self.keys[key])).is_some()
    }

    fn insert(&self, key: usize) {
        self.cache.insert(self.keys[key], value(key));
    }

    fn forget_keys(&mut self) {
        self.keys = Vec::new();
    }
}

/// quick_cache, which knows no TTL.
pub(super) struct Quick {
    cache: quick_cache::sync::Cache<[u8; 32], Arc<str>>,
    keys: Vec<[u8; 32]>,
}

impl Store for Quick {
    fn label() -> String {
        library("quick_cache")
    }

    fn new(keys: usize, capacity: usize) -> Self {
        Self {
            cache: quick_cache::sync::Cache::new(capacity),
            keys: (0..keys).map(digest).collect(),
        }
    }

    fn get(&self, key: usize) -> bool {
        black_box(self.cache.get(&self.keys[key])).is_some()
    }

    fn insert(&self, key: usize) {
        self.cache.insert(self.keys[key], value(key));
    }

    fn forget_keys(&mut self) {
        self.keys = Vec::new();
    }
}
