//! The result cache through the harness: the same question, the same answer, and never another's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::advance;
use toolwright::{
    CacheStatus, Context, ErrorKind, Harness, Levers, Registry, Session, ToolCall, ToolError, tool,
    tools,
};

use crate::{Runs, one};

/// The truth that tools read and write.
#[derive(Debug, Clone, Default)]
struct Truth(Arc<Mutex<HashMap<String, u64>>>);

impl Truth {
    fn get(&self, id: &str) -> u64 {
        self.0.lock().unwrap().get(id).copied().unwrap_or_default()
    }
}

/// Get a value.
#[tool(ttl = "1h", cache_key_exclude = "trace", reads = "value/{id}")]
async fn get_value(
    #[context] ctx: &Context,
    #[state] truth: &Truth,
    #[state] runs: &Runs,
    /// Which.
    id: String,
    /// How to scale it.
    #[arg(default = 1.0)]
    scale: f64,
    /// Correlates log lines.
    trace: Option<String>,
) -> Result<String, String> {
    let _ = trace;
    runs.add();
    tokio::task::yield_now().await;
    Ok(format!(
        "{} {id}={} x{scale}",
        ctx.tenant().unwrap_or("-"),
        truth.get(&id)
    ))
}

/// Get all values.
#[tool(ttl = "1h", reads = "value/*", shared)]
async fn sum_values(
    #[context] ctx: &Context,
    #[state] truth: &Truth,
    #[state] runs: &Runs,
) -> Result<u64, String> {
    assert_eq!(ctx.tenant(), None, "a shared tool sees no tenant");
    runs.add();
    Ok(truth.0.lock().unwrap().values().sum())
}

/// Set a value.
#[tool(writes = "value/{id}")]
async fn set_value(
    #[state] truth: &Truth,
    /// Which.
    id: String,
    /// To what.
    value: u64,
    /// Whether to fail after the write.
    #[arg(default)]
    fail: bool,
) -> Result<(), ToolError> {
    tokio::task::yield_now().await;
    truth.0.lock().unwrap().insert(id, value);
    tokio::task::yield_now().await;
    if fail {
        Err(ToolError::failed("written, then failed"))
    } else {
        Ok(())
    }
}

/// Get a secret of the tenant.
#[tool(ttl = "1h", tenant_scoped, reads = "secret")]
async fn get_secret(#[context] ctx: &Context, #[state] runs: &Runs) -> Result<String, String> {
    runs.add();
    Ok(ctx.tenant().unwrap_or("nobody").to_owned())
}

/// Change the secret of the tenant.
#[tool(tenant_scoped, writes = "secret")]
async fn change_secret() -> Result<(), String> {
    Ok(())
}

/// Fail, as often as asked.
#[tool(ttl = "1h")]
async fn always_fail(#[state] runs: &Runs) -> Result<String, String> {
    Err(format!("failure {}", runs.add()))
}

struct World {
    harness: Harness,
    runs: Runs,
}

fn world(levers: Levers) -> World {
    let runs = Runs::default();
    let registry = Registry::new(tools![
        get_value,
        sum_values,
        set_value,
        get_secret,
        change_secret,
        always_fail
    ])
    .unwrap();
    let harness = Harness::builder(registry)
        .state(Truth::default())
        .state(runs.clone())
        .levers(levers)
        .build()
        .unwrap();
    World { harness, runs }
}

