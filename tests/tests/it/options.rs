//! Every option of `#[tool(…)]` reaches the spec, in both forms where it has two.

use std::collections::HashMap;
use std::time::Duration;

use toolwright::{Rate, Tenancy, Tool as _, tool};

/// Everything that a read may say.
#[tool(
    name = "opt_read",
    title = "Read it all",
    ttl = "1h30m",
    stale_while_revalidate = "30s",
    stale_if_error = "10m",
    cache_key_exclude("trace", "request_id"),
    tenant_scoped,
    version = 3,
    batch = "many",
    batch_window = "10ms",
    batch_max = 32,
    reads("order/{id}", "rate/*"),
    after("opt_write", "opt_plain"),
    timeout = "5s",
    retries = 2,
    max_concurrency = 4,
    rate = "10/s",
    idempotent,
    coerce,
    output_schema
)]
async fn everything(
    /// The order.
    id: u64,
    /// Traces.
    trace: Option<String>,
    /// Correlates.
    request_id: Option<String>,
) -> u32 {
    let _ = (id, trace, request_id);
    0
}

async fn many(ids: Vec<u64>) -> HashMap<u64, u32> {
    ids.into_iter().map(|id| (id, 1)).collect()
}

/// What a write may say.
#[tool(
    name = "opt_write",
    writes = "order/{id}, balance",
    shared,
    retries = 1,
    idempotent,
    destructive,
    rate = "100/m",
    after = "opt_plain, opt_read"
)]
async fn write_it(
    /// The order.
    id: u64,
) -> Result<(), String> {
    let _ = id;
    Ok(())
}

/// Nothing but a description.
#[tool]
async fn opt_plain() -> u8 {
    0
}

/// Says that it is never cached.
#[tool(ttl = "0", batch = many, batch_window = "0")]
async fn opt_never(
    /// The order.
    id: u64,
) -> u32 {
    let _ = id;
    0
}

#[test]
fn every_option_is_in_the_spec() {
    let spec = everything::SPEC;
    assert_eq!(spec.name(), "opt_read");
    assert_eq!(spec.display_title(), Some("Read it all"));
    assert_eq!(spec.ttl(), Some(Duration::from_mins(90)));
    assert_eq!(spec.stale_while_revalidate(), Some(Duration::from_secs(30)));
    assert_eq!(spec.stale_if_error(), Some(Duration::from_mins(10)));
    assert_eq!(spec.excluded(), ["trace", "request_id"]);
    assert_eq!(spec.tenancy(), Tenancy::Required);
    assert_eq!(spec.cache_version(), 3);
    assert_eq!(spec.batch_function(), Some("many"));
    assert_eq!(spec.batch_window(), Some(Duration::from_millis(10)));
    assert_eq!(spec.batch_max(), Some(32));
    assert_eq!(spec.reads_templates(), ["order/{id}", "rate/*"]);
    assert_eq!(spec.after_tools(), ["opt_write", "opt_plain"]);
    assert_eq!(spec.run_timeout(), Some(Duration::from_secs(5)));
    assert_eq!(spec.max_retries(), 2);
    assert_eq!(spec.concurrency_cap(), Some(4));
    let per = Duration::from_secs(1);
    assert_eq!(spec.rate_limit(), Some(Rate { calls: 10, per }));
    assert!(spec.is_idempotent() && !spec.is_destructive() && spec.coerces());

    let spec = write_it::SPEC;
    assert_eq!(spec.writes_templates(), ["order/{id}", "balance"]);
    assert_eq!(spec.tenancy(), Tenancy::Shared);
    assert_eq!(spec.after_tools(), ["opt_plain", "opt_read"]);
    assert_eq!(spec.max_retries(), 1);
    let per = Duration::from_mins(1);
    assert_eq!(spec.rate_limit(), Some(Rate { calls: 100, per }));
    assert!(spec.is_idempotent() && spec.is_destructive());
}

#[test]
fn what_is_not_said_is_not_there() {
    let spec = opt_plain::SPEC;
    assert_eq!((spec.ttl(), spec.run_timeout()), (None, None));
    assert_eq!(
        (spec.stale_while_revalidate(), spec.stale_if_error()),
        (None, None)
    );
    assert_eq!((spec.batch_window(), spec.batch_max()), (None, None));
    assert_eq!(
        (
            spec.max_retries(),
            spec.concurrency_cap(),
            spec.rate_limit()
        ),
        (0, None, None)
    );
    assert_eq!(
        (spec.display_title(), spec.tenancy()),
        (None, Tenancy::Session)
    );
    assert!(spec.is_idempotent(), "it writes nothing");
    assert!(!spec.is_destructive() && !spec.coerces());
    assert_eq!(opt_never::SPEC.ttl(), None);
    assert_eq!(opt_never::SPEC.batch_window(), Some(Duration::ZERO));
}

/// A second run would write again.
#[tool(writes = "*")]
async fn opt_twice() -> &'static str {
    "done"
}

#[test]
fn a_write_is_idempotent_only_if_it_says_so() {
    assert!(!opt_twice::SPEC.is_idempotent());
}
