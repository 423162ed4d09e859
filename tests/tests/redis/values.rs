//! What is in Redis and is no result of ours: the tool runs, it is counted, and it goes.

use redis::{Cmd, cmd};
use toolwright::CacheStatus;

use crate::server::{Server, eventually, eventually_async, kept, patient};
use crate::world::{Node, World};

/// The one value that is kept, its name and what is in it.
fn value(server: &Server) -> (String, Vec<u8>) {
    kept(server, 1);
    let [key] = server.keys("*:v:*").try_into().unwrap();
    let bytes = cmd("GET")
        .arg(&key)
        .query(&mut server.connection())
        .unwrap();
    (key, bytes)
}

fn run(server: &Server, command: &Cmd) {
    command.exec(&mut server.connection()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_not_ours_is_a_miss_and_goes() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    Node::new(&world, patient(&server)).read("A").await;
    let (key, good) = value(&server);
    let set = |bytes: &[u8]| {
        let mut command = cmd("SET");
        command.arg(&key).arg(bytes).arg("PX").arg(3_600_000);
        command
    };
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= byte;
        set(&bytes)
    };
    let push = |command: &str| {
        let mut command = cmd(command);
        command.arg(&key).arg("x").arg("y");
        command
    };
    let bad = [
        set(b"garbage"),
        set(&[0; 3]),
        set(&vec![b'x'; 20 << 20]),
        set(&good[..good.len() - 1]),
        set(&good[..good.len() / 2]),
        set(&[good.as_slice(), b"x"].concat()),
        // Another format.
        with(2, 3),
        with(3, 1),
        with(good.len() - 1, 1),
        push("RPUSH"),
        push("HSET"),
        push("SADD"),
    ];
    for (count, command) in bad.iter().enumerate() {
        eventually_async("it is met", async || {
            let reads = world.reads("A");
            run(&server, cmd("DEL").arg(&key));
            run(&server, command);
            let node = Node::new(&world, patient(&server));
            assert_eq!(node.read("A").await, (0, CacheStatus::Miss), "{count}");
            assert_eq!(world.reads("A"), reads + 1, "{count}");
            // What was there before is deleted by nobody knows when, and this with it if both are lists.
            (node.stats().corrupt == 1).then_some(())
        })
        .await;
        eventually("the same result takes its place", || {
            let found = cmd("GET").arg(&key).query(&mut server.connection());
            (found == Ok(good.clone())).then_some(())
        });
    }
    let node = Node::new(&world, patient(&server));
    assert_eq!(node.read("A").await, (0, CacheStatus::Hit));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_not_ours_is_deleted_where_nothing_takes_its_place() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    Node::new(&world, patient(&server)).read("A").await;
    let (key, _) = value(&server);
    for command in [
        cmd("SET").arg(&key).arg("garbage"),
        cmd("RPUSH").arg(&key).arg("x"),
    ] {
        run(&server, cmd("DEL").arg(&key));
        run(&server, command);
        // Keeps nothing that lasts.
        let node = Node::new(&world, patient(&server).max_ttl(std::time::Duration::ZERO));
        node.read("A").await;
        eventually("it is deleted", || {
            server.keys("*:v:*").is_empty().then_some(())
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_under_the_key_of_another_is_a_miss() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let node = Node::new(&world, patient(&server));
    node.write("A").await;
    node.read("A").await;
    let (first, _) = value(&server);
    node.read("B").await;
    kept(&server, 2);
    let second = server
        .keys("*:v:*")
        .into_iter()
        .find(|key| *key != first)
        .unwrap();
    run(&server, cmd("RENAME").arg(&first).arg(&second));
    let new = Node::new(&world, patient(&server));
    assert_eq!(new.read("B").await, (0, CacheStatus::Miss));
    assert_eq!(new.stats().corrupt, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_somebody_keeps_for_ever_is_a_miss() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    Node::new(&world, patient(&server)).read("A").await;
    let (key, _) = value(&server);
    run(&server, cmd("PERSIST").arg(&key));
    let new = Node::new(&world, patient(&server));
    assert_eq!(new.read("A").await.1, CacheStatus::Miss);
}
