//! The cache alone.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::advance;

use super::generations::Generations;
use super::{Cached, Capacity, Freshness, Lookup, Realm, ResultCache};
use crate::call::{Content, Part};
use crate::effect::Resource;
use crate::key::{CacheKey, KeyMaker, Scope};

const MINUTE: Duration = Duration::from_mins(1);
const MOMENT: Duration = Duration::from_millis(1);

fn key(name: &str) -> CacheKey {
    KeyMaker::new("test", b"").key(name, 1, Scope::NoTenant, b"{}")
}

fn resources(paths: &str) -> Vec<Resource> {
    paths
        .split(',')
        .filter(|path| !path.is_empty())
        .map(Resource::parse)
        .collect()
}

const CAPACITY: Capacity = Capacity {
    bytes: 1 << 20,
    entries: 1 << 20,
    entry_bytes: 1 << 20,
};
const A_MINUTE: Freshness = Freshness {
    ttl: MINUTE,
    stale: Duration::ZERO,
};

/// A lookup without what only programs need.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Fresh(String),
    Stale(String),
    Expired,
    Miss,
}

fn seen(lookup: &Lookup) -> Seen {
    let text = |cached: &Cached| cached.content().text().to_owned();
    match lookup {
        Lookup::Fresh(cached) => Seen::Fresh(text(cached)),
        Lookup::Stale(cached) => Seen::Stale(text(cached)),
        Lookup::Expired => Seen::Expired,
        Lookup::Miss => Seen::Miss,
    }
}

struct Try {
    cache: ResultCache,
}

impl Try {
    fn new() -> Self {
        Self::of(CAPACITY)
    }

    fn of(capacity: Capacity) -> Self {
        Self {
            cache: ResultCache::new(capacity),
        }
    }

    fn put(&self, realm: Realm<'_>, reads: &str) {
        self.put_for(A_MINUTE, realm, reads);
    }

    fn put_for(&self, freshness: Freshness, realm: Realm<'_>, reads: &str) {
        let began = self.cache.begin(realm, &resources(reads));
        self.cache
            .publish(key("k"), Content::plain("old"), freshness, began);
    }

    fn get(&self, realm: Realm<'_>, reads: &str) -> Seen {
        seen(&self.cache.lookup(&key("k"), realm, || resources(reads)))
    }

    /// Keeps a result that reads nothing.
    fn fill(&self, name: &str, content: Content) {
        let began = self.cache.begin(Realm::Common, &[]);
        self.cache.publish(key(name), content, A_MINUTE, began);
    }

    fn has(&self, name: &str) -> bool {
        let lookup = self.cache.lookup(&key(name), Realm::Common, Vec::new);
        matches!(lookup, Lookup::Fresh(_))
    }
}

