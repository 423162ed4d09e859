//! Which claims may run, as a function of what has come: no locks, no tasks, and no clock of its own.
//!
//! A claim needs a place of the harness, one of its tool, one of its party, each where there is a cap, and room in the
//! tool's rate. It is granted when all of them are there at once, and holds nothing before. No claim waits that could be
//! granted.

mod lines;
mod lockup;
mod places;
mod runs;

use std::collections::{BTreeMap, BTreeSet};
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use self::lines::Lines;
use self::places::Places;
use self::runs::{Kind, Runs, Source, Sources};
use super::party::PartyId;
use super::rate::Log;
use crate::aboard::RunId;
use crate::tool::Rate;

/// A tool of the harness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ToolId(usize);

/// A claim that waits. Who came later has a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Serial(u64);

/// What a claim is for.
#[derive(Debug, Clone)]
pub(super) struct Wants {
    pub(super) tool: ToolId,
    pub(super) party: PartyId,
    /// The party's.
    pub(super) cap: Option<usize>,
    pub(super) priority: u64,
    pub(super) within: Vec<RunId>,
    /// How long it waits for the rate at most.
    pub(super) patience: Option<Duration>,
}

/// What becomes of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claimed {
    /// It runs.
    Granted(RunId),
    /// It waits.
    Waits(Serial),
    /// The rate is used up for so long, which is more than it waits for.
    UsedUp(Duration),
    /// It would wait for ever.
    LocksUp,
}

/// What happens to a claim that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It runs.
    Granted(RunId),
    /// It has to look at the clock then, for all who wait for its tool.
    Alarm(Instant),
}

/// The time, which is read when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Now(pub(super) Option<Instant>);

/// All that is waited for, and who waits.
#[derive(Debug)]
pub(super) struct State {
    harness: Places,
    tools: Vec<Tool>,
    runs: Runs,
    lines: Lines,
    waiting: BTreeMap<Serial, Waiting>,
    /// Those of them that are part of a run.
    nested: BTreeSet<Serial>,
    /// Those that were granted and do not know it yet.
    granted: BTreeMap<Serial, Granted>,
    next: u64,
    /// Who is to be woken once nothing is locked any more.
    pub(super) woken: Vec<Waker>,
}

#[derive(Debug)]
struct Tool {
    /// If it has a cap.
    places: Option<Places>,
    /// If it has a rate.
    rate: Option<Log>,
    waiting: BTreeSet<Serial>,
    /// When its rate has room again, and who looks at the clock for that.
    alarm: Option<(Serial, Instant)>,
}

#[derive(Debug)]
struct Waiting {
    wants: Wants,
    waker: Option<Waker>,
}

#[derive(Debug)]
struct Granted {
    run: RunId,
    tool: ToolId,
    /// What the rate has written down.
    began: Option<Instant>,
}

impl Now {
    fn get(&mut self) -> Instant {
        *self.0.get_or_insert_with(Instant::now)
    }
}

impl State {
    pub(super) fn new(cap: usize) -> Self {
        Self {
            harness: Places::new(cap),
            tools: Vec::new(),
            runs: Runs::default(),
            lines: Lines::default(),
            waiting: BTreeMap::new(),
            nested: BTreeSet::new(),
            granted: BTreeMap::new(),
            next: 0,
            woken: Vec::new(),
        }
    }

    /// One more tool.
    pub(super) fn add_tool(&mut self, cap: Option<usize>, rate: Option<Rate>) -> ToolId {
        self.tools.push(Tool {
            places: cap.map(Places::new),
            rate: rate.map(Log::new),
            waiting: BTreeSet::new(),
            alarm: None,
        });
        ToolId(self.tools.len() - 1)
    }

    /// Somebody wants to run.
    pub(super) fn claim(&mut self, wants: Wants, now: &mut Now) -> Claimed {
        let tool = &mut self.tools[wants.tool.0];
        // Time may have passed for who waits, and nobody has looked at the clock yet.
        if tool.rate.is_some() && !tool.waiting.is_empty() {
            self.serve(now);
        }
        if self.next_turn(wants.tool, 0, now).is_none()
            && let Some(sources) = self.sources(&wants)
        {
            return Claimed::Granted(self.begin(&wants, sources, now).0);
        }
        let ahead = self.lines.ahead(&wants);
        if let Some(patience) = wants.patience
            && let Some(next) = self.next_turn(wants.tool, ahead, now)
        {
            let wait = next.duration_since(now.get());
            if wait > patience {
                return Claimed::UsedUp(wait);
            }
        }
        if !wants.within.is_empty() && self.locks_up(&wants) {
            return Claimed::LocksUp;
        }
        Claimed::Waits(self.wait(wants, now))
    }

