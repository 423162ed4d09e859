//! Passwords and TLS, through the URL.

use std::process::Command;

use toolwright::{CacheStatus, RedisTier};

use crate::server::{Server, free_ports, kept, patient};
use crate::world::{Node, World};

/// Where the child process of a test finds its server.
const SERVER: &str = "TOOLWRIGHT_TEST_TLS_SERVER";

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_the_server() {
    let Some(server) = Server::start_with(&["--requirepass", "hunter2"]) else {
        return;
    };
    let world = World::default();
    let with = |password: &str| {
        let tier = RedisTier::new(format!("{}?pass={password}", server.url())).unwrap();
        tier.deadline(std::time::Duration::from_secs(10))
    };
    let tier = with("hunter2");
    assert!(!format!("{tier:?}").contains("hunter2"), "{tier:?}");
    Node::new(&world, tier.clone()).read("A").await;
    kept(&server, 1);
    assert_eq!(Node::new(&world, tier).read("A").await.1, CacheStatus::Hit);

    for tier in [patient(&server), with("guess")] {
        let node = Node::new(&world, tier);
        for _ in 0..10 {
            // No call fails.
            assert_eq!(node.read("A").await, (0, CacheStatus::Miss));
        }
        assert!(node.stats().errors > 0);
        assert_eq!(node.stats().opened, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_begins_with_the_prefix() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    Node::new(&world, patient(&server).prefix("agents:"))
        .read("A")
        .await;
    kept(&server, 1);
    assert_eq!(server.keys("agents:*").len(), server.keys("*").len());
    assert_eq!(
        Node::new(&world, patient(&server)).read("A").await.1,
        CacheStatus::Miss
    );
}

#[test]
fn a_server_is_reached_by_tls_and_its_certificate_is_checked() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/redis/tls");
    let file = |name: &str| folder.join(name).display().to_string();
    let [port] = free_ports();
    let (certificate, key, authority) = (file("server.pem"), file("server.key"), file("ca.pem"));
    let server = Server::start_with(
        &[
            ["--tls-port", &port],
            ["--tls-cert-file", &certificate],
            ["--tls-key-file", &key],
            ["--tls-ca-cert-file", &authority],
            ["--tls-auth-clients", "no"],
        ]
        .concat(),
    );
    let Some(server) = server else { return };
    let child = |trusted: &str, expected: &str| {
        let program = std::env::current_exe().unwrap();
        let status = Command::new(program)
            .args([
                "--exact",
                "settings::reads_over_tls",
                "--ignored",
                "--nocapture",
            ])
            .env(SERVER, format!("rediss://localhost:{port} {expected}"))
            .env("SSL_CERT_FILE", trusted)
            .env_remove("SSL_CERT_DIR")
            .status();
        assert!(status.unwrap().success(), "{expected} with {trusted}");
    };
    child(&authority, "reached");
    assert_eq!(server.keys("*:v:*").len(), 1);
    // It trusts only itself.
    child(&certificate, "refused");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "what another test starts as a process of its own"]
async fn reads_over_tls() {
    let Ok(given) = std::env::var(SERVER) else {
        return;
    };
    let (url, expected) = given.split_once(' ').unwrap();
    let world = World::default();
    let tier = RedisTier::new(url)
        .unwrap()
        .deadline(std::time::Duration::from_secs(10));
    let node = Node::new(&world, tier.clone());
    node.read("A").await;
    if expected == "refused" {
        assert!(node.stats().errors > 0, "{:?}", node.stats());
        return;
    }
    crate::server::eventually_async("another has it from Redis", async || {
        let other = Node::new(&world, tier.clone());
        (other.read("A").await.1 == CacheStatus::Hit).then_some(())
    })
    .await;
}
