//! The cache alone.

use std::time::Duration;

use tokio::time::{advance, pause};

use super::generations::Generations;
use super::{Lookup, Realm, ResultCache};
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

struct Try {
    cache: ResultCache,
}

impl Try {
    fn new() -> Self {
        Self {
            cache: ResultCache::new(1 << 20),
        }
    }

    fn put(&self, realm: Realm<'_>, reads: &str) {
        let snapshot = self.cache.snapshot(realm, &resources(reads));
        self.cache
            .publish(key("k"), Content::plain("old"), MINUTE, snapshot);
    }

    fn get(&self, realm: Realm<'_>, reads: &str) -> Lookup {
        self.cache
            .lookup(&key("k"), self.cache.snapshot(realm, &resources(reads)))
    }
}

fn hit() -> Lookup {
    Lookup::Hit(Content::plain("old"))
}

#[tokio::test]
async fn fresh_until_the_very_end_of_the_ttl() {
    pause();
    let cache = Try::new();
    assert_eq!(cache.get(Realm::Common, "order/A"), Lookup::Miss);
    cache.put(Realm::Common, "order/A");
    advance(MINUTE.saturating_sub(MOMENT)).await;
    assert_eq!(cache.get(Realm::Common, "order/A"), hit());
    advance(MOMENT).await;
    assert_eq!(cache.get(Realm::Common, "order/A"), Lookup::Stale);
}

#[track_caller]
fn check_write(reads: &str, writes: &str, after: &Lookup) {
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
    check_write("order/A", "order/A", &Lookup::Miss);
    check_write("order/A", "order/*", &Lookup::Miss);
    check_write("order/A", "*", &Lookup::Miss);
    check_write("order/*", "order/A", &Lookup::Miss);
    check_write("order/A/items", "order/A", &Lookup::Miss);
    check_write("order/A", "order/A/items/3", &Lookup::Miss);
    check_write("*", "order/A", &Lookup::Miss);
    check_write("balance/7,order/A", "order/A", &Lookup::Miss);
    check_write("order/A", "order/B", &hit());
    check_write("order/A", "balance/A", &hit());
    check_write("order/A/items", "order/A/notes", &hit());
    check_write("", "*", &hit());
}

#[track_caller]
fn check_realms(reader: Realm<'_>, writer: Realm<'_>, after: &Lookup) {
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
    check_realms(acme, acme, &Lookup::Miss);
    check_realms(acme, globex, &hit());
    check_realms(acme, Realm::Common, &Lookup::Miss);
    check_realms(Realm::Common, acme, &Lookup::Miss);
    check_realms(Realm::Common, Realm::Common, &Lookup::Miss);
}

#[tokio::test]
async fn a_read_that_began_before_a_write_ended_is_not_served() {
    let cache = Try::new();
    let before = cache.cache.snapshot(Realm::Common, &resources("order/A"));
    cache.cache.invalidate(Realm::Common, &resources("order/A"));
    cache
        .cache
        .publish(key("k"), Content::plain("old"), MINUTE, before);
    assert_eq!(cache.get(Realm::Common, "order/A"), Lookup::Miss);
    cache.put(Realm::Common, "order/A");
    assert_eq!(cache.get(Realm::Common, "order/A"), hit());
}

#[tokio::test]
async fn bytes_are_bounded() {
    let cache = ResultCache::new(64 * 1024);
    let nothing = cache.snapshot(Realm::Common, &[]);
    for index in 0..1000 {
        cache.publish(
            key(&index.to_string()),
            Content::plain("x".repeat(1024)),
            MINUTE,
            nothing,
        );
    }
    let kept = (0..1000)
        .filter(|index| cache.lookup(&key(&index.to_string()), nothing) != Lookup::Miss)
        .count();
    assert!(
        (1..=64).contains(&kept),
        "{kept} entries of a kilobyte in 64 kilobytes"
    );
    cache.publish(
        key("huge"),
        Content::plain("x".repeat(128 * 1024)),
        MINUTE,
        nothing,
    );
    assert_eq!(cache.lookup(&key("huge"), nothing), Lookup::Miss);
}

#[tokio::test]
async fn an_image_weighs_what_it_is_encoded_as() {
    let cache = ResultCache::new(64 * 1024);
    let nothing = cache.snapshot(Realm::Common, &[]);
    let image = Part::image("image/png", vec![0; 128 * 1024]).unwrap();
    cache.publish(key("huge"), Content::from(image), MINUTE, nothing);
    assert_eq!(cache.lookup(&key("huge"), nothing), Lookup::Miss);
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
