//! Random claims, ends and departures, nested to any depth: whatever happens, caps hold, nothing is lost, no place is free
//! for which somebody waits, and everyone is granted in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::*;

const TOOLS: usize = 4;
const PARTIES: usize = 4;

/// What happens. Numbers pick one of those that there are.
#[derive(Debug, Clone)]
enum Event {
    Claim {
        tool: usize,
        party: usize,
        priority: u64,
        /// The run that asks for it, if there are any; two for a batch.
        by: Vec<usize>,
    },
    End(usize),
    Cancel(usize),
    Look(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let by = prop_oneof![
        3 => Just(Vec::new()),
        3 => prop::collection::vec(any::<usize>(), 1..3),
    ];
    let claim = (0..TOOLS, 0..PARTIES, 0..4_u64, by);
    let claim = claim.prop_map(|(tool, party, priority, by)| Event::Claim {
        tool,
        party,
        priority,
        by,
    });
    prop_oneof![
        6 => claim,
        4 => any::<usize>().prop_map(Event::End),
        1 => any::<usize>().prop_map(Event::Cancel),
        2 => any::<usize>().prop_map(Event::Look),
    ]
}

/// The door, and what is known of it from outside.
struct Watched {
    door: Door,
    cap: usize,
    tools: Vec<(ToolId, Option<usize>)>,
    parties: Vec<Arc<Party>>,
    waiting: BTreeMap<Serial, Claim>,
    running: Vec<(RunId, Claim)>,
}

#[derive(Debug, Clone)]
struct Claim {
    tool: usize,
    party: usize,
    wants: Wants,
}

impl Watched {
    fn new(cap: usize, caps: &[Option<usize>], parties: &[Option<usize>]) -> Self {
        let mut door = Door::new(cap);
        let tools = caps.iter().map(|cap| (door.tool(*cap), *cap)).collect();
        Self {
            door,
            cap,
            tools,
            parties: parties.iter().map(|cap| Party::new(*cap)).collect(),
            waiting: BTreeMap::new(),
            running: Vec::new(),
        }
    }

    fn happen(&mut self, event: Event) -> Result<(), TestCaseError> {
        match event {
            Event::Claim {
                tool,
                party,
                priority,
                by,
            } => self.claim(tool, party, priority, &by),
            Event::End(index) => self.end(index),
            Event::Cancel(index) => {
                if let Some(serial) = pick(self.waiting.keys().copied(), index) {
                    self.waiting.remove(&serial);
                    self.door.cancel(serial);
                }
            }
            Event::Look(index) => {
                if let Some(serial) = pick(self.waiting.keys().copied(), index) {
                    self.look(serial);
                }
            }
        }
        self.holds()
    }

    fn claim(&mut self, tool: usize, party: usize, priority: u64, by: &[usize]) {
        let mut within: Vec<RunId> = Vec::new();
        for by in by {
            if let Some((run, claim)) = pick(self.running.iter(), *by) {
                within.push(*run);
                within.extend(&claim.wants.within);
            }
        }
        let wants = Wants {
            priority,
            within,
            ..wants(self.tools[tool].0, &self.parties[party])
        };
        let claim = Claim {
            tool,
            party,
            wants: wants.clone(),
        };
        match self.door.claim(wants) {
            Claimed::Granted(run) => self.running.push((run, claim)),
            Claimed::Waits(serial) => {
                self.waiting.insert(serial, claim);
            }
            Claimed::LocksUp => {}
            Claimed::UsedUp(_) => unreachable!("no tool has a rate"),
        }
    }

    /// A run ends, if nothing waits or runs that it has asked for.
    fn end(&mut self, index: usize) {
        let asks = |claim: &Claim| claim.wants.within.clone();
        let busy: Vec<RunId> = self.waiting.values().flat_map(asks).collect();
        let running = self.running.iter().flat_map(|(_, claim)| asks(claim));
        let busy: Vec<RunId> = busy.into_iter().chain(running).collect();
        let idle = self.running.iter().map(|(run, _)| *run);
        let idle: Vec<RunId> = idle.filter(|run| !busy.contains(run)).collect();
        if let Some(run) = pick(idle, index) {
            self.running.retain(|(it, _)| *it != run);
            self.door.end(run);
        }
    }

    fn look(&mut self, serial: Serial) {
        if let Some(run) = self.door.poll(serial) {
            let claim = self.waiting.remove(&serial).expect("it waits");
            self.running.push((run, claim));
        }
    }

    /// Those that were granted and have not looked, too.
    fn all_running(&self) -> Vec<&Claim> {
        let granted = self.door.state.granted.keys();
        let granted = granted.filter_map(|serial| self.waiting.get(serial));
        let running = self.running.iter().map(|(_, claim)| claim);
        running.chain(granted).collect()
    }