    /// A claim that waits is told, or wakes this task when there is something to tell. It looks at the clock at that time
    /// already.
    pub(super) fn poll(
        &mut self,
        serial: Serial,
        alarm: Option<Instant>,
        waker: &Waker,
        now: &mut Now,
    ) -> Poll<News> {
        if let Some(Granted { run, tool, began }) = self.granted.remove(&serial) {
            if let (Some(began), Some(rate)) = (began, &mut self.tools[tool.0].rate) {
                // It begins now, and not when its task was woken.
                rate.take_back(began);
                rate.begin(now.get());
                self.ring(tool, now);
            }
            return Poll::Ready(News::Granted(run));
        }
        if let Some(waiting) = self.waiting.get_mut(&serial) {
            if let Some((of, at)) = self.tools[waiting.wants.tool.0].alarm
                && of == serial
                && alarm != Some(at)
            {
                return Poll::Ready(News::Alarm(at));
            }
            match &mut waiting.waker {
                Some(known) => known.clone_from(waker),
                None => waiting.waker = Some(waker.clone()),
            }
        }
        Poll::Pending
    }

    /// A claim that waits does so no longer, or was granted and does not run.
    pub(super) fn cancel(&mut self, serial: Serial, now: &mut Now) {
        if let Some(Granted { run, tool, began }) = self.granted.remove(&serial) {
            if let (Some(began), Some(rate)) = (began, &mut self.tools[tool.0].rate) {
                rate.take_back(began);
            }
            self.end(run, now);
            self.ring(tool, now);
        } else if let Some(Waiting { wants, .. }) = self.leave(serial) {
            self.ring(wants.tool, now);
        }
    }

    /// A run has ended.
    pub(super) fn end(&mut self, run: RunId, now: &mut Now) {
        let Some((run, [of_harness, of_tool, of_party])) = self.runs.end(run) else {
            return;
        };
        if of_harness {
            self.harness.give_back();
        }
        if let Some(tool) = run.tool.filter(|_| of_tool)
            && let Some(places) = &mut self.tools[tool.0].places
        {
            places.give_back();
        }
        if let Some(party) = run.party.filter(|_| of_party) {
            self.lines.give_back(party);
        }
        self.serve(now);
    }

    /// Grants all that can be granted.
    pub(super) fn serve(&mut self, now: &mut Now) {
        if self.waiting.is_empty() {
            return;
        }
        // Those to whom a run lends something go first: they need less, and let it end sooner.
        let nested: Vec<Serial> = self.nested.iter().copied().collect();
        for serial in nested {
            self.serve_lent(serial, now);
        }
        while let Some(serial) = self.first(now) {
            let Some(waiting) = self.leave(serial) else {
                break;
            };
            self.lines.served(waiting.wants.party);
            let sources = self.free_sources(&waiting.wants);
            self.grant(serial, waiting, sources, now);
        }
        for tool in 0..self.tools.len() {
            self.ring(ToolId(tool), now);
        }
    }

    /// Grants a claim, if a run lends it a place.
    fn serve_lent(&mut self, serial: Serial, now: &mut Now) {
        let Some(Waiting { wants, .. }) = self.waiting.get(&serial) else {
            return;
        };
        let Some(sources) = self.sources(wants) else {
            return;
        };
        let is_lent = |source: &Source| matches!(source, Source::Lent(_));
        if sources.iter().any(is_lent)
            && self.next_turn(wants.tool, 0, now).is_none()
            && let Some(waiting) = self.leave(serial)
        {
            self.grant(serial, waiting, sources, now);
        }
    }

    /// Whose turn it is among those who only need what is free.
    fn first(&mut self, now: &mut Now) -> Option<Serial> {
        if !self.harness.has_room() {
            return None;
        }
        let has_room = |tool: &ToolId| {
            let Tool { places, rate, .. } = &mut self.tools[tool.0];
            let has_turn = |rate: &mut Log| rate.next(0, now.get()).is_none();
            places.is_none_or(Places::has_room) && rate.as_mut().is_none_or(has_turn)
        };
        let firsts = self.lines.tools().filter(has_room);
        let first = firsts.filter_map(|tool| self.lines.first(tool)).min()?;
        Some(first.1.serial)
    }

    fn grant(&mut self, serial: Serial, waiting: Waiting, sources: Sources, now: &mut Now) {
        let Waiting { wants, waker } = waiting;
        let tool = wants.tool;
        let (run, began) = self.begin(&wants, sources, now);
        self.granted.insert(serial, Granted { run, tool, began });
        self.woken.extend(waker);
    }

