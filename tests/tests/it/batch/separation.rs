//! Whose calls are never in one batch, and what is left of a tenant that has gone.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use toolwright::{Batching, ErrorKind, FlushPolicy};

use super::depot::{ask, ask_at, kind, tick, world};

/// B20: each tenant has batches of its own, and the batch function sees whose. (There are no principals within a
/// tenant.)
#[tokio::test(start_paused = true)]
async fn b20_tenants_never_share_a_batch() {
    for policy in [
        FlushPolicy::Adaptive,
        FlushPolicy::Hybrid,
        FlushPolicy::Size,
    ] {
        for tool in ["depot_look", "depot_own", "depot_kept", "depot_add"] {
            let (harness, depot) = world(|it| it.batching(Batching::new().policy(policy)));
            let mut callers = JoinSet::new();
            for caller in 0..40_u64 {
                let session = harness.session().tenant(format!("t{}", caller % 4)).start();
                callers.spawn(async move {
                    let outcome = ask_at(&session, caller % 3, tool, caller / 4).await;
                    let name = format!("t{} {}=", caller % 4, caller / 4);
                    assert!(outcome.text().starts_with(&name), "{outcome:?}");
                });
            }
            callers.join_all().await;
            let runs = depot.take();
            for tenant in 0..4 {
                let name = format!("t{tenant}");
                let own = runs.iter().filter(|it| it.tenant.as_ref() == Some(&name));
                let mut keys: Vec<u64> = own.flat_map(|it| it.keys.clone()).collect();
                keys.sort_unstable();
                assert_eq!(keys, (0..10).collect::<Vec<_>>());
            }
            if tool == "depot_own" {
                let nobody = ask(&harness.session().start(), tool, 1).await;
                assert_eq!(kind(&nobody), Some(ErrorKind::MissingTenant));
            }
        }
    }
}

/// B20: what all tenants share is in one batch, which is no tenant's.
#[tokio::test(start_paused = true)]
async fn b20_a_shared_tool_has_one_batch_for_all_tenants() {
    let (harness, depot) = world(|it| it);
    let (acme, globex) = (
        harness.session().tenant("acme").start(),
        harness.session().tenant("globex").start(),
    );
    let (one, other) = tokio::join!(
        tick(&acme, "depot_shared", [1, 2]),
        tick(&globex, "depot_shared", [2, 3])
    );
    let runs = depot.take();
    assert_eq!(
        (runs.len(), &runs[0].tenant, &*runs[0].keys),
        (1, &None, &[1, 2, 3][..])
    );
    assert_eq!([one[1].text(), other[0].text()], ["- 2=0", "- 2=0"]);
}

/// Tools that have one batch function have batches of their own all the same.
#[tokio::test(start_paused = true)]
async fn tools_never_share_a_batch() {
    let (harness, depot) = world(|it| it);
    let session = harness.session().start();
    tokio::join!(
        ask(&session, "depot_look", 1),
        ask(&session, "depot_five", 1),
        ask(&session, "depot_patient", 1),
    );
    assert_eq!(depot.keys(), [[1], [1], [1]]);
}

/// A tenant that asks for nothing any more costs nothing any more, and is served as before when it comes back.
#[tokio::test(start_paused = true)]
async fn what_belongs_to_a_tenant_goes_away_when_it_is_idle() {
    let (harness, depot) = world(|it| it);
    let groups = || {
        let stats = harness.batch_stats();
        stats.iter().map(|it| it.groups).sum::<usize>()
    };
    for round in 0..3 {
        for tenant in 0..100_u64 {
            let session = harness.session().tenant(format!("tenant {tenant}")).start();
            let outcome = ask(&session, "depot_look", 1).await;
            assert_eq!(outcome.text(), format!("tenant {tenant} 1=0"), "{round}");
        }
        assert_eq!(groups(), 100);
        sleep(Duration::from_millis(500)).await;
        assert_eq!(groups(), 100);
        sleep(Duration::from_millis(1_500)).await;
        assert_eq!(groups(), 0);
    }
    assert_eq!(depot.take().len(), 300);
}

/// A call that comes when its group is just going away makes another and waits for nothing.
#[tokio::test(start_paused = true)]
async fn a_call_at_the_moment_when_its_group_goes_away_is_answered() {
    let (harness, _) = world(|it| it);
    let session = harness.session().start();
    ask(&session, "depot_look", 1).await;
    for micros in 995..1_005 {
        let started = Instant::now();
        sleep(Duration::from_millis(micros)).await;
        let outcome = ask(&session, "depot_look", 2).await;
        assert_eq!(outcome.text(), "- 2=0");
        assert_eq!(started.elapsed(), Duration::from_millis(micros));
    }
}

/// While something of it waits or runs, a group stays.
#[tokio::test(start_paused = true)]
async fn a_group_stays_while_it_has_calls() {
    let (harness, depot) = world(|it| it.batching(Batching::new().max_in_flight(1)));
    depot.takes(5_000);
    let session = harness.session().start();
    let first = ask(&session, "depot_look", 1);
    let second = ask_at(&session, 10, "depot_look", 2);
    let third = ask_at(&session, 4_000, "depot_look", 2);
    tokio::join!(first, second, third);
    assert_eq!(depot.keys(), [[1], [2]]);
}
