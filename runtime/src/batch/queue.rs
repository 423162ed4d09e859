//! The calls of one group that wait for their batch, and when it leaves: no locks, no tasks, and no clock of its own.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::company::{Advice, Company};
use super::item::{Caller, Item, Outer};
use super::policy::{Bounds, FlushPolicy};
use super::quarantine::Quarantine;
use crate::aboard::Aboard;
use crate::call::FlushReason;
use crate::key::CacheKey;

/// After so many turns of the scheduler in which nobody came, it is quiet.
const QUIET: u32 = 2;
/// After so many turns it counts as quiet in any case.
const MOST_TURNS: u32 = 256;

/// What its collector is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Wait for a call.
    Idle,
    /// Let every task that can run have a turn.
    Turn,
    /// Wait until something changes, and no longer than this.
    Until(Instant),
    /// Let a batch leave.
    Leave(FlushReason),
    /// Go away.
    Retire,
}

/// What its collector waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaits {
    /// Nothing: it looks by itself.
    Nothing,
    /// A first call.
    Call,
    /// A full batch.
    Full,
    /// The last call that was announced.
    Announced,
    /// So many arrivals, counted from the beginning.
    Arrivals(u64),
    /// Its permits; or one more call that is part of a run, which can lend it some.
    Permits {
        /// How many such calls have come so far.
        nested: u64,
    },
}

/// The calls of one group that wait.
pub(super) struct Queue<W> {
    bounds: Bounds,
    /// In the order of arrival.
    items: BTreeMap<u64, Box<Item<W>>>,
    same: HashMap<CacheKey, u64>,
    next: u64,
    arrivals: u64,
    announced: usize,
    /// How many calls have come so far that are part of a run.
    nested: u64,
    company: Company,
    turns: Turns,
    /// Whoever came before this one leaves for this reason, in as many batches as it takes.
    due: Option<(u64, FlushReason)>,
    awaits: Awaits,
    is_closing: bool,
    is_abandoned: bool,
    is_retired: bool,
    quarantine: Quarantine,
}

/// The turns of the scheduler since the last batch left.
#[derive(Debug, Default)]
struct Turns {
    taken: u32,
    quiet: u32,
    arrivals: u64,
}

