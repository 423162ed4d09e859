//! Which calls of a tick wait for which: a graph over effects and `after`, pure and without I/O.
//!
//! Edges run from an earlier call of the message to a later one, so there are no cycles. Reads never wait for reads. An
//! edge is about order alone: the later call waits for the end of the earlier one, whether that was a success or not.

use crate::effect::Effect;

/// One call, as far as its order among others goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'c> {
    /// The tool's name.
    pub(crate) tool: &'c str,
    /// The tools for whose earlier calls it waits.
    pub(crate) after: &'c [&'c str],
    pub(crate) effect: &'c Effect,
}

impl Node<'_> {
    fn waits_for(&self, earlier: &Node<'_>) -> bool {
        self.after.contains(&earlier.tool) || earlier.effect.conflicts_with(self.effect)
    }
}

/// For each call, the earlier calls that it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallGraph {
    waits_for: Vec<Vec<usize>>,
}

impl CallGraph {
    /// The graph of these calls, in the order of emission. A call that cannot run, which has no node, neither waits nor
    /// is waited for.
    pub(crate) fn new(calls: &[Option<Node<'_>>]) -> Self {
        let waits_for = calls
            .iter()
            .enumerate()
            .map(|(later, call)| {
                let Some(call) = call else {
                    return Vec::new();
                };
                let is_waited_for = |earlier: &usize| {
                    let earlier = calls.get(*earlier).and_then(Option::as_ref);
                    earlier.is_some_and(|earlier| call.waits_for(earlier))
                };
                (0..later).filter(is_waited_for).collect()
            })
            .collect();
        Self { waits_for }
    }

    /// How many earlier calls each call waits for.
    pub(crate) fn in_degrees(&self) -> Vec<usize> {
        self.waits_for.iter().map(Vec::len).collect()
    }

    /// For each call, the later calls that wait for it.
    pub(crate) fn dependents(&self) -> Vec<Vec<usize>> {
        let mut dependents = vec![Vec::new(); self.waits_for.len()];
        for (later, earlier) in self.waits_for.iter().enumerate() {
            for earlier in earlier {
                if let Some(dependents) = dependents.get_mut(*earlier) {
                    dependents.push(later);
                }
            }
        }
        dependents
    }
}

#[cfg(test)]
mod tests {
    use super::{CallGraph, Node};
    use crate::effect::{Effect, Resource};

    fn graph(calls: &[(&str, &str)]) -> Vec<Vec<usize>> {
        let resources = |paths: &str| {
            paths
                .split(',')
                .filter(|path| !path.is_empty())
                .map(Resource::parse)
                .collect()
        };
        let effects: Vec<Effect> = calls
            .iter()
            .map(|(reads, writes)| Effect {
                reads: resources(reads),
                writes: resources(writes),
            })
            .collect();
        let nodes: Vec<_> = effects
            .iter()
            .map(|effect| Some(node("tool", &[], effect)))
            .collect();
        CallGraph::new(&nodes).waits_for
    }

    fn node<'c>(tool: &'c str, after: &'c [&'c str], effect: &'c Effect) -> Node<'c> {
        Node {
            tool,
            after,
            effect,
        }
    }

    #[test]
    fn reads_do_not_wait_for_reads() {
        assert_eq!(
            graph(&[("order/A", ""), ("order/A", ""), ("*", "")]),
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
        assert_eq!(graph(&read_write_read), [vec![], vec![0], vec![1], vec![]]);
    }

    #[test]
    fn everything_is_a_barrier() {
        let barrier = [
            ("order/A", ""),
            ("", "balance/7"),
            ("", "*"),
            ("order/A", ""),
        ];
        assert_eq!(graph(&barrier), [vec![], vec![], vec![0, 1], vec![2]]);
    }

    #[test]
    fn after_waits_for_every_earlier_call_and_for_no_later_one() {
        let none = Effect::default();
        let (login, search) = (
            node("login", &[], &none),
            node("search", &["login", "absent"], &none),
        );
        let calls = [login, search, login, search].map(Some);
        let graph = CallGraph::new(&calls);
        assert_eq!(graph.waits_for, [vec![], vec![0], vec![], vec![0, 2]]);
    }

    #[test]
    fn tools_that_run_after_each_other_make_no_cycle() {
        let none = Effect::default();
        let (a, b) = (node("a", &["b"], &none), node("b", &["a"], &none));
        let graph = CallGraph::new(&[a, b, a].map(Some));
        assert_eq!(graph.waits_for, [vec![], vec![0], vec![1]]);
    }

    #[test]
    fn a_call_that_cannot_run_is_alone() {
        let effect = Effect {
            reads: vec![],
            writes: vec![Resource::EVERYTHING],
        };
        let barrier = Some(node("tool", &[], &effect));
        let graph = CallGraph::new(&[barrier, None, barrier]);
        assert_eq!(graph.waits_for, [vec![], vec![], vec![0]]);
        assert_eq!(graph.in_degrees(), [0, 0, 1]);
        assert_eq!(graph.dependents(), [vec![2], vec![], vec![]]);
    }
}