    fn begin(
        &mut self,
        wants: &Wants,
        sources: Sources,
        now: &mut Now,
    ) -> (RunId, Option<Instant>) {
        let [of_harness, of_tool, of_party] = sources;
        let Tool { places, rate, .. } = &mut self.tools[wants.tool.0];
        if of_harness == Source::Free {
            self.harness.take();
        }
        if let Some(places) = places
            && of_tool == Source::Free
        {
            places.take();
        }
        let began = rate.as_mut().map(|rate| {
            rate.begin(now.get());
            now.get()
        });
        if of_party == Source::Free {
            self.lines.take(wants);
        }
        let tool = places.is_some().then_some(wants.tool);
        let party = wants.cap.map(|_| wants.party);
        (self.runs.begin(tool, party, sources), began)
    }

    fn wait(&mut self, wants: Wants, now: &mut Now) -> Serial {
        let serial = Serial(self.next);
        self.next += 1;
        for id in &wants.within {
            if let Some(run) = self.runs.get_mut(*id) {
                run.waiting += 1;
            }
        }
        if !wants.within.is_empty() {
            self.nested.insert(serial);
        }
        let tool = wants.tool;
        self.lines.push(serial, &wants);
        self.tools[tool.0].waiting.insert(serial);
        let waker = None;
        self.waiting.insert(serial, Waiting { wants, waker });
        self.ring(tool, now);
        serial
    }

    fn leave(&mut self, serial: Serial) -> Option<Waiting> {
        let waiting = self.waiting.remove(&serial)?;
        let wants = &waiting.wants;
        for id in &wants.within {
            if let Some(run) = self.runs.get_mut(*id) {
                run.waiting -= 1;
            }
        }
        self.nested.remove(&serial);
        self.lines.remove(serial, wants);
        self.tools[wants.tool.0].waiting.remove(&serial);
        Some(waiting)
    }

    /// If only the rate is in the way of a tool's claims, one of them looks at the clock for all.
    fn ring(&mut self, tool: ToolId, now: &mut Now) {
        let Tool {
            rate,
            waiting,
            alarm,
            ..
        } = &mut self.tools[tool.0];
        let (Some(rate), Some(first)) = (rate, waiting.first()) else {
            *alarm = None;
            return;
        };
        let Some(next) = rate.next(0, now.get()) else {
            *alarm = None;
            return;
        };
        match *alarm {
            Some((of, at)) if at == next && waiting.contains(&of) => {}
            _ => {
                *alarm = Some((*first, next));
                let first = self.waiting.get_mut(first);
                self.woken
                    .extend(first.and_then(|first| first.waker.take()));
            }
        }
    }

    /// When a run of the tool may begin that has so many ahead of it, if that is later than now.
    fn next_turn(&mut self, tool: ToolId, ahead: u64, now: &mut Now) -> Option<Instant> {
        let rate = self.tools[tool.0].rate.as_mut()?;
        rate.next(ahead, now.get())
    }

    /// Whether a claim needs such a place.
    fn needs(&self, kind: Kind, wants: &Wants) -> bool {
        match kind {
            Kind::Harness => true,
            Kind::Tool => self.tools[wants.tool.0].places.is_some(),
            Kind::Party => wants.cap.is_some(),
        }
    }

    fn has_room(&self, kind: Kind, wants: &Wants) -> bool {
        match kind {
            Kind::Harness => self.harness.has_room(),
            Kind::Tool => self.tools[wants.tool.0].places.is_none_or(Places::has_room),
            Kind::Party => self.lines.has_room(wants.party),
        }
    }

    /// Where a claim has such a place from; none, if there is none now.
    fn source(&self, kind: Kind, wants: &Wants) -> Option<Source> {
        match self.runs.lender(kind, wants) {
            Some(lender) => Some(Source::Lent(lender)),
            None => self.has_room(kind, wants).then_some(Source::Free),
        }
    }

    /// Where a claim has all its places from; none, if there is one that it has not.
    fn sources(&self, wants: &Wants) -> Option<Sources> {
        let mut sources = [Source::Unbounded; 3];
        for kind in Kind::ALL {
            if self.needs(kind, wants) {
                sources[kind as usize] = self.source(kind, wants)?;
            }
        }
        Some(sources)
    }

    /// The same for one to whom nobody lends anything, and who has room everywhere.
    fn free_sources(&self, wants: &Wants) -> Sources {
        Kind::ALL.map(|kind| {
            if self.needs(kind, wants) {
                Source::Free
            } else {
                Source::Unbounded
            }
        })
    }
}

#[cfg(test)]
mod tests;