fn hit() -> Seen {
    Seen::Fresh("old".to_owned())
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn c4_fresh_until_the_very_end_of_the_ttl_then_stale_then_gone() {
    let cache = Try::new();
    assert_eq!(cache.get(Realm::Common, "order/A"), Seen::Miss);
    let freshness = Freshness {
        ttl: MINUTE,
        stale: MINUTE * 2,
    };
    cache.put_for(freshness, Realm::Common, "order/A");
    advance(MINUTE.saturating_sub(MOMENT)).await;
    assert_eq!(cache.get(Realm::Common, "order/A"), hit());
    advance(MOMENT).await;
    let stale = Seen::Stale("old".to_owned());
    assert_eq!(cache.get(Realm::Common, "order/A"), stale);
    advance((MINUTE * 2).saturating_sub(MOMENT)).await;
    assert_eq!(cache.get(Realm::Common, "order/A"), stale);
    advance(MOMENT).await;
    assert_eq!(cache.get(Realm::Common, "order/A"), Seen::Expired);
    // It was removed when it was met.
    assert_eq!(cache.get(Realm::Common, "order/A"), Seen::Miss);
    assert_eq!(get(&cache.cache.counters().expired), 1);
}

#[tokio::test(start_paused = true)]
async fn a_result_knows_its_age_and_when_to_be_refreshed() {
    let cache = Try::new();
    let freshness = Freshness {
        ttl: MINUTE,
        stale: MINUTE * 9,
    };
    cache.put_for(freshness, Realm::Common, "");
    advance(MINUTE * 3).await;
    let lookup = || match cache.cache.lookup(&key("k"), Realm::Common, Vec::new) {
        Lookup::Stale(cached) => cached,
        other => panic!("it is stale, not {other:?}"),
    };
    assert_eq!(lookup().age(), MINUTE * 3);
    assert_eq!(lookup().stale_for(), MINUTE * 2);
    assert!(lookup().may_refresh());
    lookup().back_off(MINUTE);
    assert!(!lookup().may_refresh());
    advance(MINUTE).await;
    assert!(lookup().may_refresh());
}

#[tokio::test(start_paused = true)]
async fn c5_a_new_result_takes_the_place_of_the_old_and_begins_its_ttl() {
    let cache = Try::new();
    cache.put(Realm::Common, "");
    advance(MINUTE / 2).await;
    let began = cache.cache.begin(Realm::Common, &[]);
    let new = Content::plain("new");
    cache.cache.publish(key("k"), new, A_MINUTE, began);
    advance(MINUTE.saturating_sub(MOMENT)).await;
    assert_eq!(cache.get(Realm::Common, ""), Seen::Fresh("new".to_owned()));
}

#[tokio::test]
async fn what_a_call_reads_is_asked_for_only_after_a_write() {
    let cache = Try::new();
    cache.put(Realm::Common, "order/A");
    let asked = Cell::new(0);
    let lookup = || {
        let reads = || {
            asked.set(asked.get() + 1);
            resources("order/A")
        };
        seen(&cache.cache.lookup(&key("k"), Realm::Common, reads))
    };
    assert_eq!((lookup(), asked.get()), (hit(), 0));
    cache.cache.invalidate(Realm::Common, &resources("order/B"));
    assert_eq!((lookup(), asked.get()), (hit(), 1));
    assert_eq!((lookup(), asked.get()), (hit(), 1));
    cache.cache.invalidate(Realm::Common, &resources("order/A"));
    assert_eq!((lookup(), asked.get()), (Seen::Miss, 2));
    assert_eq!(get(&cache.cache.counters().invalidated), 1);
}

#[track_caller]
fn check_write(reads: &str, writes: &str, after: &Seen) {
    let cache = Try::new();
    cache.put(Realm::Common, reads);
    cache.cache.invalidate(Realm::Common, &resources(writes));
    assert_eq!(
        cache.get(Realm::Common, reads),
        *after,
        "reads {reads}, writes {writes}"
    );
}

#[tokio::test]
async fn a_write_takes_what_overlaps() {
    check_write("order/A", "order/A", &Seen::Miss);
    check_write("order/A", "order/*", &Seen::Miss);
    check_write("order/A", "*", &Seen::Miss);
    check_write("order/*", "order/A", &Seen::Miss);
    check_write("order/A/items", "order/A", &Seen::Miss);
    check_write("order/A", "order/A/items/3", &Seen::Miss);
    check_write("*", "order/A", &Seen::Miss);
    check_write("balance/7,order/A", "order/A", &Seen::Miss);
    check_write("order/A", "order/B", &hit());
    check_write("order/A", "balance/A", &hit());
    check_write("order/A/items", "order/A/notes", &hit());
    check_write("", "*", &hit());
}

#[track_caller]
fn check_realms(reader: Realm<'_>, writer: Realm<'_>, after: &Seen) {
    let cache = Try::new();
    cache.put(reader, "order/A");
    cache.cache.invalidate(writer, &resources("order/A"));
    assert_eq!(
        cache.get(reader, "order/A"),
        *after,
        "{reader:?} reads, {writer:?} writes"
    );
}

#[tokio::test]
async fn only_two_tenants_own_resources_are_apart() {
    let (acme, globex) = (Realm::Tenant("acme"), Realm::Tenant("globex"));
    check_realms(acme, acme, &Seen::Miss);
    check_realms(acme, globex, &hit());
    check_realms(acme, Realm::Common, &Seen::Miss);
    check_realms(Realm::Common, acme, &Seen::Miss);
    check_realms(Realm::Common, Realm::Common, &Seen::Miss);
}

#[tokio::test]
async fn c8_a_read_that_began_before_a_write_ended_is_not_served() {
    let cache = Try::new();
    let before = cache.cache.begin(Realm::Common, &resources("order/A"));
    cache.cache.invalidate(Realm::Common, &resources("order/A"));
    let old = Content::plain("old");
    cache.cache.publish(key("k"), old, A_MINUTE, before);
    assert_eq!(cache.get(Realm::Common, "order/A"), Seen::Miss);
    cache.put(Realm::Common, "order/A");
    assert_eq!(cache.get(Realm::Common, "order/A"), hit());
}

#[tokio::test]
async fn c2_bytes_are_bounded_and_what_goes_is_counted() {
    let cache = Try::of(Capacity {
        bytes: 64 * 1024,
        ..CAPACITY
    });
    for index in 0..1000 {
        cache.fill(&index.to_string(), Content::plain("x".repeat(1024)));
    }
    let kept = (0..1000).filter(|index| cache.has(&index.to_string()));
    let kept = kept.count() as u64;
    assert!((1..=64).contains(&kept), "{kept} kilobytes in 64");
    let (entries, bytes) = cache.cache.size();
    assert_eq!(entries, kept);
    assert!(bytes <= 64 * 1024, "{bytes}");
    assert_eq!(get(&cache.cache.counters().evicted), 1000 - kept);
}

#[tokio::test]
async fn c2_the_number_of_entries_is_bounded() {
    let cache = Try::of(Capacity {
        entries: 100,
        ..CAPACITY
    });
    for index in 0..1000 {
        cache.fill(&index.to_string(), Content::plain("x"));
    }
    let (entries, _) = cache.cache.size();
    assert!((50..=100).contains(&entries), "{entries}");
}

#[tokio::test]
async fn c2_what_is_too_large_is_refused_and_counted() {
    let cache = Try::of(Capacity {
        entry_bytes: 1024,
        ..CAPACITY
    });
    cache.fill("k", Content::plain("small"));
    assert!(cache.has("k"));
    cache.fill("k", Content::plain("x".repeat(1024)));
    // Nor is the older one served, which it should have replaced.
    assert!(!cache.has("k"));
    let image = Part::image("image/png", vec![0; 1024]).unwrap();
    cache.fill("image", Content::from(image));
    assert!(!cache.has("image"), "an image weighs what it is encoded as");
    assert_eq!(get(&cache.cache.counters().refused), 2);
}

#[tokio::test]
async fn c1_a_cache_without_room_keeps_nothing() {
    let cache = Try::of(Capacity {
        bytes: 0,
        ..CAPACITY
    });
    cache.fill("k", Content::plain("x"));
    assert!(!cache.has("k"));
}

#[tokio::test(start_paused = true)]
async fn what_is_never_asked_for_again_is_swept_out() {
    let cache = Try::new();
    for index in 0..100 {
        cache.fill(&index.to_string(), Content::plain("x"));
    }
    advance(MINUTE * 2).await;
    cache.fill("new", Content::plain("x"));
    while cache.cache.size().0 > 1 {
        tokio::task::yield_now().await;
    }
    assert!(cache.has("new"));
    assert_eq!(get(&cache.cache.counters().expired), 100);
}

#[test]
fn counters_are_bounded_and_forgetting_them_never_brings_a_result_back() {
    let generations = Generations::with_most(8);
    let read = resources("order/A");
    let mut seen = vec![generations.snapshot(Realm::Common, &read)];
    for index in 0..100 {
        // Each write moves three counters: its own, and two above it.
        let before = generations.snapshot(Realm::Common, &read);
        generations.bump(Realm::Common, &Resource::parse(&format!("balance/{index}")));
        let other = generations.snapshot(Realm::Common, &read);
        assert!(
            other == before || !seen.contains(&other),
            "a state of before came back"
        );
        generations.bump(Realm::Common, &Resource::parse("order/A"));
        let now = generations.snapshot(Realm::Common, &read);
        assert!(!seen.contains(&now), "a state of before came back");
        seen.push(now);
        assert!(generations.len() <= 8 + 3, "{} counters", generations.len());
    }
}
