//! The cache alone.

mod bounds;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, advance};

use super::generations::Generations;
use super::{
    Began, CacheOptions, Cached, Capacity, Freshness, Lookup, Reader, Realm, ResultCache, Share,
    Slots,
};
use crate::call::Content;
use crate::effect::{Read, Resource};
use crate::key::{CacheKey, KeyMaker, Scope};

const MINUTE: Duration = Duration::from_mins(1);
const MOMENT: Duration = Duration::from_millis(1);

fn key(name: &str) -> CacheKey {
    KeyMaker::new("test", b"").key(name, 1, Scope::NoTenant, b"{}")
}

fn reads(paths: &str) -> Vec<Read> {
    resources(paths).into_iter().map(Read::Resource).collect()
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
        let options = CacheOptions {
            capacity,
            jitter: 0.0,
            slots: slots(),
            tools: 1,
            tier: None,
        };
        Self {
            cache: ResultCache::new(options),
        }
    }

    fn begin(&self, realm: Realm<'_>, reads: &str) -> Began {
        let reader = Reader {
            tool: "tool",
            tenant: None,
            realm,
            reads: &resources(reads),
        };
        self.cache.begin(&reader)
    }

    fn put(&self, realm: Realm<'_>, reads: &str) {
        self.put_for(A_MINUTE, realm, reads);
    }

    fn put_for(&self, freshness: Freshness, realm: Realm<'_>, reads: &str) {
        let began = self.begin(realm, reads);
        self.keep("k", "old", freshness, &began);
    }

    fn keep(&self, name: &str, text: &str, freshness: Freshness, began: &Began) {
        let content = Content::plain(text);
        self.cache.publish(key(name), &content, freshness, began, 0);
    }

    fn get(&self) -> Seen {
        seen(&self.cache.lookup(&key("k"), Instant::now()))
    }

    fn write(&self, realm: Realm<'_>, writes: &str) {
        let slots = self.cache.written(realm, &resources(writes));
        self.cache.invalidate(&slots);
    }

    /// Keeps a result that reads nothing.
    fn fill(&self, name: &str, content: &Content) {
        let began = self.begin(Realm::Common, "");
        self.cache.publish(key(name), content, A_MINUTE, &began, 0);
    }

    fn has(&self, name: &str) -> bool {
        let lookup = self.cache.lookup(&key(name), Instant::now());
        matches!(lookup, Lookup::Fresh(_))
    }

    fn count(&self, of: fn(&Share) -> &AtomicU64) -> u64 {
        self.cache.shares().iter().map(|share| get(of(share))).sum()
    }
}