#[tokio::test(start_paused = true)]
async fn the_same_question_runs_once() {
    let World { harness, runs } = world(Levers::all());
    let session = harness.session().tenant("acme").start();
    let first = one(&session, "get_value", r#"{"id":"a","trace":"1"}"#).await;
    assert_eq!(
        (first.cache(), first.text()),
        (CacheStatus::Miss, "acme a=0 x1")
    );
    for same in [
        r#"{"id":"a","trace":"2"}"#,
        r#"{ "id" : "\u0061" }"#,
        r#"{"scale":1,"id":"a"}"#,
        r#"{"scale":1.0,"id":"a","trace":null}"#,
        r#"{"scale":null,"id":"a"}"#,
    ] {
        let again = one(&session, "get_value", same).await;
        assert_eq!(
            (again.cache(), again.text()),
            (CacheStatus::Hit, "acme a=0 x1"),
            "{same}"
        );
    }
    assert_eq!(runs.get(), 1);
    assert_eq!(
        one(&session, "get_value", r#"{"id":"a","scale":2}"#)
            .await
            .cache(),
        CacheStatus::Miss
    );
    assert_eq!(
        one(&session, "get_value", r#"{"id":"b"}"#).await.cache(),
        CacheStatus::Miss
    );
    let stats = harness.stats();
    assert_eq!(
        (stats.cache_hits, stats.cache_misses, stats.cache_stale),
        (5, 3, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn past_its_ttl_a_result_is_stale_and_the_tool_runs() {
    let World { harness, runs } = world(Levers::all());
    let session = harness.session().start();
    one(&session, "get_value", r#"{"id":"a"}"#).await;
    advance(Duration::from_hours(1).saturating_sub(Duration::from_millis(1))).await;
    assert_eq!(
        one(&session, "get_value", r#"{"id":"a"}"#).await.cache(),
        CacheStatus::Hit
    );
    advance(Duration::from_millis(1)).await;
    assert_eq!(
        one(&session, "get_value", r#"{"id":"a"}"#).await.cache(),
        CacheStatus::Stale
    );
    assert_eq!(
        one(&session, "get_value", r#"{"id":"a"}"#).await.cache(),
        CacheStatus::Hit
    );
    assert_eq!(runs.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_write_invalidates_what_it_overlaps_even_when_it_fails() {
    let World { harness, .. } = world(Levers::all());
    let session = harness.session().tenant("acme").start();
    let other = harness.session().tenant("globex").start();
    for fail in [false, true] {
        for (session, tool, arguments) in [
            (&session, "get_value", r#"{"id":"a"}"#),
            (&other, "get_value", r#"{"id":"a"}"#),
            (&session, "get_value", r#"{"id":"b"}"#),
            (&session, "sum_values", ""),
        ] {
            one(session, tool, arguments).await;
            assert_eq!(
                one(session, tool, arguments).await.cache(),
                CacheStatus::Hit
            );
        }
        let value = 7 + u64::from(fail);
        one(
            &session,
            "set_value",
            &format!(r#"{{"id":"a","value":{value},"fail":{fail}}}"#),
        )
        .await;
        assert_eq!(
            one(&session, "get_value", r#"{"id":"a"}"#).await.text(),
            format!("acme a={value} x1")
        );
        assert_eq!(
            one(&other, "get_value", r#"{"id":"a"}"#).await.text(),
            format!("globex a={value} x1")
        );
        assert_eq!(
            one(&session, "sum_values", "").await.text(),
            value.to_string()
        );
        assert_eq!(
            one(&session, "get_value", r#"{"id":"b"}"#).await.cache(),
            CacheStatus::Hit
        );
    }
}

#[tokio::test]
async fn a_tenant_never_sees_anothers_result() {
    let World { harness, runs } = world(Levers::all());
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    assert_eq!(
        (acme.tenant(), globex.tenant()),
        (Some("acme"), Some("globex"))
    );
    assert_eq!(one(&acme, "get_secret", "").await.text(), "acme");
    assert_eq!(one(&globex, "get_secret", "").await.text(), "globex");
    assert_eq!(one(&acme, "get_secret", "").await.text(), "acme");
    assert_eq!(runs.get(), 2);
    let nobody = one(&harness.session().start(), "get_secret", "").await;
    assert_eq!(
        nobody.result().unwrap_err().kind(),
        ErrorKind::MissingTenant
    );
    assert_eq!(runs.get(), 2, "it never ran");
    // A tenant's own write leaves the other's result alone.
    one(&globex, "change_secret", "").await;
    assert_eq!(one(&acme, "get_secret", "").await.cache(), CacheStatus::Hit);
    assert_eq!(
        one(&globex, "get_secret", "").await.cache(),
        CacheStatus::Miss
    );
    // What is shared is shared.
    one(&acme, "sum_values", "").await;
    assert_eq!(
        one(&globex, "sum_values", "").await.cache(),
        CacheStatus::Hit
    );
}

#[tokio::test]
async fn an_error_is_not_kept() {
    let World { harness, .. } = world(Levers::all());
    let session = harness.session().start();
    assert_eq!(one(&session, "always_fail", "").await.text(), "failure 1");
    assert_eq!(one(&session, "always_fail", "").await.text(), "failure 2");
}

#[tokio::test]
async fn with_the_lever_off_nothing_is_kept() {
    let World { harness, runs } = world(Levers::all().without_result_caching());
    let session = harness.session().start();
    for _ in 0..2 {
        assert_eq!(
            one(&session, "get_value", r#"{"id":"a"}"#).await.cache(),
            CacheStatus::Bypass
        );
    }
    assert_eq!(runs.get(), 2);
}

#[tokio::test]
async fn a_cache_without_room_keeps_nothing() {
    let registry = Registry::new(tools![always_fail, get_secret]).unwrap();
    let runs = Runs::default();
    let harness = Harness::builder(registry)
        .state(runs.clone())
        .cache_capacity(0)
        .build();
    let session = harness.unwrap().session().tenant("acme").start();
    for _ in 0..2 {
        assert_eq!(
            one(&session, "get_secret", "").await.cache(),
            CacheStatus::Miss
        );
    }
    assert_eq!(runs.get(), 2);
}

#[derive(Debug, Clone)]
enum Step {
    Read(u8, u8),
    Sum,
    Write(u8, u8, u64),
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        4 => (0..3_u8, 0..3_u8).prop_map(|(tenant, id)| Step::Read(tenant, id)),
        1 => Just(Step::Sum),
        2 => (0..3_u8, 0..3_u8, 1..1000_u64).prop_map(|(tenant, id, value)| Step::Write(tenant, id, value)),
    ];
    prop::collection::vec(prop::collection::vec(step, 1..6), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With a TTL of an hour, the answers are those of a world without a cache: ticks of random reads and writes.
    #[test]
    fn no_read_after_a_write_sees_what_was_before(ticks in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (with, without) = (world(Levers::all()), world(Levers::none()));
            for (index, tick) in ticks.iter().enumerate() {
                for tenant in 0..3 {
                    let mine = |step: &&Step| match step {
                        Step::Read(whose, _) | Step::Write(whose, _, _) => *whose == tenant,
                        Step::Sum => tenant == 0,
                    };
                    let calls: Vec<ToolCall> = tick.iter().filter(mine).enumerate().map(|(at, step)| call(at, step)).collect();
                    let texts = async |world: &World| {
                        let session: Session = world.harness.session().tenant(format!("tenant {tenant}")).start();
                        session.dispatch(calls.clone()).await.iter().map(|outcome| outcome.text().to_owned()).collect::<Vec<_>>()
                    };
                    assert_eq!(texts(&with).await, texts(&without).await, "tick {index}");
                }
            }
        });
    }
}

fn call(at: usize, step: &Step) -> ToolCall {
    let id = format!("call_{at}");
    match step {
        Step::Read(_, which) => ToolCall::new(id, "get_value", format!(r#"{{"id":"{which}"}}"#)),
        Step::Sum => ToolCall::new(id, "sum_values", ""),
        Step::Write(_, which, value) => ToolCall::new(
            id,
            "set_value",
            format!(r#"{{"id":"{which}","value":{value}}}"#),
        ),
    }
}

/// A counter that only grows, written by one task and read by three, on real threads: a read that begins after a write
/// has returned never sees less than that write.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reads_on_other_threads_never_go_back() {
    const WRITES: u64 = 500;
    let World { harness, .. } = world(Levers::all());
    let written = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (session, written) = (harness.session().start(), Arc::clone(&written));
        readers.spawn(async move {
            let mut hits = 0_u64;
            loop {
                let at_least = written.load(std::sync::atomic::Ordering::SeqCst);
                let outcome = one(&session, "get_value", r#"{"id":"a"}"#).await;
                let text = outcome
                    .text()
                    .trim_start_matches("- a=")
                    .trim_end_matches(" x1");
                let value: u64 = text.parse().unwrap();
                assert!(
                    value >= at_least,
                    "{value} read after {at_least} was written, {:?}",
                    outcome.cache()
                );
                hits += u64::from(outcome.cache() == CacheStatus::Hit);
                if at_least == WRITES {
                    return hits;
                }
            }
        });
    }
    let session = harness.session().start();
    for value in 1..=WRITES {
        one(
            &session,
            "set_value",
            &format!(r#"{{"id":"a","value":{value}}}"#),
        )
        .await;
        written.store(value, std::sync::atomic::Ordering::SeqCst);
    }
    let hits: u64 = readers.join_all().await.into_iter().sum();
    assert!(hits > 0, "the cache answered nothing, so nothing was shown");
}
