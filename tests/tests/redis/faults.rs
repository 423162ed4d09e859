//! Redis is stopped, paused, started again, and filled with garbage, under load: no call fails, and no answer is wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::pipe;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use toolwright::RedisTier;

use crate::server::{Server, eventually_async};
use crate::world::{Node, World};

const CALLS: usize = 2000;
const AT_ONCE: usize = 64;
const ORDERS: usize = 8;

/// Two processes, and of each order what each process knows to be written.
struct Load {
    nodes: [Node; 2],
    floors: [[AtomicU64; ORDERS]; 2],
}

impl Load {
    /// So many calls; `fault` happens when half of them have begun.
    async fn run(self: &Arc<Self>, seed: u64, fault: impl FnOnce()) {
        let mut random = fastrand::Rng::with_seed(seed);
        let permits = Arc::new(Semaphore::new(AT_ONCE));
        let mut calls = JoinSet::new();
        let mut fault = Some(fault);
        for call in 0..CALLS {
            if call == CALLS / 2 {
                fault.take().into_iter().for_each(|fault| fault());
            }
            let permit = Arc::clone(&permits).acquire_owned().await.unwrap();
            let load = Arc::clone(self);
            let (node, order, writes) = (
                random.usize(..2),
                random.usize(..ORDERS),
                random.u8(..16) == 0,
            );
            calls.spawn(async move {
                load.call(node, order, writes).await;
                drop(permit);
            });
        }
        while let Some(ended) = calls.join_next().await {
            ended.unwrap();
        }
    }

    async fn call(&self, node: usize, order: usize, writes: bool) {
        let id = format!("order-{order}");
        let floor = &self.floors[node][order];
        if writes {
            let version = self.nodes[node].write(&id).await;
            floor.fetch_max(version, Ordering::SeqCst);
        } else {
            let least = floor.load(Ordering::SeqCst);
            let (version, _) = self.nodes[node].read(&id).await;
            assert!(
                version >= least,
                "order {order} has version {least}, and {version} was read"
            );
        }
    }

    /// Waits until each process serves what the other has asked, and checks that nothing old is served.
    async fn recovers(&self, world: &World) {
        for (one, other) in [(0, 1), (1, 0)] {
            let (one, other) = (&self.nodes[one], &self.nodes[other]);
            let hits = other.stats().hits;
            eventually_async("Redis is used again", async || {
                let version = one.write("fresh").await;
                // Who asks first keeps it.
                assert_eq!(one.read("fresh").await.0, version);
                tokio::time::sleep(Duration::from_millis(20)).await;
                other.read("fresh").await;
                (other.stats().hits > hits).then_some(())
            })
            .await;
        }
        eventually_async("what was held back is told", async || {
            self.nodes
                .iter()
                .all(|node| node.stats().pending == 0)
                .then_some(())
        })
        .await;
        for order in 0..ORDERS {
            let id = format!("order-{order}");
            for node in &self.nodes {
                eventually_async("nothing old is served", async || {
                    (node.read(&id).await.0 == world.version(&id)).then_some(())
                })
                .await;
            }
        }
    }
}

fn fill_with_garbage(server: &Server) {
    let mut connection = server.connection();
    for (number, key) in server.keys("*").iter().enumerate() {
        let mut garbage = pipe();
        // At once: the processes heal what they find.
        garbage.atomic().cmd("DEL").arg(key);
        garbage.cmd(["SET", "RPUSH", "SADD"][number % 3]);
        garbage
            .arg(key)
            .arg("garbage")
            .exec(&mut connection)
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_fails_and_no_answer_is_wrong_whatever_happens_to_redis() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let tier = RedisTier::new(server.url())
        .unwrap()
        .lease(Duration::from_millis(200));
    let load = Arc::new(Load {
        nodes: [
            Node::new(&world, tier.clone()),
            Node::new(&world, tier.clone()),
        ],
        floors: Default::default(),
    });
    let opened = || {
        load.nodes
            .iter()
            .map(|node| node.stats().opened)
            .sum::<u64>()
    };

    load.run(1, || ()).await;
    load.recovers(&world).await;

    let before = opened();
    load.run(2, || server.stop()).await;
    eventually_async("the breaker opens", async || {
        for node in &load.nodes {
            node.write("unheard").await;
        }
        (opened() > before).then_some(())
    })
    .await;
    server.start_again();
    load.recovers(&world).await;

    let before = opened();
    load.run(3, || server.pause()).await;
    eventually_async("the breaker opens", async || {
        for node in &load.nodes {
            node.write("unheard").await;
        }
        (opened() > before).then_some(())
    })
    .await;
    server.resume();
    load.recovers(&world).await;

    load.run(4, || {
        server.stop();
        server.start_again();
    })
    .await;
    load.recovers(&world).await;

    load.run(5, || fill_with_garbage(&server)).await;
    load.recovers(&world).await;
    // Of what was overwritten under load, all may have been written anew before it was met.
    fill_with_garbage(&server);
    let new = Node::new(&world, tier);
    eventually_async("garbage is met", async || {
        for order in 0..ORDERS {
            let id = format!("order-{order}");
            assert_eq!(new.read(&id).await.0, world.version(&id));
        }
        (new.stats().corrupt > 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_at_the_start_is_used_when_it_comes() {
    let Some(server) = Server::start() else {
        return;
    };
    server.stop();
    let world = World::default();
    let tier = RedisTier::new(server.url())
        .unwrap()
        .lease(Duration::from_millis(200));
    let load = Load {
        nodes: [Node::new(&world, tier.clone()), Node::new(&world, tier)],
        floors: Default::default(),
    };
    for node in &load.nodes {
        assert_eq!(node.read("A").await.0, 0);
    }
    server.start_again();
    load.recovers(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_breaker_asks_nothing() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let lease = Duration::from_hours(1);
    let node = Node::new(&world, RedisTier::new(server.url()).unwrap().lease(lease));
    node.read("A").await;
    server.stop();
    for id in 0..20 {
        node.read(&format!("other-{id}")).await;
    }
    let stats = node.stats();
    assert_eq!(stats.opened, 1);
    assert!(stats.skipped > 0, "{stats:?}");
    assert!(stats.errors + stats.timeouts < 20, "{stats:?}");
}
