//! Who is next: the parties take turns, and in each the claim that goes first is the one that most depends on.
//!
//! A party has a queue for each tool that it waits for, so that a tool that is full holds up nobody who waits for another.
//! Claims of one party for one tool need the same places, so that only the first of each queue has to be looked at.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use super::{Serial, ToolId, Wants};
use crate::limit::party::PartyId;

/// The place of a party among the others: who was served longer ago has a lower one.
type Turn = u64;

/// The place of a claim in its queue. What runs wait for goes first, as it lets them end sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    is_outermost: bool,
    priority: Reverse<u64>,
    pub(super) serial: Serial,
}

/// The parties that wait, and those that have a cap and run.
#[derive(Debug, Default)]
pub(super) struct Lines {
    parties: BTreeMap<PartyId, State>,
    /// For each tool, the parties that wait for it and have room.
    of_tools: BTreeMap<ToolId, BTreeMap<Turn, PartyId>>,
    next: Turn,
}

#[derive(Debug)]
struct State {
    turn: Turn,
    /// If it has a cap.
    places: Option<Places>,
    queues: BTreeMap<ToolId, BTreeSet<Rank>>,
}

impl Rank {
    fn of(serial: Serial, wants: &Wants) -> Self {
        Self {
            is_outermost: wants.within.is_empty(),
            priority: Reverse(wants.priority),
            serial,
        }
    }
}

impl State {
    fn has_room(&self) -> bool {
        self.places.is_none_or(Places::has_room)
    }
}

impl Lines {
    /// Whether the party has room under its own cap.
    pub(super) fn has_room(&self, party: PartyId) -> bool {
        self.parties.get(&party).is_none_or(State::has_room)
    }

    /// A run of this party takes one of its places.
    pub(super) fn take(&mut self, wants: &Wants) {
        self.change(wants.party, wants.cap, |state, _| {
            if let Some(places) = &mut state.places {
                places.take();
            }
        });
    }

    /// One of the places of this party is free again.
    pub(super) fn give_back(&mut self, party: PartyId) {
        self.change(party, None, |state, _| {
            if let Some(places) = &mut state.places {
                places.give_back();
            }
        });
    }

    /// How many go before a claim that comes now, at most: those of its own party, and of each other as many turns as that
    /// takes.
    pub(super) fn ahead(&self, wants: &Wants) -> u64 {
        let waiting = |party: &State| party.queues.get(&wants.tool).map_or(0, BTreeSet::len);
        let own = self.parties.get(&wants.party).map_or(0, waiting);
        let others = self.parties.iter().filter(|(id, _)| **id != wants.party);
        let others = others.map(|(_, party)| waiting(party).min(own + 1));
        (own + others.sum::<usize>()) as u64
    }

    /// A claim waits.
    pub(super) fn push(&mut self, serial: Serial, wants: &Wants) {
        self.change(wants.party, wants.cap, |state, next| {
            if state.queues.is_empty() {
                state.turn = *next;
                *next += 1;
            }
            let queue = state.queues.entry(wants.tool).or_default();
            queue.insert(Rank::of(serial, wants));
        });
    }

    /// A claim does not wait any more.
    pub(super) fn remove(&mut self, serial: Serial, wants: &Wants) {
        self.change(wants.party, wants.cap, |state, _| {
            if let Some(queue) = state.queues.get_mut(&wants.tool) {
                queue.remove(&Rank::of(serial, wants));
                if queue.is_empty() {
                    state.queues.remove(&wants.tool);
                }
            }
        });
    }

    /// It was this party's turn.
    pub(super) fn served(&mut self, party: PartyId) {
        self.change(party, None, |state, next| {
            state.turn = *next;
            *next += 1;
        });
    }

    /// The tools that somebody waits for who has room.
    pub(super) fn tools(&self) -> impl Iterator<Item = ToolId> {
        self.of_tools.keys().copied()
    }

    /// Who is next to run this tool, and how he compares with who is next to run another.
    pub(super) fn first(&self, tool: ToolId) -> Option<(Turn, Rank)> {
        let (turn, party) = self.of_tools.get(&tool)?.first_key_value()?;
        let queue = self.parties.get(party)?.queues.get(&tool)?;
        Some((*turn, *queue.first()?))
    }

    /// Changes a party, and where it stands.
    fn change(
        &mut self,
        id: PartyId,
        cap: Option<usize>,
        change: impl FnOnce(&mut State, &mut Turn),
    ) {
        let state = self.parties.entry(id).or_insert_with(|| State {
            turn: 0,
            places: cap.map(Places::new),
            queues: BTreeMap::new(),
        });
        if state.has_room() {
            for tool in state.queues.keys() {
                if let Some(line) = self.of_tools.get_mut(tool) {
                    line.remove(&state.turn);
                    if line.is_empty() {
                        self.of_tools.remove(tool);
                    }
                }
            }
        }
        change(state, &mut self.next);
        if state.has_room() {
            for tool in state.queues.keys() {
                let line = self.of_tools.entry(*tool).or_default();
                line.insert(state.turn, id);
            }
        }
        if state.queues.is_empty() && state.places.is_none_or(|places| places.taken() == 0) {
            self.parties.remove(&id);
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.parties.is_empty() && self.of_tools.is_empty()
    }
}
