//! One flight across processes, where that is asked for.

use std::sync::Arc;

use redis::cmd;
use toolwright::{CacheStatus, RedisTier};

use crate::server::{Server, eventually_async, kept, patient};
use crate::world::{Gate, Node, World, builder};

fn node(world: &World, gate: &Gate, tier: RedisTier) -> Arc<Node> {
    let builder = builder(world).state(gate.clone());
    Arc::new(Node::of(builder.redis(tier).build().unwrap()))
}

fn call(node: &Arc<Node>) -> tokio::task::JoinHandle<CacheStatus> {
    let node = Arc::clone(node);
    tokio::spawn(async move { node.call("gated_version", "A").await.cache() })
}

async fn runs(world: &World, count: u64) {
    eventually_async("it runs", async || {
        (world.reads("A") == count).then_some(())
    })
    .await;
}

/// Waits until a process has asked for the lock that another has.
async fn waits(server: &Server) {
    let before = server.info("stats", "keyspace_misses");
    eventually_async("it asks again", async || {
        (server.info("stats", "keyspace_misses") > before + 3).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_calls_of_two_processes_run_once() {
    let Some(server) = Server::start() else {
        return;
    };
    let (world, gate) = (World::default(), Gate::default());
    let tier = || patient(&server).single_flight(true);
    let (one, other) = (node(&world, &gate, tier()), node(&world, &gate, tier()));
    let first = call(&one);
    runs(&world, 1).await;
    let second = call(&other);
    waits(&server).await;
    gate.0.add_permits(2);
    assert_eq!(first.await.unwrap(), CacheStatus::Miss);
    assert_eq!(second.await.unwrap(), CacheStatus::Hit);
    assert_eq!(world.reads("A"), 1);
    eventually_async("the lock is gone", async || {
        server.keys("*:f:*").is_empty().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_each_process_runs() {
    let Some(server) = Server::start() else {
        return;
    };
    let (world, gate) = (World::default(), Gate::default());
    let nodes = [(); 2].map(|()| node(&world, &gate, patient(&server)));
    let calls = nodes.each_ref().map(call);
    runs(&world, 2).await;
    gate.0.add_permits(2);
    for call in calls {
        assert_eq!(call.await.unwrap(), CacheStatus::Miss);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_stands_as_long_as_the_run_and_not_longer() {
    let Some(server) = Server::start() else {
        return;
    };
    let (world, gate) = (World::default(), Gate::default());
    let tier = || patient(&server).single_flight(true);
    let (one, other) = (node(&world, &gate, tier()), node(&world, &gate, tier()));
    let first = call(&one);
    runs(&world, 1).await;
    // Longer than the lock stands by itself.
    eventually_async("it is renewed several times", async || {
        let renewed: String = cmd("INFO")
            .arg("commandstats")
            .query(&mut server.connection())
            .unwrap();
        let calls = renewed.split("cmdstat_pexpire:calls=").nth(1)?;
        let calls: u64 = calls.split(',').next()?.parse().unwrap();
        (calls > 8).then_some(())
    })
    .await;
    assert_eq!(server.keys("*:f:*").len(), 1);
    let second = call(&other);
    waits(&server).await;
    assert_eq!(world.reads("A"), 1, "the other waits");

    // The process that runs it goes, and keeps nothing: the other runs.
    first.abort();
    drop(one);
    runs(&world, 2).await;
    gate.0.add_permits(1);
    assert_eq!(second.await.unwrap(), CacheStatus::Miss);
    kept(&server, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_with_the_lock_does_not_keep_it() {
    let Some(server) = Server::start() else {
        return;
    };
    let (world, gate) = (World::default(), Gate::default());
    gate.0.add_permits(10);
    let tier = || patient(&server).single_flight(true);
    node(&world, &gate, tier()).call("gated_version", "A").await;
    kept(&server, 1);
    let [value] = server.keys("*:v:*").try_into().unwrap();
    let lock = value.replace(":v:", ":f:");
    let mut connection = server.connection();
    cmd("DEL").arg(value).exec(&mut connection).unwrap();
    cmd("SET")
        .arg(lock)
        .arg("the dead")
        .arg("PX")
        .arg(300)
        .exec(&mut connection)
        .unwrap();
    let other = node(&world, &gate, tier());
    assert_eq!(
        other.call("gated_version", "A").await.cache(),
        CacheStatus::Miss
    );
    assert_eq!(world.reads("A"), 2);
}
