//! In whose name a call from inside of a tool is made.

use serde_json::json;
use toolwright::{CacheStatus, Content, Context, ErrorKind, Registry, ToolError, registry, tool};

use super::{World, ends};

/// Say whose session it is.
#[tool(tenant_scoped, ttl = "1h")]
async fn ways_owned(#[context] ctx: &Context) -> String {
    ctx.tenant().unwrap_or("nobody").to_owned()
}

/// Say whose session it seems to be.
#[tool]
async fn ways_plain(#[context] ctx: &Context) -> String {
    let run = ctx.run_id().unwrap_or("no run");
    format!("{} in {run}", ctx.tenant().unwrap_or("nobody"))
}

/// Ask in everybody's name.
#[tool(shared, ttl = "1h")]
async fn ways_shared(
    #[context] ctx: &Context,
    /// Whether to ask for what is one tenant's own.
    owned: bool,
) -> Result<Content, ToolError> {
    if owned {
        ctx.call::<ways_owned>(json!({})).await
    } else {
        ctx.call::<ways_plain>(json!({})).await
    }
}

/// Ask in the tenant's name.
#[tool]
async fn ways_private(
    #[context] ctx: &Context,
    /// Whether to ask for what is one tenant's own.
    owned: bool,
) -> Result<Content, ToolError> {
    if owned {
        ctx.call::<ways_owned>(json!({})).await
    } else {
        ctx.call::<ways_plain>(json!({})).await
    }
}

fn tools() -> Registry {
    registry![ways_owned, ways_plain, ways_shared, ways_private].unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_call_from_inside_of_a_tool_is_made_in_the_name_of_its_session() {
    let harness = World::new().harness_of(tools()).build().unwrap();
    for tenant in ["acme", "initech"] {
        let session = harness.session().tenant(tenant).run_id("run-1").start();
        let owned = session.call("ways_private", r#"{"owned":true}"#).await;
        assert_eq!(owned.text(), tenant);
        let plain = session.call("ways_private", r#"{"owned":false}"#).await;
        assert_eq!(plain.text(), format!("{tenant} in run-1"));
        // What it kept is that tenant's, and that of calls of a model.
        let kept = session.call("ways_owned", "").await;
        assert_eq!((kept.cache(), kept.text()), (CacheStatus::Hit, tenant));
    }
}

/// What it returns is kept for all tenants.
#[tokio::test(start_paused = true)]
async fn what_a_shared_tool_calls_sees_no_tenant() {
    let harness = World::new().harness_of(tools()).build().unwrap();
    let session = harness.session().tenant("acme").start();
    let owned = session.call("ways_shared", r#"{"owned":true}"#).await;
    assert_eq!(ends(&[owned]), [Err(ErrorKind::MissingTenant)]);
    let plain = session.call("ways_shared", r#"{"owned":false}"#).await;
    assert_eq!(plain.text(), "nobody in no run");
}
