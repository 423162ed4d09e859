//! Which calls of a tick wait for which: a graph over effects, pure and without I/O.
//!
//! Edges run from an earlier call of the message to a later one, so there are no cycles. Reads never wait for reads.

use crate::effect::Effect;

/// For each call, the earlier calls that it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallGraph {
    waits_for: Vec<Vec<usize>>,
}

impl CallGraph {
    /// The graph of these calls, in the order of emission. A call without an effect neither waits nor is waited for.
    pub(crate) fn new(effects: &[Option<&Effect>]) -> Self {
        let waits_for = effects
            .iter()
            .enumerate()
            .map(|(later, effect)| {
                let Some(effect) = effect else {
                    return Vec::new();
                };
                let conflicts = |earlier: &usize| {
                    effects
                        .get(*earlier)
                        .copied()
                        .flatten()
                        .is_some_and(|earlier| earlier.conflicts_with(effect))
                };
                (0..later).filter(conflicts).collect()
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
    use super::CallGraph;
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
        CallGraph::new(&effects.iter().map(Some).collect::<Vec<_>>()).waits_for
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
    fn a_call_without_an_effect_is_alone() {
        let effect = Effect {
            reads: vec![],
            writes: vec![Resource::EVERYTHING],
        };
        let graph = CallGraph::new(&[Some(&effect), None, Some(&effect)]);
        assert_eq!(graph.waits_for, [vec![], vec![], vec![0]]);
        assert_eq!(graph.in_degrees(), [0, 0, 1]);
        assert_eq!(graph.dependents(), [vec![2], vec![], vec![]]);
    }
}
