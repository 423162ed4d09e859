//! The edges, and the chains that they make.

use std::sync::Arc;

use proptest::prelude::*;

use super::{CallGraph, Edge, Node};
use crate::effect::{Effect, Resource};

fn resources(paths: &str) -> Vec<Resource> {
    let paths = paths.split(',').filter(|path| !path.is_empty());
    paths.map(Resource::parse).collect()
}

fn node(tool: &'static str, after: &'static [&'static str], reads: &str, writes: &str) -> Node {
    Node {
        tool,
        after,
        effect: Arc::new(Effect {
            reads: resources(reads),
            writes: resources(writes),
        }),
    }
}

fn edges(graph: &CallGraph) -> Vec<Vec<usize>> {
    let of = |call| graph.waits_for(call).iter().map(|edge| edge.earlier);
    (0..graph.nodes.len())
        .map(|call| of(call).collect())
        .collect()
}

fn by_effect(calls: &[(&str, &str)]) -> Vec<Vec<usize>> {
    let mut graph = CallGraph::default();
    for (reads, writes) in calls {
        graph.push(Some(node("tool", &[], reads, writes)), &[], &[]);
    }
    edges(&graph)
}

#[test]
fn reads_do_not_wait_for_reads() {
    assert_eq!(
        by_effect(&[("order/A", ""), ("order/A", ""), ("*", "")]),
        [vec![], vec![], vec![]] as [Vec<usize>; 3]
    );
}

#[test]
fn a_write_keeps_the_order_of_emission() {
    let read_write_read = [
        ("order/A", ""),
        ("", "order/A"),
        ("order/A", ""),
        ("order/B", ""),
    ];
    assert_eq!(
        by_effect(&read_write_read),
        [vec![], vec![0], vec![1], vec![]]
    );
}

#[test]
fn everything_is_a_barrier() {
    let barrier = [
        ("order/A", ""),
        ("", "balance/7"),
        ("", "*"),
        ("order/A", ""),
    ];
    assert_eq!(by_effect(&barrier), [vec![], vec![], vec![0, 1], vec![2]]);
}

#[test]
fn after_waits_for_every_earlier_call_and_for_no_later_one() {
    let mut graph = CallGraph::default();
    for tool in ["login", "search", "login", "search"] {
        let after: &[&str] = if tool == "search" {
            &["login", "absent"]
        } else {
            &[]
        };
        graph.push(Some(node(tool, after, "", "")), &[], &[]);
    }
    assert_eq!(edges(&graph), [vec![], vec![0], vec![], vec![0, 2]]);
    assert_eq!(graph.dependents(0), [1, 3]);
}

#[test]
fn what_is_needed_and_what_is_waited_for_are_told_apart() {
    let mut graph = CallGraph::default();
    graph.push(Some(node("write", &[], "", "a")), &[], &[]);
    graph.push(Some(node("read", &[], "b", "")), &[], &[]);
    graph.push(Some(node("both", &[], "a", "")), &[0, 1], &[1]);
    let [first, second] = [0, 1].map(|earlier| Edge {
        earlier,
        is_data: true,
    });
    assert_eq!(graph.waits_for(2), [first, second]);
}

#[test]
fn a_call_that_cannot_run_is_not_waited_for() {
    let mut graph = CallGraph::default();
    graph.push(None, &[], &[]);
    graph.push(Some(node("barrier", &[], "", "*")), &[], &[]);
    graph.push(None, &[], &[]);
    assert_eq!(edges(&graph), [vec![], vec![], vec![]] as [Vec<usize>; 3]);
}

#[test]
fn the_longest_chain_goes_through_the_slowest_calls() {
    let mut graph = CallGraph::default();
    let times = [300, 700, 500, 10];
    graph.push(None, &[], &[]);
    graph.push(None, &[0], &[]);
    graph.push(None, &[], &[0]);
    graph.push(None, &[2], &[]);
    assert_eq!(graph.chains(|call| times[call]), [1000, 700, 510, 10]);
    assert_eq!(graph.chains(|_| u64::MAX), [u64::MAX; 4]);
}

proptest! {
    /// The quick way for reads finds the edges that comparing every pair finds.
    #[test]
    fn edges_are_those_of_every_pair(
        calls in prop::collection::vec((0..4_usize, 0..4_usize, 0..3_usize, any::<bool>()), 0..24)
    ) {
        let paths = ["", "a", "a/1", "*"];
        let tools = ["x", "y", "z"];
        let nodes: Vec<Node> = calls
            .iter()
            .map(|&(reads, writes, tool, after)| {
                node(tools[tool], if after { &["x"] } else { &[] }, paths[reads], paths[writes])
            })
            .collect();
        let mut graph = CallGraph::default();
        for (later, node) in nodes.iter().enumerate() {
            prop_assert_eq!(graph.push(Some(node.clone()), &[], &[]), later);
            let expected: Vec<usize> =
                (0..later).filter(|earlier| node.waits_for(&nodes[*earlier])).collect();
            let found: Vec<usize> =
                graph.waits_for(later).iter().map(|edge| edge.earlier).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
