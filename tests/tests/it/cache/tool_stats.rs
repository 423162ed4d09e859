//! What each tool's calls were, and what the cache saved of them.

use std::time::Duration;

use tokio::time::sleep;
use toolwright::{Harness, registry, tool};

use crate::one;

/// Look something up, slowly.
#[tool(ttl = "1h", reads = "stats/{id}")]
async fn stats_slow(
    /// What.
    id: u64,
) -> Result<String, String> {
    sleep(Duration::from_millis(100)).await;
    if id == 99 {
        return Err("there is none".to_owned());
    }
    Ok("x".repeat(1000))
}

/// Change something.
#[tool(writes = "stats/{id}")]
async fn stats_write(
    /// What.
    id: u64,
) -> u64 {
    id
}

#[tokio::test(start_paused = true)]
async fn each_tool_has_its_own_counts_and_what_they_saved() {
    let harness = Harness::builder(registry![stats_slow, stats_write].unwrap())
        .run_cost("stats_slow", 0.5)
        .build()
        .unwrap();
    let session = harness.session().start();
    for id in [1, 1, 2, 1, 99] {
        one(&session, "stats_slow", &format!(r#"{{"id":{id}}}"#)).await;
    }
    tokio::join!(
        session.call("stats_slow", r#"{"id":3}"#),
        session.call("stats_slow", r#"{"id":3}"#),
    );
    one(&session, "stats_write", r#"{"id":1}"#).await;
    session.call("stats_slow", r#"{"id":1}"#).await;
    session.call("no_such_tool", "").await;
    let [slow, write] = harness.tool_stats().try_into().unwrap();
    assert_eq!((slow.tool, write.tool), ("stats_slow", "stats_write"));
    assert_eq!((slow.calls, slow.errors), (8, 1));
    assert_eq!(
        (
            slow.cache_hits,
            slow.cache_misses,
            slow.cache_shared,
            slow.cache_stale
        ),
        (2, 5, 1, 0)
    );
    assert_eq!((slow.cache_entries, slow.cache_invalidations), (3, 1));
    assert!((3000..5000).contains(&slow.cache_bytes), "{slow:?}");
    assert_eq!(slow.miss_latency.as_millis(), 100);
    assert_eq!(slow.hit_latency.as_millis(), 0);
    assert_eq!(slow.time_saved.as_millis(), 200);
    assert_eq!(slow.cost_saved, Some(1.5));
    assert_eq!(
        (write.calls, write.cache_misses, write.cache_entries),
        (1, 0, 0)
    );
    assert_eq!((write.cost_saved, write.time_saved), (None, Duration::ZERO));
    let stats = harness.stats();
    assert_eq!((stats.calls, stats.errors, stats.ticks), (10, 2, 10));
    assert_eq!((stats.cache_hits, stats.cache_misses), (2, 5));
    assert_eq!(stats.cache_bytes, slow.cache_bytes);
    harness.clear();
    session.call("stats_slow", r#"{"id":2}"#).await;
    assert_eq!(harness.tool_stats()[0].cache_invalidations, 2);
}
