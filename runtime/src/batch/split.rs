//! How a batch that failed as a whole is taken apart until what is bad stands alone.
//!
//! Each round cuts what has failed into halves. Four keys or fewer go one by one, which costs no more runs than halves
//! would. When everything has failed in two rounds after another there is more bad than good, and the rest goes one by
//! one. So one bad key of n costs at most 2·⌈log₂ n⌉ + 1 runs, the first included, and whatever is bad, there are never
//! more than 2n − 1.

/// So many go one by one.
const FEW: usize = 4;
/// After so many rounds in which everything failed, the rest goes one by one.
const HOPELESS: u32 = 2;

/// What is left to be taken apart.
pub(super) struct Split<I> {
    failed: Vec<Vec<I>>,
    /// Rounds without a success until now.
    hopeless: u32,
    /// Parts of the round that is under way.
    parts: usize,
}

impl<I> Split<I> {
    /// A batch that failed.
    pub(super) fn new(batch: Vec<I>) -> Self {
        Self {
            failed: vec![batch],
            hopeless: 0,
            parts: 0,
        }
    }

    /// What runs next, each part by itself; nothing, when all stand alone.
    pub(super) fn round(&mut self) -> Vec<Vec<I>> {
        let is_hopeless = self.hopeless >= HOPELESS;
        let mut parts = Vec::new();
        for mut failed in std::mem::take(&mut self.failed) {
            if is_hopeless || failed.len() <= FEW {
                parts.extend(failed.into_iter().map(|item| vec![item]));
            } else {
                let second = failed.split_off(failed.len().div_ceil(2));
                parts.extend([failed, second]);
            }
        }
        self.parts = parts.len();
        parts
    }

    /// The parts of the round that failed as a whole, and have more than one key.
    pub(super) fn failed(&mut self, failed: Vec<Vec<I>>) {
        self.hopeless = if failed.len() == self.parts {
            self.hopeless + 1
        } else {
            0
        };
        self.failed = failed;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Split;

    /// Runs a batch of `0..size`, in which these are bad: how many runs it took, and which keys were found to be bad.
    fn runs(size: usize, bad: &BTreeSet<usize>) -> (usize, BTreeSet<usize>) {
        let is_bad = |part: &Vec<usize>| part.iter().any(|key| bad.contains(key));
        let all: Vec<usize> = (0..size).collect();
        let (mut runs, mut alone, mut answered) = (1, BTreeSet::new(), BTreeSet::new());
        if !is_bad(&all) {
            return (runs, alone);
        }
        let mut split = Split::new(all);
        loop {
            let parts = split.round();
            if parts.is_empty() {
                break;
            }
            let mut failed = Vec::new();
            for part in parts {
                runs += 1;
                match part.as_slice() {
                    [key] if is_bad(&part) => {
                        alone.insert(*key);
                        answered.insert(*key);
                    }
                    _ if is_bad(&part) => failed.push(part),
                    _ => answered.extend(part),
                }
            }
            split.failed(failed);
        }
        assert_eq!(answered.len(), size, "every key has one answer");
        (runs, alone)
    }

    #[test]
    fn one_bad_key_costs_two_runs_a_halving() {
        for size in 2usize..=200 {
            let most = 2 * size.next_power_of_two().ilog2() as usize + 1;
            for bad in 0..size {
                let (runs, alone) = runs(size, &BTreeSet::from([bad]));
                assert_eq!(alone, BTreeSet::from([bad]));
                assert!(
                    runs <= most,
                    "{bad} of {size}: {runs} runs instead of {most}"
                );
            }
        }
    }

    #[test]
    fn a_batch_in_which_all_is_bad_is_soon_taken_one_by_one() {
        let all = (0..64).collect();
        assert_eq!(runs(64, &all).0, 1 + 2 + 4 + 64);
    }

    proptest! {
        /// Whatever is bad is found, and everything else has its answer, within the bound.
        #[test]
        fn what_is_bad_stands_alone(size in 1usize..150, bad in proptest::collection::btree_set(0usize..150, 0..40)) {
            let bad: BTreeSet<_> = bad.into_iter().filter(|key| *key < size).collect();
            let (runs, alone) = runs(size, &bad);
            prop_assert_eq!(alone, bad);
            prop_assert!(runs <= (2 * size).saturating_sub(1).max(1), "{runs} runs for {size}");
        }
    }
}