    fn holds(&self) -> Result<(), TestCaseError> {
        let state = &self.door.state;
        let running = self.all_running();
        prop_assert_eq!(state.runs.iter().count(), running.len());
        // What is at work holds a place that nobody else has.
        let at_work = |kind: Kind, is_one: &dyn Fn(&Claim) -> bool| {
            let asks = |run: RunId| {
                let mut inner = running.iter().filter(|it| it.wants.within.contains(&run));
                inner.any(|it| is_one(it) || kind == Kind::Harness)
            };
            let running = self
                .running
                .iter()
                .filter(|(run, claim)| is_one(claim) && !asks(*run));
            let granted = state.granted.keys().filter_map(|it| self.waiting.get(it));
            running.count() + granted.filter(|claim| is_one(claim)).count()
        };
        let of_harness = at_work(Kind::Harness, &|_| true);
        prop_assert!(of_harness <= self.cap, "{} at once", of_harness);
        prop_assert!(state.harness.taken() <= self.cap);
        for (index, (tool, cap)) in self.tools.iter().enumerate() {
            let Some(cap) = *cap else { continue };
            let of_tool = at_work(Kind::Tool, &|claim| claim.tool == index);
            prop_assert!(of_tool <= cap, "{} at once of a tool for {}", of_tool, cap);
            let taken = state.tools[tool.0].places.expect("it has a cap").taken();
            prop_assert!(taken <= cap);
        }
        for (index, party) in self.parties.iter().enumerate() {
            let Some(cap) = party.cap() else { continue };
            let of_party = at_work(Kind::Party, &|claim| claim.party == index);
            prop_assert!(
                of_party <= cap,
                "{} at once of a party for {}",
                of_party,
                cap
            );
        }
        // No place is free for which somebody waits.
        for (serial, waiting) in &state.waiting {
            prop_assert!(
                state.sources(&waiting.wants).is_none(),
                "{:?} could run",
                serial
            );
        }
        Ok(())
    }

    /// Everything that runs ends, and everyone who waits is granted.
    fn drain(&mut self) -> Result<(), TestCaseError> {
        while !self.waiting.is_empty() || !self.running.is_empty() {
            let before = (self.waiting.len(), self.running.len());
            let serials: Vec<Serial> = self.waiting.keys().copied().collect();
            for serial in serials {
                self.look(serial);
            }
            self.end(0);
            self.holds()?;
            let now = (self.waiting.len(), self.running.len());
            prop_assert!(before != now, "{:?} wait for ever", self.waiting);
        }
        prop_assert!(self.door.is_empty());
        Ok(())
    }
}

/// One of these, if there are any.
fn pick<T>(all: impl IntoIterator<Item = T>, index: usize) -> Option<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    if all.is_empty() {
        return None;
    }
    let index = index % all.len();
    Some(all.swap_remove(index))
}

fn cap() -> impl Strategy<Value = Option<usize>> {
    prop::option::of(1..3_usize)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn caps_hold_no_place_is_idle_and_everyone_is_granted(
        cap in 1..5_usize,
        tools in prop::collection::vec(cap(), TOOLS),
        parties in prop::collection::vec(cap(), PARTIES),
        events in prop::collection::vec(event(), 0..80),
    ) {
        let mut watched = Watched::new(cap, &tools, &parties);
        for event in events {
            watched.happen(event)?;
        }
        watched.drain()?;
    }

    /// A party with one claim waits for no more than one claim of each other party, however many those have.
    #[test]
    fn nobody_starves(
        others in prop::collection::vec((0..PARTIES, 0..4_u64), 1..60),
        later in prop::collection::vec((0..PARTIES, 0..4_u64), 0..60),
    ) {
        let mut door = Door::new(1);
        let tool = door.tool(None);
        let parties: Vec<_> = (0..PARTIES).map(|_| Party::new(None)).collect();
        let alone = Party::new(None);
        let run = door.run(wants(tool, &parties[0]));
        let mut waiting: Vec<(Serial, usize)> = Vec::new();
        let come = |door: &mut Door, waiting: &mut Vec<_>, (party, priority): (usize, u64)| {
            let claim = Wants { priority, ..wants(tool, &parties[party]) };
            waiting.push((door.wait(claim), party));
        };
        for other in others {
            come(&mut door, &mut waiting, other);
        }
        let me = door.wait(wants(tool, &alone));
        let mut served: BTreeSet<usize> = BTreeSet::new();
        let mut later = later.into_iter();
        door.end(run);
        while door.poll(me).is_none() {
            let next = waiting.iter().find_map(|(serial, party)| Some((door.poll(*serial)?, *party)));
            let (next, party) = next.expect("somebody is next");
            prop_assert!(served.insert(party), "the same party twice");
            for other in later.by_ref().take(5) {
                come(&mut door, &mut waiting, other);
            }
            door.end(next);
        }
    }

    /// Within a party, and at one place, claims run by priority, and those of one priority in the order of arrival.
    #[test]
    fn a_party_runs_its_longest_chain_first(claims in prop::collection::vec((0..3_usize, 0..4_u64), 1..40)) {
        let mut door = Door::new(1);
        let tools: Vec<ToolId> = (0..3).map(|_| door.tool(None)).collect();
        let party = Party::new(None);
        let mut run = door.run(wants(tools[0], &party));
        let mut waiting: Vec<(u64, Serial)> = Vec::new();
        for (tool, priority) in claims {
            let claim = Wants { priority, ..wants(tools[tool], &party) };
            waiting.push((priority, door.wait(claim)));
        }
        waiting.sort_by_key(|(priority, serial)| (std::cmp::Reverse(*priority), *serial));
        for (_, serial) in waiting {
            door.end(run);
            run = door.poll(serial).expect("it is next");
        }
    }
}
