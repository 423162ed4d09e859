//! What one process has asked, no other needs to ask; what one writes, none serves.

use std::time::Duration;

use toolwright::CacheStatus;

use crate::server::{Server, eventually, eventually_async, kept, patient};
use crate::world::{Node, World, builder};

const HIT: CacheStatus = CacheStatus::Hit;
const MISS: CacheStatus = CacheStatus::Miss;

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_has_asked_another_has_from_redis() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let (one, other) = (
        Node::new(&world, patient(&server)),
        Node::new(&world, patient(&server)),
    );
    assert_eq!(one.read("A").await, (0, MISS));
    kept(&server, 1);
    assert_eq!(other.read("A").await, (0, HIT));
    assert_eq!(other.stats().hits, 1);
    assert_eq!(world.reads("A"), 1);

    // From then on it is in memory.
    eventually_async("memory is trusted", async || {
        let before = other.stats();
        assert_eq!(other.read("A").await, (0, HIT));
        (other.stats() == before).then_some(())
    })
    .await;
    assert_eq!(world.reads("A"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_in_one_process_is_seen_by_reads_in_another() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let (one, other) = (
        Node::new(&world, patient(&server)),
        Node::new(&world, patient(&server)),
    );
    for version in 0..20 {
        assert_eq!(one.read("A").await.0, version);
        other.read("A").await;
        other.read("B").await;
        assert_eq!(one.write("A").await, version + 1);
        // Well before the lease is over: the bus has told it.
        eventually_async("the write is seen", async || {
            (other.read("A").await.0 == version + 1).then_some(())
        })
        .await;
        assert_eq!(other.read("A").await, (version + 1, HIT));
    }
    assert_eq!(world.reads("B"), 1, "no write has touched it");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_serves_nothing_that_was_written_even_before_the_bus_has_told_it() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let one = Node::new(&world, patient(&server));
    for version in 0..20 {
        assert_eq!(one.read("A").await.0, version);
        kept(&server, 1);
        one.write("A").await;
        // A process that knows nothing yet.
        let new = Node::new(&world, patient(&server));
        assert_eq!(new.read("A").await, (version + 1, MISS));
        assert_eq!(new.stats().invalid, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_found_out_that_it_reads_counts_in_every_process() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let (one, other) = (
        Node::new(&world, patient(&server)),
        Node::new(&world, patient(&server)),
    );
    assert_eq!(one.call("parcel_version", "PA").await.text(), "0");
    kept(&server, 1);
    let found = other.call("parcel_version", "PA").await;
    assert_eq!((found.text(), found.cache()), ("0", HIT));

    one.write("A").await;
    let new = Node::new(&world, patient(&server));
    let found = new.call("parcel_version", "PA").await;
    assert_eq!((found.text(), found.cache()), ("1", MISS));
    eventually_async("memory has heard of it", async || {
        (other.call("parcel_version", "PA").await.text() == "1").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_forgets_a_result_when_its_ttl_is_over() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let one = Node::of(
        builder(&world)
            .ttl_jitter(0.0)
            .redis(patient(&server))
            .build()
            .unwrap(),
    );
    one.call("order_version", "A").await;
    kept(&server, 1);
    let [key] = server.keys("*:v:*").try_into().unwrap();
    let left: u64 = redis::cmd("PTTL")
        .arg(&key)
        .query(&mut server.connection())
        .unwrap();
    assert!((3_500_000..=3_600_000).contains(&left), "{left}");

    one.call("fleeting_version", "A").await;
    eventually("the other has gone by itself", || {
        (server.info("stats", "expired_keys") == 1).then_some(())
    });
    assert_eq!(server.keys("*:v:*"), [key]);
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_nothing_for_longer_than_it_was_told() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let one = Node::new(&world, patient(&server).max_ttl(Duration::from_mins(1)));
    one.read("A").await;
    kept(&server, 1);
    let [key] = server.keys("*:v:*").try_into().unwrap();
    let left: u64 = redis::cmd("PTTL")
        .arg(&key)
        .query(&mut server.connection())
        .unwrap();
    assert!((1..=60_000).contains(&left), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_has_its_age_from_when_it_was_made() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let one = Node::new(&world, patient(&server));
    one.read("A").await;
    kept(&server, 1);
    let [key] = server.keys("*:v:*").try_into().unwrap();
    // A quarter of an hour passes, as far as Redis knows.
    let left: u64 = redis::cmd("PTTL")
        .arg(&key)
        .query(&mut server.connection())
        .unwrap();
    let shorten = redis::cmd("PEXPIRE")
        .arg(&key)
        .arg(left - 900_000)
        .query(&mut server.connection());
    assert_eq!(shorten, Ok(1));
    let other = Node::new(&world, patient(&server));
    let outcome = other.call("order_version", "A").await;
    assert_eq!(outcome.cache(), HIT);
    let age = outcome.age().unwrap();
    assert!((900..1000).contains(&age.as_secs()), "{age:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_namespaces_and_secrets_are_kept_apart() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let one = Node::new(&world, patient(&server));
    one.read("A").await;
    kept(&server, 1);
    let same = Node::new(&world, patient(&server));
    assert_eq!(same.read("A").await.1, HIT);
    let tenant = same.harness.session().tenant("globex").start();
    assert_eq!(
        tenant.call("order_version", r#"{"id": "A"}"#).await.cache(),
        MISS
    );
    for other in [
        builder(&world).namespace("other"),
        builder(&world).key_secret("other"),
    ] {
        let other = Node::of(other.redis(patient(&server)).build().unwrap());
        assert_eq!(other.read("A").await.1, MISS);
    }
    assert_eq!(
        server.keys("*:state").len(),
        3,
        "each deployment has its own"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn long_results_are_compressed() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let (one, other) = (
        Node::new(&world, patient(&server)),
        Node::new(&world, patient(&server)),
    );
    let told = one.call("order_story", "A").await;
    kept(&server, 1);
    let [key] = server.keys("*:v:*").try_into().unwrap();
    let length: usize = redis::cmd("STRLEN")
        .arg(&key)
        .query(&mut server.connection())
        .unwrap();
    assert!(
        length < told.text().len() / 10,
        "{length} of {}",
        told.text().len()
    );
    let found = other.call("order_story", "A").await;
    assert_eq!((found.text(), found.cache()), (told.text(), HIT));
}

#[test]
fn a_harness_may_be_used_in_one_runtime_after_another() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let tier = || patient(&server).lease(Duration::from_millis(100));
    let (one, other) = (Node::new(&world, tier()), Node::new(&world, tier()));
    for _ in 0..3 {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let version = one.write("A").await;
            eventually_async("the write is seen", async || {
                (other.read("A").await.0 == version).then_some(())
            })
            .await;
            eventually_async("the bus is heard in this runtime too", async || {
                let before = other.stats();
                other.read("A").await;
                (other.stats() == before).then_some(())
            })
            .await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_harness_that_has_gone_leaves_no_connection() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let node = Node::new(&world, patient(&server));
    node.write("A").await;
    node.read("A").await;
    kept(&server, 1);
    assert!(server.info("clients", "connected_clients") > 2);
    drop(node);
    eventually("only this one is connected", || {
        (server.info("clients", "connected_clients") == 1).then_some(())
    });
}
