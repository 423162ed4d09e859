//! What is invalidated from outside, and who hears of it.

use toolwright::{CacheStatus, Invalidation, Levers, Resource};

use super::{World, world};
use crate::one;

const A: &str = r#"{"id":"a"}"#;

#[tokio::test]
async fn c7_a_resource_a_tool_a_tenant_or_everything_is_gone_at_once() {
    let World { harness, runs } = world(Levers::all());
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    let mut expected = 0;
    let mut check = async |what: &str, invalidate: &dyn Fn(), [mine, theirs, sum]: [bool; 3]| {
        for (session, tool, arguments, is_gone) in [
            (&acme, "get_value", A, mine),
            (&globex, "get_value", A, theirs),
            (&acme, "sum_values", "", sum),
        ] {
            // They are there before.
            one(session, tool, arguments).await;
            expected = runs.get();
            invalidate();
            let cache = one(session, tool, arguments).await.cache();
            assert_eq!(cache == CacheStatus::Miss, is_gone, "{what}: {tool}");
            assert_eq!(
                runs.get(),
                expected + usize::from(is_gone),
                "{what}: {tool}"
            );
        }
    };
    let of = |path: &'static str| {
        let harness = harness.clone();
        move || harness.invalidate(path)
    };
    check("the value", &of("value/a"), [true, true, true]).await;
    check("another value", &of("value/b"), [false, false, true]).await;
    check("something else", &of("order/a"), [false; 3]).await;
    check("all resources", &of("*"), [true; 3]).await;
    check(
        "the tool",
        &|| harness.invalidate_tool("get_value"),
        [true, true, false],
    )
    .await;
    check("no tool", &|| harness.invalidate_tool("get"), [false; 3]).await;
    check(
        "the tenant",
        &|| harness.invalidate_tenant("acme"),
        [true, false, false],
    )
    .await;
    check("everything", &|| harness.clear(), [true; 3]).await;
}

#[tokio::test]
async fn who_subscribes_hears_of_writes_and_of_what_came_from_outside() {
    let World { harness, .. } = world(Levers::all());
    harness.invalidate("value/before");
    let mut heard = harness.invalidations();
    let session = harness.session().tenant("acme").start();
    let written = one(&session, "set_value", r#"{"id":"a","value":1}"#).await;
    assert!(!written.is_error(), "{written:?}");
    harness.invalidate(Resource::of(["value", "b/c"]));
    harness.invalidate_tool("get_value");
    harness.invalidate_tenant("acme");
    harness.clear();
    let resource = |resource| Invalidation::Resource {
        resource,
        tenant: None,
    };
    for expected in [
        resource(Resource::parse("value/a")),
        resource(Resource::of(["value", "b/c"])),
        Invalidation::Tool("get_value".into()),
        Invalidation::Tenant("acme".into()),
        Invalidation::Everything,
    ] {
        assert_eq!(heard.next().await, Some(expected));
    }
    drop((session, harness));
    assert_eq!(heard.next().await, None);
}

#[tokio::test]
async fn a_tenants_own_write_says_whose_it_is() {
    let World { harness, .. } = world(Levers::all());
    let mut heard = harness.invalidations();
    let session = harness.session().tenant("acme").start();
    let written = one(&session, "change_secret", "").await;
    assert!(!written.is_error(), "{written:?}");
    let Some(Invalidation::Resource { tenant, .. }) = heard.next().await else {
        panic!("a resource was written");
    };
    assert_eq!(tenant.as_deref(), Some("acme"));
}

#[tokio::test]
async fn who_is_too_far_behind_is_told_to_forget_everything() {
    let World { harness, .. } = world(Levers::all());
    let mut heard = harness.invalidations();
    for index in 0..5000 {
        harness.invalidate(Resource::of(["value", &index.to_string()]));
    }
    assert_eq!(heard.next().await, Some(Invalidation::Everything));
    // And then what it has not missed.
    assert!(matches!(
        heard.next().await,
        Some(Invalidation::Resource { .. })
    ));
}
