//! Every command and script touches keys of one node of a cluster only: a server in cluster mode refuses all others.

use std::collections::BTreeSet;

use redis::cmd;
use toolwright::CacheStatus;

use crate::server::{Server, eventually, eventually_async, free_ports, kept, patient};
use crate::world::{Node, World};

#[tokio::test(flavor = "multi_thread")]
async fn no_command_touches_keys_of_two_nodes() {
    let [port, bus] = free_ports();
    let arguments = [
        "--cluster-enabled",
        "yes",
        "--port",
        &port,
        "--cluster-port",
        &bus,
    ];
    let Some(server) = Server::start_with(&arguments) else {
        return;
    };
    let mut connection = server.connection();
    // A cluster of one node, which has everything.
    cmd("CLUSTER")
        .arg("ADDSLOTSRANGE")
        .arg(0)
        .arg(16383)
        .exec(&mut connection)
        .unwrap();
    eventually("the cluster is up", || {
        let info: String = cmd("CLUSTER").arg("INFO").query(&mut connection).unwrap();
        info.contains("cluster_state:ok").then_some(())
    });
    let refused = cmd("MGET")
        .arg("a")
        .arg("b")
        .exec(&mut connection)
        .unwrap_err();
    assert_eq!(
        refused.code(),
        Some("CROSSSLOT"),
        "or this test shows nothing"
    );

    let world = World::default();
    let (one, other) = (
        Node::new(&world, patient(&server)),
        Node::new(&world, patient(&server)),
    );
    let ids = ["A", "B", "C", "D", "E", "F"];
    for id in ids {
        one.read(id).await;
        one.call("parcel_version", &format!("P{id}")).await;
    }
    kept(&server, 2 * ids.len());
    for id in ids {
        assert_eq!(other.read(id).await.1, CacheStatus::Hit);
        let parcel = other.call("parcel_version", &format!("P{id}")).await;
        assert_eq!(parcel.cache(), CacheStatus::Hit);
    }
    one.write("A").await;
    eventually_async("the write is seen", async || {
        (other.read("A").await.0 == 1).then_some(())
    })
    .await;
    let values = server.keys("*:v:*");
    cmd("SET")
        .arg(&values[0])
        .arg("garbage")
        .exec(&mut connection)
        .unwrap();
    let new = Node::new(&world, patient(&server));
    for id in ids {
        new.read(id).await;
        new.call("parcel_version", &format!("P{id}")).await;
    }
    assert_eq!(new.stats().corrupt, 1);
    for node in [one, other, new] {
        assert_eq!((node.stats().errors, node.stats().timeouts), (0, 0));
    }

    let mut slot = |key: &String| -> u64 {
        cmd("CLUSTER")
            .arg("KEYSLOT")
            .arg(key)
            .query(&mut connection)
            .unwrap()
    };
    let control: BTreeSet<u64> = server.keys("*}:*").iter().map(&mut slot).collect();
    assert_eq!(control.len(), 1, "state and bus are on one node");
    let spread: BTreeSet<u64> = values.iter().map(&mut slot).collect();
    assert!(
        spread.len() > values.len() / 2,
        "values are on all: {spread:?}"
    );
}