fn slots() -> Slots {
    Slots::new(&[7; 32])
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
    assert_eq!(cache.get(), Seen::Miss);
    let freshness = Freshness {
        ttl: MINUTE,
        stale: MINUTE * 2,
    };
    cache.put_for(freshness, Realm::Common, "order/A");
    advance(MINUTE.saturating_sub(MOMENT)).await;
    assert_eq!(cache.get(), hit());
    advance(MOMENT).await;
    let stale = Seen::Stale("old".to_owned());
    assert_eq!(cache.get(), stale);
    advance((MINUTE * 2).saturating_sub(MOMENT)).await;
    assert_eq!(cache.get(), stale);
    advance(MOMENT).await;
    assert_eq!(cache.get(), Seen::Expired);
    // It was removed when it was met.
    assert_eq!(cache.get(), Seen::Miss);
    assert_eq!(cache.count(|share| &share.expired), 1);
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
    let lookup = || match cache.cache.lookup(&key("k"), Instant::now()) {
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
    let began = cache.begin(Realm::Common, "");
    cache.keep("k", "new", A_MINUTE, &began);
    advance(MINUTE.saturating_sub(MOMENT)).await;
    assert_eq!(cache.get(), Seen::Fresh("new".to_owned()));
}

#[tokio::test]
async fn c11_what_was_invalidated_is_counted_when_it_is_met() {
    let cache = Try::new();
    cache.put(Realm::Common, "order/A");
    cache.write(Realm::Common, "order/B");
    assert_eq!(cache.get(), hit());
    cache.write(Realm::Common, "order/A");
    assert_eq!(cache.count(|share| &share.invalidated), 0);
    assert_eq!(cache.get(), Seen::Miss);
    assert_eq!(cache.count(|share| &share.invalidated), 1);
    assert_eq!(cache.count(|share| &share.entries), 0);
}

#[track_caller]
fn check_write(reads: &str, writes: &str, after: &Seen) {
    let cache = Try::new();
    cache.put(Realm::Common, reads);
    cache.write(Realm::Common, writes);
    assert_eq!(cache.get(), *after, "reads {reads}, writes {writes}");
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
    cache.write(writer, "order/A");
    assert_eq!(cache.get(), *after, "{reader:?} reads, {writer:?} writes");
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
    let before = cache.begin(Realm::Common, "order/A");
    cache.write(Realm::Common, "order/A");
    cache.keep("k", "old", A_MINUTE, &before);
    assert_eq!(cache.count(|share| &share.entries), 0, "nor is it kept");
    assert_eq!(cache.get(), Seen::Miss);
    cache.put(Realm::Common, "order/A");
    assert_eq!(cache.get(), hit());
}

#[test]
fn slots_are_bounded_and_forgetting_them_never_brings_a_result_back() {
    let (generations, slots) = (Generations::with_most(8), slots());
    let mut read = Vec::new();
    slots.watch(Realm::Common, &resources("order/A"), &mut read);
    let write = |path: &str| generations.write(&slots.written(Realm::Common, &resources(path)));
    let mut began = vec![generations.now()];
    for index in 0..100 {
        write(&format!("balance/{index}"));
        began.push(generations.now());
        write("order/A");
        let last = generations.last(&read);
        assert!(
            began.iter().all(|began| *began < last),
            "one is valid that was not"
        );
        // The slots of one write, above what is kept.
        assert!(generations.len() <= 8 + 6, "{} slots", generations.len());
        assert!(last <= generations.now(), "what begins now is valid");
    }
}

#[test]
fn what_is_written_while_a_result_is_made_is_known_whatever_was_forgotten() {
    let generations = Generations::default();
    let began = generations.now();
    generations.forget_all();
    assert!(generations.last(&[1]) > began);
    assert!(generations.last(&[1]) <= generations.now());
}

#[tokio::test]
async fn what_a_run_found_out_to_read_is_watched_too() {
    let cache = Try::new();
    let mut began = cache.begin(Realm::Common, "customer/7");
    cache
        .cache
        .depends(&mut began, Realm::Common, &reads("order/A"));
    cache.keep("k", "old", A_MINUTE, &began);
    cache.write(Realm::Common, "order/B");
    assert_eq!(cache.get(), hit());
    cache.write(Realm::Common, "order/A");
    assert_eq!(cache.get(), Seen::Miss);
    // Written after the run began and before it found out.
    let mut began = cache.begin(Realm::Common, "customer/7");
    cache.write(Realm::Common, "order/A");
    cache
        .cache
        .depends(&mut began, Realm::Common, &reads("order/A"));
    cache.keep("k", "old", A_MINUTE, &began);
    assert_eq!(cache.get(), Seen::Miss);
}

#[tokio::test]
async fn c7_a_tool_a_tenant_and_everything_can_be_cleared() {
    let acme = |tool| Reader {
        tool,
        tenant: Some("acme"),
        realm: Realm::Common,
        reads: &[],
    };
    let check = |slot: fn(&Slots) -> u64, after: &Seen| {
        let cache = Try::new();
        let began = cache.cache.begin(&acme("lookup"));
        cache.keep("k", "old", A_MINUTE, &began);
        cache.cache.invalidate(&[slot(cache.cache.slots())]);
        assert_eq!(cache.get(), *after);
    };
    check(Slots::everything, &Seen::Miss);
    check(|slots| slots.tool("lookup"), &Seen::Miss);
    check(|slots| slots.tenant("acme"), &Seen::Miss);
    check(|slots| slots.tool("lookup2"), &hit());
    check(|slots| slots.tenant("globex"), &hit());
    check(|slots| slots.tenant("lookup"), &hit());
}

#[tokio::test(start_paused = true)]
async fn a_ttl_is_shortened_by_a_part_that_a_key_decides() {
    let options = CacheOptions {
        capacity: CAPACITY,
        jitter: 0.5,
        slots: slots(),
        tools: 1,
        tier: None,
    };
    let cache = Try {
        cache: ResultCache::new(options),
    };
    let ttls = || {
        let names = (0..100).map(|index: u32| index.to_string());
        let ttl = |name: String| cache.cache.shortened(&key(&name), MINUTE);
        names.map(ttl).collect::<Vec<_>>()
    };
    let first = ttls();
    assert_eq!(first, ttls());
    assert!(first.iter().all(|ttl| *ttl <= MINUTE && *ttl >= MINUTE / 2));
    let early = first.iter().filter(|ttl| **ttl < MINUTE * 3 / 4).count();
    assert!(
        (25..75).contains(&early),
        "{early} of 100 in the first half"
    );
    cache.fill("0", &Content::plain("x"));
    advance(
        cache
            .cache
            .shortened(&key("0"), MINUTE)
            .saturating_sub(MOMENT),
    )
    .await;
    assert!(cache.has("0"));
    advance(MOMENT).await;
    assert!(!cache.has("0"));
}
