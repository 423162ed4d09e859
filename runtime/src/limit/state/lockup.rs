//! Whether a claim would wait for ever: for places whose runs all wait, themselves, for what the claim is a part of.

use std::collections::BTreeSet;

use super::runs::Kind;
use super::{State, Wants};

impl State {
    /// Whether a claim that has to wait would do so for ever, as things are.
    ///
    /// A run ends when all that it has asked for ends; so far, these are the runs of which nobody waits. From there on it
    /// is counted who can begin when they have ended, until no more come.
    pub(super) fn locks_up(&self, claim: &Wants) -> bool {
        let is_missing = |kind| self.needs(kind, claim) && self.source(kind, claim).is_none();
        // Who lacks only a place of the harness is part of a run that has one, and has lent it to a run that goes on.
        if !is_missing(Kind::Tool) && !is_missing(Kind::Party) {
            return false;
        }
        let runs = self.runs.iter();
        let waits = |wants: &Wants, slot| {
            wants
                .within
                .iter()
                .any(|id| self.runs.slot(*id) == Some(slot))
        };
        let ends = runs.filter(|(slot, run)| run.waiting == 0 && !waits(claim, *slot));
        let mut ends: BTreeSet<u32> = ends.map(|(slot, _)| slot).collect();
        while !self.may_begin(claim, &ends) {
            let nested = self
                .nested
                .iter()
                .filter_map(|serial| self.waiting.get(serial));
            let stuck: Vec<&Wants> = nested
                .map(|waiting| &waiting.wants)
                .chain([claim])
                .filter(|wants| !self.may_begin(wants, &ends))
                .collect();
            let more = self.runs.iter().map(|(slot, _)| slot);
            let more = more.filter(|slot| !ends.contains(slot));
            let more = more.filter(|slot| !stuck.iter().any(|wants| waits(wants, *slot)));
            let more: Vec<u32> = more.collect();
            if more.is_empty() {
                return true;
            }
            ends.extend(more);
        }
        false
    }

    /// Whether a claim may begin some time, if these runs end.
    fn may_begin(&self, wants: &Wants, ends: &BTreeSet<u32>) -> bool {
        Kind::ALL.into_iter().all(|kind| {
            !self.needs(kind, wants)
                || self.source(kind, wants).is_some()
                || self
                    .runs
                    .helpful(kind, wants)
                    .any(|slot| ends.contains(&slot))
        })
    }
}
