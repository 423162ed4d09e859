//! Layers that refuse calls and layers that redact results: the cache is behind them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use toolwright::{
    CacheStatus, Content, Context, ErrorKind, Layer, LayerCall, Next, Outcome, Session, ToolError,
    async_trait, registry, tool,
};

use super::{World, call, check_places, ends, keep, read, write};

/// Refuses the calls with this word in their arguments, once it is armed.
#[derive(Clone, Default)]
struct Policy(Arc<AtomicBool>);

#[async_trait]
impl Layer for Policy {
    async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
        if self.0.load(Ordering::SeqCst) && call.arguments().contains("secret") {
            return call.refused("the secret is not for you: ask for another cell");
        }
        next.run().await
    }
}

/// Takes out what a guest must not see.
struct Redact;

#[async_trait]
impl Layer for Redact {
    async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
        let outcome = next.run().await;
        if call.run_id() == Some("guest") {
            return outcome.map_content(|_| Content::plain("***"));
        }
        outcome
    }
}

/// Read the secret through another tool.
#[tool]
async fn policies_outer(#[context] ctx: &Context) -> Result<String, ToolError> {
    let arguments = serde_json::json!({"cell": "secret"});
    match ctx.call::<super::dispatcher_keep>(arguments).await {
        Err(error) if error.kind() == ErrorKind::Refused => Ok(format!("told: {error}")),
        other => other.map(|content| content.text().to_owned()),
    }
}

fn guarded(world: &World) -> (Session, Policy) {
    let policy = Policy::default();
    let harness = world.harness().layer(policy.clone()).build().unwrap();
    (harness.session().start(), policy)
}

const REASON: &str = "the secret is not for you: ask for another cell";

#[tokio::test(start_paused = true)]
async fn what_a_policy_refuses_does_not_run_and_the_model_is_told_why() {
    let world = World::new();
    let (session, policy) = guarded(&world);
    policy.0.store(true, Ordering::SeqCst);
    let calls = [
        write("refused", "secret", 1, 10),
        // It waits for the write, and need not have its result.
        call("behind", "dispatcher_write_all", ""),
        read("a", 10),
    ];
    let report = session.dispatch(calls).await;
    assert_eq!(
        ends(&report),
        [Err(ErrorKind::Refused), Ok("done"), Ok("0")]
    );
    assert_eq!((report[0].text(), report[0].attempts()), (REASON, 0));
    let expected = ["0 +write all", "10 -write all", "10 +read a", "20 -read a"];
    assert_eq!(world.take(), expected);
    assert_eq!(world.get("secret"), 0);
    let alone = session
        .call("dispatcher_read", r#"{"cell":"secret"}"#)
        .await;
    assert_eq!((alone.text(), world.take()), (REASON, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_kept_result_passes_the_policy_as_well() {
    let world = World::new();
    let (session, policy) = guarded(&world);
    let secret = || keep("secret", "secret");
    session.dispatch([secret()]).await;
    let hit = session.call("dispatcher_keep", secret().arguments()).await;
    assert_eq!(hit.cache(), CacheStatus::Hit);
    policy.0.store(true, Ordering::SeqCst);
    let report = session.dispatch([secret(), keep("a", "a")]).await;
    assert_eq!(ends(&report), [Err(ErrorKind::Refused), Ok("0")]);
    assert_eq!(report[0].text(), REASON);
    assert_eq!(session.dispatch([secret()]).await[0].text(), REASON);
    let alone = session.call("dispatcher_keep", secret().arguments()).await;
    assert_eq!(alone.text(), REASON);
    policy.0.store(false, Ordering::SeqCst);
    let again = session.dispatch([secret()]).await;
    assert_eq!(again[0].cache(), CacheStatus::Hit, "what was kept is kept");
}

#[tokio::test(start_paused = true)]
async fn a_call_from_inside_of_a_tool_passes_the_policy_as_well() {
    let world = World::new();
    let policy = Policy::default();
    let registry = registry![policies_outer, super::dispatcher_keep].unwrap();
    let harness = world.harness_of(registry).layer(policy.clone());
    let session = harness.build().unwrap().session().start();
    assert_eq!(session.call("policies_outer", "").await.text(), "0");
    policy.0.store(true, Ordering::SeqCst);
    let told = session.call("policies_outer", "").await;
    assert_eq!(told.text(), format!("told: {REASON}"));
}

#[tokio::test(start_paused = true)]
async fn a_result_is_redacted_for_one_and_kept_whole_for_the_other() {
    let world = World::new();
    world.set("secret", 7);
    let harness = world.harness().layer(Redact).build().unwrap();
    let [guest, owner] = ["guest", "owner"].map(|run| harness.session().run_id(run).start());
    let secret = || [keep("secret", "secret")];
    let miss = guest.dispatch(secret()).await;
    assert_eq!(
        (miss[0].text(), miss[0].cache()),
        ("***", CacheStatus::Miss)
    );
    let hit = owner.dispatch(secret()).await;
    assert_eq!((hit[0].text(), hit[0].cache()), ("7", CacheStatus::Hit));
    let hit = guest.call("dispatcher_keep", r#"{"cell":"secret"}"#).await;
    assert_eq!((hit.text(), hit.cache()), ("***", CacheStatus::Hit));
    // Also where they share one run.
    let [first, second] = [&guest, &owner].map(|it| it.dispatch([keep("new", "new")]));
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first[0].text(), second[0].text()), ("***", "0"));
    assert_eq!(second[0].cache(), CacheStatus::Shared);
    let [first, second] = [&guest, &owner].map(|it| {
        let calls = ["a", "b"].map(|id| call(id, "dispatcher_fetch", r#"{"cell":"secret"}"#));
        it.dispatch(calls)
    });
    let (first, second) = tokio::join!(first, second);
    assert_eq!(ends(&first), [Ok("***"); 2]);
    assert_eq!(ends(&second), [Ok("7"); 2]);
}

/// Refused calls have taken nothing.
#[tokio::test(start_paused = true)]
async fn a_policy_costs_no_places() {
    let world = World::new();
    let policy = Policy::default();
    policy.0.store(true, Ordering::SeqCst);
    let harness = world.harness().layer(policy).max_concurrency(2);
    let harness = harness.build().unwrap();
    let calls = (0..9).map(|id| keep(&id.to_string(), "secret"));
    harness.session().start().dispatch(calls).await;
    check_places(&harness, &world, 2).await;
}
