//! Many tenants who ask many questions, all of them the same ones: each gets its own answers, and what is kept stays
//! within its bounds.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::runtime::Builder;
use toolwright::{CacheStatus, Context, Harness, registry, tool};

/// Look something up that is another thing for each tenant.
#[tool(ttl = "10h", tenant_scoped, reads = "crowd/{id}")]
async fn crowd_lookup(
    #[context] ctx: &Context,
    /// Which.
    id: u64,
    /// How long the answer is besides.
    length: usize,
) -> String {
    let tenant = ctx.tenant().unwrap_or("nobody");
    format!("{tenant} {id} {}", "x".repeat(length))
}

/// A small generator (splitmix), so that a run is the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Asks so many questions in the names of so many tenants: how many were hits. `between` looks at the harness from
/// time to time.
async fn ask(
    harness: &Harness,
    seed: u64,
    calls: u64,
    tenants: u64,
    questions: u64,
    between: impl Fn(),
) -> u64 {
    let names: Vec<Arc<str>> = (0..tenants)
        .map(|tenant| format!("tenant {tenant}").into())
        .collect();
    let sessions: Vec<_> = names
        .iter()
        .map(|name| harness.session().tenant(Arc::clone(name)).start())
        .collect();
    let mut dice = Dice(seed);
    let mut hits = 0;
    for call in 0..calls {
        let tenant = usize::try_from(dice.below(tenants)).unwrap();
        let id = dice.below(questions);
        // Always the same for one question.
        let length = Dice(id).below(1000);
        let arguments = format!(r#"{{"id":{id},"length":{length}}}"#);
        let outcome = sessions[tenant].call("crowd_lookup", &arguments).await;
        let mut words = outcome.text().splitn(3, ' ').map(str::to_owned);
        let (first, second) = (words.next().unwrap(), words.next().unwrap());
        assert_eq!(
            format!("{first} {second}"),
            *names[tenant],
            "another tenant's answer: {arguments}"
        );
        let rest = words.next().unwrap();
        assert!(
            rest.starts_with(&format!("{id} "))
                && rest.ends_with(&"x".repeat(usize::try_from(length).unwrap()))
        );
        hits += u64::from(outcome.cache() == CacheStatus::Hit);
        if call % 10_000 == 0 {
            between();
        }
    }
    hits
}

fn harness(bytes: u64) -> Harness {
    let registry = registry![crowd_lookup].unwrap();
    Harness::builder(registry)
        .cache_capacity(bytes)
        .build()
        .unwrap()
}

/// C13: a hundred thousand questions of a thousand tenants.
#[test]
fn a_crowd_of_tenants_gets_its_own_answers_within_the_bounds() {
    const BYTES: u64 = 4 << 20;
    let harness = harness(BYTES);
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let bounded = || assert!(harness.stats().cache_bytes <= BYTES);
    let hits = runtime.block_on(ask(&harness, 1, 100_000, 1000, 20, bounded));
    let stats = harness.stats();
    assert_eq!(
        (stats.cache_hits, stats.cache_misses),
        (hits, 100_000 - hits)
    );
    assert!(hits > 10_000, "only {hits} hits");
    assert_eq!(
        stats.cache_entries + stats.cache_evictions,
        stats.cache_misses
    );
    assert!(
        stats.cache_bytes > BYTES / 2,
        "{} bytes are kept",
        stats.cache_bytes
    );
}

/// C2, C13: ten million questions of a thousand tenants, on two threads, and what they take of the machine's memory.
/// It takes minutes: `cargo test --release -p toolwright-tests --test it -- --ignored --nocapture ten_million`.
#[test]
#[ignore = "it takes minutes, and must be alone in its process to measure memory"]
fn ten_million_keys_of_a_thousand_tenants_stay_apart_and_within_the_bounds() {
    const BYTES: u64 = 256 << 20;
    const CALLS: u64 = 10_000_000;
    let Some(before) = resident() else {
        eprintln!("left out: only Linux says in /proc how much memory a process has");
        return;
    };
    let harness = harness(BYTES);
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let most = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..4)
        .map(|seed| {
            let (harness, most) = (harness.clone(), Arc::clone(&most));
            runtime.spawn(async move {
                let measure = || {
                    let now = resident().unwrap_or_default().saturating_sub(before);
                    most.fetch_max(now, Ordering::Relaxed);
                    assert!(harness.stats().cache_bytes <= BYTES);
                };
                ask(&harness, seed, CALLS / 4, 1000, 10_000, measure).await
            })
        })
        .collect();
    let hits = tasks
        .into_iter()
        .map(|task| runtime.block_on(task).unwrap());
    let hits: u64 = hits.sum();
    let stats = harness.stats();
    let most = most.load(Ordering::Relaxed);
    eprintln!(
        "{CALLS} calls, {hits} hits; {} entries that weigh {} bytes of {BYTES}; at most {most} bytes more than before: {} per mille of the capacity",
        stats.cache_entries,
        stats.cache_bytes,
        most * 1000 / BYTES
    );
    assert_eq!(
        stats.cache_hits + stats.cache_misses + stats.cache_shared,
        CALLS
    );
    assert!(stats.cache_bytes > BYTES / 10 * 9);
    assert!(most <= BYTES / 10 * 11, "{most} bytes of {BYTES}");
}

/// How many bytes of memory this process has at the moment.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}
