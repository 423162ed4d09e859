//! The result cache through the harness: the same question, the same answer, and never another's.

mod age;
mod crowd;
mod discovered;
mod flights;
mod interleavings;
mod invalidation;
mod orderings;
mod reentry;
mod tool_stats;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::advance;
use toolwright::{CacheStatus, Context, ErrorKind, Harness, Levers, ToolError, registry, tool};

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
    let registry = registry![
        get_value,
        sum_values,
        set_value,
        get_secret,
        change_secret,
        always_fail
    ]
    .unwrap();
    let harness = Harness::builder(registry)
        .ttl_jitter(0.0)
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
async fn past_its_ttl_a_result_is_gone_and_the_tool_runs() {
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
        CacheStatus::Miss
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
    let registry = registry![always_fail, get_secret].unwrap();
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
