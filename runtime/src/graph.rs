//! Which calls of a tick wait for which: a graph that grows call by call, pure and without I/O.
//!
//! Edges run from an earlier call of the message to a later one, so there are no cycles. There are two kinds. An edge of
//! data is there where a call needs the result of another: it is not run if that one fails. An edge of order is there
//! where `after` says so, where the model asks for it, or where one writes what the other reads or writes: the later
//! call waits for the end of the earlier one, whether that was a success or not. Reads never wait for reads.

use std::sync::Arc;

use crate::effect::Effect;

/// One call, as far as its order among others goes.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The tool's name.
    pub(crate) tool: &'static str,
    /// The tools for whose earlier calls it waits.
    pub(crate) after: &'static [&'static str],
    pub(crate) effect: Arc<Effect>,
}

impl Node {
    fn is_plain(&self) -> bool {
        self.after.is_empty() && self.effect.writes.is_empty()
    }

    fn waits_for(&self, earlier: &Node) -> bool {
        self.after.contains(&earlier.tool) || earlier.effect.conflicts_with(&self.effect)
    }
}

/// That a call waits for an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    /// The earlier call.
    pub(crate) earlier: usize,
    /// Whether the later call needs its result.
    pub(crate) is_data: bool,
}

/// For each call, the earlier calls that it waits for.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallGraph {
    nodes: Vec<Option<Node>>,
    edges: Vec<Vec<Edge>>,
    dependents: Vec<Vec<usize>>,
    /// The calls that write.
    writers: Vec<usize>,
}

impl CallGraph {
    /// Adds the next call in the order of emission, and returns its place. Besides what its node says it needs the
    /// results of some earlier calls, and waits for the end of others. A call that cannot run has no node: it neither
    /// waits for others nor is waited for on account of its effect.
    pub(crate) fn push(&mut self, node: Option<Node>, needs: &[usize], after: &[usize]) -> usize {
        let later = self.nodes.len();
        let mut edges: Vec<Edge> = Vec::new();
        let mut add = |earlier: usize, is_data: bool| {
            debug_assert!(
                earlier < later,
                "edges run from earlier calls to later ones"
            );
            match edges.iter_mut().find(|edge| edge.earlier == earlier) {
                Some(edge) => edge.is_data |= is_data,
                None => edges.push(Edge { earlier, is_data }),
            }
        };
        for earlier in needs {
            add(*earlier, true);
        }
        for earlier in after {
            add(*earlier, false);
        }
        if let Some(node) = &node {
            let is_waited_for = |earlier: &usize| {
                let earlier = self.nodes.get(*earlier).and_then(Option::as_ref);
                earlier.is_some_and(|earlier| node.waits_for(earlier))
            };
            // A read without an `after` can only wait for writes: most ticks have none.
            if node.is_plain() {
                let writers = self.writers.iter().copied().filter(is_waited_for);
                writers.for_each(|earlier| add(earlier, false));
            } else {
                let all = (0..later).filter(is_waited_for);
                all.for_each(|earlier| add(earlier, false));
            }
            if !node.effect.writes.is_empty() {
                self.writers.push(later);
            }
        }
        edges.sort_unstable_by_key(|edge| edge.earlier);
        for edge in &edges {
            if let Some(dependents) = self.dependents.get_mut(edge.earlier) {
                dependents.push(later);
            }
        }
        self.nodes.push(node);
        self.edges.push(edges);
        self.dependents.push(Vec::new());
        later
    }

    /// What a call waits for, in the order of emission.
    pub(crate) fn waits_for(&self, call: usize) -> &[Edge] {
        self.edges.get(call).map_or(&[], Vec::as_slice)
    }

    /// The later calls that wait for a call.
    pub(crate) fn dependents(&self, call: usize) -> &[usize] {
        self.dependents.get(call).map_or(&[], Vec::as_slice)
    }

    /// For each call, how long the longest chain is that begins with it, where `time` is how long each call takes by
    /// itself.
    pub(crate) fn chains(&self, time: impl Fn(usize) -> u64) -> Vec<u64> {
        let mut chains = vec![0_u64; self.nodes.len()];
        for call in (0..self.nodes.len()).rev() {
            let rest = self.dependents(call).iter();
            let rest = rest.filter_map(|later| chains.get(*later)).max().copied();
            let chain = time(call).saturating_add(rest.unwrap_or_default());
            if let Some(slot) = chains.get_mut(call) {
                *slot = chain;
            }
        }
        chains
    }
}

#[cfg(test)]
mod tests;