impl<W> Queue<W> {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            items: BTreeMap::new(),
            same: HashMap::new(),
            next: 0,
            arrivals: 0,
            announced: 0,
            nested: 0,
            company: Company::default(),
            turns: Turns::default(),
            due: None,
            awaits: Awaits::Nothing,
            is_closing: false,
            is_abandoned: false,
            is_retired: false,
            quarantine: Quarantine::default(),
        }
    }

    pub(super) fn is_retired(&self) -> bool {
        self.is_retired
    }

    /// One of the calls that were announced has come, or will not.
    pub(super) fn settle(&mut self) {
        self.announced = self.announced.saturating_sub(1);
    }

    /// A call is on its way.
    pub(super) fn announce(&mut self) {
        self.announced += 1;
    }

    /// The key that this one is the same as, if it waits here.
    pub(super) fn find(&self, same: Option<CacheKey>) -> Option<u64> {
        self.same.get(&same?).copied()
    }

    /// One more caller asks for a key that waits here.
    pub(super) fn join(
        &mut self,
        item: u64,
        caller: Caller,
        aboard: Option<Arc<Aboard>>,
        is_last_try: bool,
    ) {
        self.arrived(caller.arrived);
        if let Some(item) = self.items.get_mut(&item) {
            item.callers.push(caller);
            item.is_last_try |= is_last_try;
            self.nested += u64::from(aboard.as_ref().is_some_and(|it| it.is_in_run()));
            item.aboard.extend(aboard);
        }
    }

    /// A new key comes in: what it is known by.
    pub(super) fn push(&mut self, item: Box<Item<W>>) -> u64 {
        self.arrived(item.arrived);
        self.nested += u64::from(item.is_in_run());
        let serial = self.next;
        self.next += 1;
        self.same.extend(item.same.map(|same| (same, serial)));
        self.items.insert(serial, item);
        serial
    }

    fn arrived(&mut self, now: Instant) {
        self.arrivals += 1;
        self.company.arrived(now);
    }

    /// A caller has left: its key leaves too, if nobody else asks for it.
    pub(super) fn left(&mut self, serial: u64) -> Option<Box<Item<W>>> {
        if self.items.get(&serial)?.is_wanted() {
            return None;
        }
        self.remove(serial)
    }

    fn remove(&mut self, serial: u64) -> Option<Box<Item<W>>> {
        let item = self.items.remove(&serial)?;
        if let Some(same) = &item.same
            && self.same.get(same) == Some(&serial)
        {
            self.same.remove(same);
        }
        Some(item)
    }

    /// The next batch: those who came first, and as many as one may have.
    pub(super) fn cut(&mut self) -> Vec<Box<Item<W>>> {
        self.turns = Turns {
            arrivals: self.arrivals,
            ..Turns::default()
        };
        let serials: Vec<u64> = self.items.keys().copied().take(self.bounds.most).collect();
        if serials.len() == self.bounds.most {
            self.company.left_full();
        }
        let items = serials.into_iter().filter_map(|it| self.remove(it));
        let mut items: Vec<Box<Item<W>>> = items.collect();
        for item in &mut items {
            item.place = None;
        }
        items
    }

    /// Nobody lets batches leave any more: all that wait.
    pub(super) fn end(&mut self) -> Vec<Box<Item<W>>> {
        self.is_retired = true;
        self.same.clear();
        std::mem::take(&mut self.items).into_values().collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Everything that waits leaves now, and so does what still comes.
    pub(super) fn close(&mut self) {
        self.is_closing = true;
    }

    /// Nothing comes in any more, as nobody is there who could.
    pub(super) fn abandon(&mut self) {
        self.is_abandoned = true;
        self.close();
    }

    /// Nobody waits, and nobody is on the way: the group goes away, if that is still so.
    pub(super) fn retire(&mut self) -> bool {
        self.is_retired = self.items.is_empty() && self.announced == 0;
        self.is_retired
    }

    /// A batch with so many callers leaves.
    pub(super) fn leaves(&mut self, now: Instant, callers: usize) {
        self.company.left(now, callers);
    }

    /// A batch that left at `left` has answered after `run`.
    pub(super) fn answered(&mut self, left: Instant, run: Duration) {
        self.company.answered(left, run);
    }

    /// A key has failed alone after it had broken a batch.
    pub(super) fn quarantine(&mut self, key: CacheKey, now: Instant) {
        self.quarantine.add(key, now);
    }

    /// Whether a key runs alone.
    pub(super) fn is_quarantined(&mut self, key: Option<CacheKey>, now: Instant) -> bool {
        self.quarantine.has(key, now)
    }

    /// What the collector is to do, as things are.
    pub(super) fn step(&mut self, now: Instant) -> Step {
        self.awaits = Awaits::Nothing;
        let Some((&first, oldest)) = self.items.first_key_value() else {
            self.due = None;
            if self.is_abandoned {
                self.is_retired = true;
                return Step::Retire;
            }
            self.awaits = Awaits::Call;
            return Step::Idle;
        };
        if self.is_closing {
            return Step::Leave(FlushReason::Shutdown);
        }
        match self.due {
            Some((before, reason)) if first < before => return Step::Leave(reason),
            _ => self.due = None,
        }
        if self.is_full() {
            return Step::Leave(FlushReason::Size);
        }
        let Bounds { policy, window, .. } = self.bounds;
        let deadline = oldest.arrived + window;
        if window.is_zero() {
            return self.step_without_timer();
        }
        if now >= deadline {
            self.due = Some((self.next, FlushReason::Window));
            return Step::Leave(FlushReason::Window);
        }
        if policy != FlushPolicy::Adaptive {
            self.awaits = Awaits::Full;
            return Step::Until(deadline);
        }
        if self.announced > 0 {
            self.awaits = Awaits::Announced;
            return Step::Until(deadline);
        }
        if !self.is_quiet() {
            return Step::Turn;
        }
        match self.company.advise(now, deadline, self.items.len()) {
            Advice::Wait { briefly: true, .. } if self.turns.taken < MOST_TURNS => Step::Turn,
            Advice::Wait {
                arrivals,
                until,
                briefly: false,
            } => {
                self.awaits = Awaits::Arrivals(self.arrivals + arrivals);
                Step::Until(until)
            }
            Advice::Go | Advice::Wait { .. } => Step::Leave(self.quiet_reason()),
        }
    }

    /// A window of zero has no timer: a batch is whoever comes before it is quiet.
    fn step_without_timer(&mut self) -> Step {
        let is_adaptive = self.bounds.policy == FlushPolicy::Adaptive;
        if !self.is_quiet() || (is_adaptive && self.announced > 0 && self.turns.taken < MOST_TURNS)
        {
            return Step::Turn;
        }
        let reason = if is_adaptive {
            self.quiet_reason()
        } else {
            FlushReason::Window
        };
        self.due = Some((self.next, reason));
        Step::Leave(reason)
    }

    /// Whether nobody came while everyone could have; counts the turn that has passed.
    fn is_quiet(&mut self) -> bool {
        let turns = &mut self.turns;
        turns.taken += 1;
        if turns.arrivals == self.arrivals {
            turns.quiet += 1;
        } else {
            turns.arrivals = self.arrivals;
            turns.quiet = 0;
        }
        turns.quiet >= QUIET || turns.taken >= MOST_TURNS
    }

    fn quiet_reason(&self) -> FlushReason {
        if self.items.values().any(|item| item.is_of_tick) {
            FlushReason::Tick
        } else {
            FlushReason::Idle
        }
    }

    fn is_full(&self) -> bool {
        self.bounds.policy != FlushPolicy::FixedWindow && self.items.len() >= self.bounds.most
    }

    /// A batch waits for its permits. What the calls that wait are a part of.
    pub(super) fn await_permits(&mut self) -> Outer {
        self.awaits = Awaits::Permits {
            nested: self.nested,
        };
        Outer::of(self.items.values().map(|item| &**item))
    }

    /// Whether the collector has to know of what has just changed.
    pub(super) fn wakes(&mut self) -> bool {
        let is_empty = self.items.is_empty();
        let wakes = match self.awaits {
            Awaits::Nothing => return false,
            Awaits::Call => !is_empty,
            Awaits::Full => is_empty || self.is_full(),
            Awaits::Announced => is_empty || self.is_full() || self.announced == 0,
            Awaits::Arrivals(count) => is_empty || self.is_full() || self.arrivals >= count,
            Awaits::Permits { nested } => is_empty || self.nested > nested,
        };
        if wakes {
            self.awaits = Awaits::Nothing;
        }
        wakes
    }
}

#[cfg(test)]
mod tests;
