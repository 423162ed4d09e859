//! Writes and results: nothing from before a write is found after it has returned.

use std::sync::Arc;
use std::time::Duration;

use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;
use tokio::time::Instant;

use super::check;
use crate::cache::generations::Generations;
use crate::cache::{CacheOptions, Capacity, Freshness, Lookup, Reader, Realm, ResultCache, Slots};
use crate::call::Content;
use crate::effect::Resource;
use crate::key::{CacheKey, KeyMaker, Scope};

/// A cache, the truth that results are made of, and which version of it was there for sure at any time.
struct World {
    cache: ResultCache,
    truth: AtomicU64,
    returned: AtomicU64,
}

impl World {
    fn new() -> Arc<Self> {
        let options = CacheOptions {
            capacity: Capacity {
                bytes: 1 << 20,
                entries: 1 << 10,
                entry_bytes: 1 << 20,
            },
            jitter: 0.0,
            slots: Slots::new(&[7; 32]),
            tools: 1,
            tier: None,
        };
        Arc::new(Self {
            cache: ResultCache::new(options),
            truth: AtomicU64::new(0),
            returned: AtomicU64::new(0),
        })
    }

    fn key() -> CacheKey {
        KeyMaker::new("model", b"").key("tool", 1, Scope::NoTenant, b"{}")
    }

    /// Asks the cache, as a call does. Fails if it has what was before a write that had returned.
    fn ask(&self) -> bool {
        let sure = self.returned.load(Ordering::SeqCst);
        let Lookup::Fresh(cached) = self.cache.lookup(&Self::key(), Instant::now()) else {
            return false;
        };
        let found: u64 = cached.content().text().parse().expect("a version");
        assert!(
            found >= sure,
            "version {found} was found after version {sure} had returned"
        );
        true
    }

    /// Makes a result and keeps it, as a run does.
    fn run(&self) {
        let reader = Reader {
            tool: "tool",
            tenant: None,
            realm: Realm::Common,
            reads: &[Resource::parse("order/a")],
        };
        let began = self.cache.begin(&reader);
        let version = self.truth.load(Ordering::SeqCst);
        let content = Content::plain(version.to_string());
        let freshness = Freshness {
            ttl: Duration::from_hours(1),
            stale: Duration::ZERO,
        };
        self.cache
            .publish(Self::key(), &content, freshness, &began, 0);
    }

    /// Changes the truth and says so, as a write does.
    fn write(&self, version: u64, resource: &str) {
        self.truth.fetch_max(version, Ordering::SeqCst);
        let slots = self
            .cache
            .written(Realm::Common, &[Resource::parse(resource)]);
        self.cache.invalidate(&slots);
        self.returned.fetch_max(version, Ordering::SeqCst);
    }

    /// Writes what nothing here reads.
    fn write_elsewhere(&self) {
        let slots = self
            .cache
            .written(Realm::Common, &[Resource::parse("customer/b")]);
        self.cache.invalidate(&slots);
    }
}

/// Two who ask and make results, one who writes what they read, one who writes something else.
#[test]
fn no_result_from_before_a_write_is_found_after_it() {
    check(|| {
        let world = World::new();
        let mut threads = Vec::new();
        for _ in 0..2 {
            let world = Arc::clone(&world);
            threads.push(thread::spawn(move || {
                for _ in 0..3 {
                    if !world.ask() {
                        world.run();
                    }
                }
            }));
        }
        let writer = Arc::clone(&world);
        threads.push(thread::spawn(move || {
            writer.write(1, "order/*");
            writer.write(2, "order/a");
        }));
        let other = Arc::clone(&world);
        threads.push(thread::spawn(move || other.write_elsewhere()));
        for thread in threads {
            thread.join().expect("no thread breaks");
        }
        world.ask();
    });
}

/// Writes to more slots than are kept: who forgets them all never forgets a write that has returned.
#[test]
fn no_write_is_lost_while_slots_are_forgotten() {
    check(|| {
        let generations = Arc::new(Generations::with_most(1));
        let mut threads = Vec::new();
        for slot in 1..=3 {
            let generations = Arc::clone(&generations);
            threads.push(thread::spawn(move || {
                for _ in 0..2 {
                    // A result whose run begins before the write.
                    let began = generations.now();
                    generations.write(&[slot]);
                    assert!(
                        generations.last(&[slot]) > began,
                        "the write to {slot} is lost"
                    );
                }
            }));
        }
        for thread in threads {
            thread.join().expect("no thread breaks");
        }
    });
}

/// Whoever sees the same count twice knows that no write has returned between the two.
#[test]
fn the_count_of_writes_tells_of_every_one() {
    check(|| {
        let generations = Arc::new(Generations::with_most(100));
        let returned = Arc::new(AtomicU64::new(0));
        let writer = {
            let (generations, returned) = (Arc::clone(&generations), Arc::clone(&returned));
            thread::spawn(move || {
                for count in 1..=2 {
                    generations.write(&[1, 2]);
                    returned.store(count, Ordering::SeqCst);
                }
            })
        };
        for _ in 0..3 {
            // As a lookup does: the count, then the slots.
            let recorded = generations.recorded();
            let last = generations.last(&[1, 2]);
            let sure = returned.load(Ordering::SeqCst);
            if generations.recorded() == recorded {
                assert!(
                    last >= sure,
                    "{sure} writes had returned, and the slots told of {last}"
                );
            }
        }
        writer.join().expect("no thread breaks");
    });
}
