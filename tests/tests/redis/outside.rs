//! What was written elsewhere, told by a process that asks for nothing itself.

use crate::server::{Server, eventually_async, kept, patient};
use crate::world::{Node, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_only_tells_is_heard() {
    let Some(server) = Server::start() else {
        return;
    };
    let world = World::default();
    let (reader, teller) = (
        Node::new(&world, patient(&server)),
        Node::new(&world, patient(&server)),
    );
    for (reads, tell) in [
        (
            1,
            (|node: &Node| node.harness.invalidate("order/A")) as fn(&Node),
        ),
        (2, |node| node.harness.invalidate_tool("order_version")),
        (3, |node| node.harness.invalidate_tenant("acme")),
        (4, |node| node.harness.clear()),
    ] {
        reader.read("A").await;
        assert_eq!(world.reads("A"), reads);
        kept(&server, 1);
        tell(&teller);
        eventually_async("it is asked for again", async || {
            reader.read("A").await;
            (world.reads("A") > reads).then_some(())
        })
        .await;
    }
}
