//! What happens when the state or the bus is lost, and when a process is cut off.

use std::time::Duration;

use redis::{Value, cmd};
use toolwright::{CacheStatus, RedisTier};

use crate::server::{Server, eventually, eventually_async, kept, patient};
use crate::world::{Node, World};

const HIT: CacheStatus = CacheStatus::Hit;
const MISS: CacheStatus = CacheStatus::Miss;

fn control(server: &Server, kind: &str) -> String {
    let [key] = server.keys(&format!("*:{kind}")).try_into().unwrap();
    key
}

/// Waits until memory answers, so that what follows is about what is in memory.
async fn settled(node: &Node, id: &str) {
    eventually_async("memory is trusted", async || {
        let before = node.stats();
        node.read(id).await;
        (node.stats() == before).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_state_is_lost_nothing_that_was_kept_before_is_served() {
    let Some(server) = Server::start() else {
        return;
    };
    for loss in ["DEL", "SET"] {
        let world = World::default();
        let (one, other) = (
            Node::new(&world, patient(&server)),
            Node::new(&world, patient(&server)),
        );
        redis::cmd("FLUSHALL")
            .exec(&mut server.connection())
            .unwrap();
        one.read("A").await;
        kept(&server, 1);
        settled(&other, "A").await;
        let mut lose = cmd(loss);
        lose.arg(control(&server, "state"));
        if loss == "SET" {
            lose.arg("garbage");
        }
        lose.exec(&mut server.connection()).unwrap();
        let new = Node::new(&world, patient(&server));
        assert_eq!(new.read("A").await.1, MISS);
        // And writes are told again.
        let version = one.write("A").await;
        eventually_async("the write is seen", async || {
            (other.read("A").await.0 == version).then_some(())
        })
        .await;
        eventually_async("a result of the new epoch is served", async || {
            let new = Node::new(&world, patient(&server));
            let found = new.read("A").await;
            assert_eq!(found.0, version);
            (found.1 == HIT).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_everything_is_flushed_writes_are_seen_all_the_same() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let tier = || patient(&server).lease(Duration::from_millis(200));
    let (one, other) = (Node::new(&world, tier()), Node::new(&world, tier()));
    for _ in 0..5 {
        one.read("A").await;
        settled(&other, "A").await;
        // The write is told to a bus that is gone before anybody can hear it, or at the same time.
        let version = one.write("A").await;
        redis::cmd("FLUSHALL")
            .exec(&mut server.connection())
            .unwrap();
        eventually_async("the write is seen", async || {
            (other.read("A").await.0 == version).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_missing_from_the_bus_is_noticed() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let (one, other) = (
        Node::new(&world, patient(&server)),
        Node::new(&world, patient(&server)),
    );
    one.read("A").await;
    settled(&other, "A").await;
    // A write whose entry was trimmed before it was read: the next one shows that.
    let state = control(&server, "state");
    cmd("HINCRBY")
        .arg(&state)
        .arg("ticket")
        .arg(1)
        .exec(&mut server.connection())
        .unwrap();
    let (reads, hits) = (world.reads("A"), other.stats().hits);
    one.write("B").await;
    eventually_async("memory is forgotten", async || {
        other.read("A").await;
        (other.stats().hits > hits).then_some(())
    })
    .await;
    assert_eq!(world.reads("A"), reads, "Redis has it still");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_has_lost_its_last_entry_is_noticed() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let tier = || patient(&server).lease(Duration::from_millis(400));
    let other = Node::new(&world, tier());
    other.read("A").await;
    settled(&other, "A").await;
    kept(&server, 1);
    let (reads, hits) = (world.reads("A"), other.stats().hits);
    // A write of which nobody is told.
    let state = control(&server, "state");
    cmd("HINCRBY")
        .arg(&state)
        .arg("ticket")
        .arg(1)
        .exec(&mut server.connection())
        .unwrap();
    eventually_async("memory is forgotten", async || {
        other.read("A").await;
        (other.stats().hits > hits).then_some(())
    })
    .await;
    assert_eq!(world.reads("A"), reads, "Redis has it still");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_forgotten_writes_is_noticed() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let one = Node::new(&world, patient(&server));
    one.read("A").await;
    kept(&server, 1);
    let [key] = server.keys("*:v:*").try_into().unwrap();
    let state = control(&server, "state");
    let mut connection = server.connection();
    let dump = |key: &str, connection: &mut redis::Connection| -> Vec<u8> {
        cmd("DUMP").arg(key).query(connection).unwrap()
    };
    let (old_value, old_state) = (dump(&key, &mut connection), dump(&state, &mut connection));
    one.write("A").await;
    // As if it had been started from an old snapshot.
    let restore = |key: &str, bytes: &[u8], left: u64, connection: &mut redis::Connection| {
        let restored = cmd("RESTORE")
            .arg(key)
            .arg(left)
            .arg(bytes)
            .arg("REPLACE")
            .query::<Value>(connection);
        restored.unwrap();
    };
    restore(&key, &old_value, 3_600_000, &mut connection);
    restore(&state, &old_state, 0, &mut connection);
    assert_eq!(one.read("A").await, (1, MISS));
    let new = Node::new(&world, patient(&server));
    assert_eq!(new.read("A").await.0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_started_again_begins_anew() {
    let Some(server) = Server::start_with(&["--save", "3600 1000000"]) else {
        return;
    };
    let world = World::default();
    let tier = || patient(&server).lease(Duration::from_millis(200));
    let one = Node::new(&world, tier());
    one.read("A").await;
    kept(&server, 1);
    cmd("SAVE").exec(&mut server.connection()).unwrap();
    let version = one.write("A").await;
    server.stop();
    server.start_again();
    kept(&server, 1);
    // What it has is from before the write, and so is all that it knows of writes.
    let new = Node::new(&world, tier());
    assert_eq!(new.read("A").await, (version, MISS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_hears_nothing_trusts_its_memory_for_a_lease() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let lease = Duration::from_millis(300);
    let tier = RedisTier::new(server.url()).unwrap().lease(lease);
    let (one, other) = (Node::new(&world, tier.clone()), Node::new(&world, tier));
    one.read("A").await;
    settled(&other, "A").await;
    server.pause();
    let version = one.write("A").await;
    assert_eq!(
        one.read("A").await.0,
        version,
        "who writes knows it at once"
    );
    // The bound itself, and not a wait for something: after it, nothing old is served.
    tokio::time::sleep(lease).await;
    assert_eq!(other.read("A").await.0, version);
    server.resume();
    eventually_async("what was held back is told", async || {
        (one.stats().pending == 0).then_some(())
    })
    .await;
    eventually("Redis is used again", || {
        let runtime = tokio::runtime::Handle::current();
        let found = tokio::task::block_in_place(|| runtime.block_on(other.read("A")));
        assert_eq!(found.0, version);
        (found.1 == HIT).then_some(())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_could_not_be_told_is_told_when_the_server_is_back() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let lease = Duration::from_millis(200);
    let tier = RedisTier::new(server.url()).unwrap().lease(lease);
    let (one, other) = (Node::new(&world, tier.clone()), Node::new(&world, tier));
    one.read("A").await;
    kept(&server, 1);
    settled(&other, "A").await;
    server.pause();
    let version = one.write("A").await;
    assert!(one.stats().pending > 0);
    server.resume();
    // Redis has the old result still. Nobody serves it for long, and the one who wrote not at all.
    assert_eq!(one.read("A").await.0, version);
    eventually_async("the write is seen", async || {
        (other.read("A").await.0 == version).then_some(())
    })
    .await;
    assert_eq!(one.read("A").await.0, version);
}
