//! Whatever happens to a queue, in whatever order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// What may happen.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A call for this key comes, perhaps from within a run.
    Come {
        key: u32,
        is_in_run: bool,
    },
    /// The caller of this number goes away.
    Go(usize),
    Announce,
    Settle,
    /// Time passes, in microseconds.
    Pass(u64),
    /// The collector looks.
    Look,
    /// It was allowed to let the batch go that it wants to.
    Send,
    /// A batch has answered.
    Answered {
        left: u64,
        run: u64,
    },
    Close,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (0..6u32, any::<bool>()).prop_map(|(key, is_in_run)| Event::Come { key, is_in_run }),
        2 => (0..64usize).prop_map(Event::Go),
        1 => Just(Event::Announce),
        2 => Just(Event::Settle),
        3 => (0..15_000u64).prop_map(Event::Pass),
        3 => (0..100u64).prop_map(Event::Pass),
        9 => Just(Event::Look),
        5 => Just(Event::Send),
        2 => (0..20_000u64, 0..50_000u64).prop_map(|(left, run)| Event::Answered { left, run }),
        1 => prop::sample::select(vec![Event::Close, Event::Look, Event::Look, Event::Look]),
    ]
}

fn policy() -> impl Strategy<Value = FlushPolicy> {
    prop::sample::select(vec![
        FlushPolicy::Adaptive,
        FlushPolicy::Hybrid,
        FlushPolicy::FixedWindow,
        FlushPolicy::Size,
    ])
}

/// A queue, and what is known of it from outside.
struct Watched {
    line: Line,
    window: Duration,
    now: Instant,
    /// The keys that wait, by the callers who ask for them.
    waiting: BTreeMap<u64, Waiting>,
    /// Which key each caller asks for, in the order of the callers.
    serials: Vec<u64>,
    announced: usize,
    is_closing: bool,
    turns: u32,
    /// What the collector waits for; a first call, or this moment. None, if it looks by itself.
    sleeps: Option<Step>,
    /// It wants to let a batch go.
    wants: Option<FlushReason>,
    /// A call has come since it looked for permits that is part of a run.
    lends: bool,
    /// Those before this one leave, whatever happens: their window is over.
    due: Option<u64>,
}

struct Waiting {
    key: u32,
    arrived: Instant,
    callers: Vec<usize>,
    is_in_run: bool,
}

impl Watched {
    fn new(policy: FlushPolicy, window: Duration) -> Self {
        let line = Line::with(policy, window);
        Self {
            now: line.zero,
            line,
            window,
            waiting: BTreeMap::new(),
            serials: Vec::new(),
            announced: 0,
            is_closing: false,
            turns: 0,
            sleeps: None,
            wants: None,
            lends: false,
            due: None,
        }
    }

    fn policy(&self) -> FlushPolicy {
        self.line.queue.bounds.policy
    }

    fn happen(&mut self, event: Event) -> Result<(), TestCaseError> {
        match event {
            Event::Come { key, is_in_run } => self.come(key, is_in_run),
            Event::Go(caller) => self.go(caller)?,
            Event::Announce => {
                self.announced += 1;
                self.line.queue.announce();
            }
            Event::Settle => {
                self.announced = self.announced.saturating_sub(1);
                self.line.queue.settle();
            }
            Event::Pass(micros) => {
                self.now += Duration::from_micros(micros);
                if let Some(Step::Until(until)) = self.sleeps
                    && until <= self.now
                {
                    self.sleeps = None;
                }
            }
            Event::Look => self.look()?,
            Event::Send => self.send()?,
            Event::Answered { left, run } => {
                let left = self.line.zero + Duration::from_micros(left);
                self.line.queue.answered(left, Duration::from_micros(run));
            }
            Event::Close => {
                self.is_closing = true;
                self.sleeps = None;
                self.line.queue.close();
            }
        }
        self.hears()?;
        self.is_consistent()
    }

    fn come(&mut self, key: u32, is_in_run: bool) {
        let caller = self.serials.len();
        let found = self.line.queue.find(Some(same(key)));
        let aboard = is_in_run.then(in_a_run);
        let serial = if let Some(serial) = found {
            let asks = self.line.caller(self.now);
            self.line.queue.join(serial, asks, aboard, false);
            serial
        } else {
            let mut item = self.line.item(key, self.now);
            item.aboard.extend(aboard);
            self.line.queue.push(item)
        };
        self.serials.push(serial);
        let waiting = self.waiting.entry(serial).or_insert(Waiting {
            key,
            arrived: self.now,
            callers: Vec::new(),
            is_in_run: false,
        });
        waiting.callers.push(caller);
        waiting.is_in_run |= is_in_run;
        self.lends |= is_in_run;
    }

    fn go(&mut self, caller: usize) -> Result<(), TestCaseError> {
        let Some(serial) = self.serials.get(caller).copied() else {
            return Ok(());
        };
        self.line.callers[caller].close();
        let mut is_last = false;
        if let Some(waiting) = self.waiting.get_mut(&serial) {
            waiting.callers.retain(|it| *it != caller);
            is_last = waiting.callers.is_empty();
        }
        if is_last {
            self.waiting.remove(&serial);
        }
        let left = self.line.queue.left(serial);
        prop_assert_eq!(left.is_some(), is_last, "a key leaves with its last caller");
        Ok(())
    }

    fn look(&mut self) -> Result<(), TestCaseError> {
        // It looks when it is woken, and not before.
        if self.sleeps.is_some() || self.wants.is_some() {
            return Ok(());
        }
        let step = self.line.queue.step(self.now);
        let oldest = self.waiting.values().map(|it| it.arrived).min();
        let Some(oldest) = oldest else {
            prop_assert_eq!(step, Step::Idle, "nobody waits");
            prop_assert!(!self.line.queue.wakes(), "it wakes itself");
            (self.sleeps, self.due) = (Some(step), None);
            return Ok(());
        };
        let deadline = oldest + self.window;
        match step {
            Step::Idle | Step::Retire => prop_assert!(false, "{step:?}, and somebody waits"),
            Step::Turn => {
                self.turns += 1;
                prop_assert!(self.turns <= MOST_TURNS, "turns without end");
                let is_allowed = self.policy() == FlushPolicy::Adaptive || self.window.is_zero();
                prop_assert!(is_allowed, "the policy has no turns");
            }
            Step::Until(until) => {
                prop_assert!(until <= deadline, "it waits for longer than its window");
                prop_assert!(until > self.now, "it waits for what is past");
                prop_assert!(!self.line.queue.wakes(), "it wakes itself");
                self.sleeps = Some(step);
            }
            Step::Leave(reason) => {
                self.may_leave(reason, deadline)?;
                let next = self.waiting.keys().next_back().map_or(0, |last| last + 1);
                let is_due = self.waiting.keys().next() < self.due.as_ref() && self.due.is_some();
                if reason == FlushReason::Window && !is_due {
                    self.due = Some(next);
                }
                self.wants = Some(reason);
                let outer = self.line.queue.await_permits();
                let expected = self.waiting.values().any(|it| it.is_in_run);
                prop_assert_eq!(outer.is_in_run, expected);
                self.lends = false;
            }
        }
        if !matches!(step, Step::Leave(_)) {
            prop_assert!(!self.is_closing, "{step:?} while it closes");
        }
        Ok(())
    }

    fn may_leave(&self, reason: FlushReason, deadline: Instant) -> Result<(), TestCaseError> {
        let is_adaptive = self.policy() == FlushPolicy::Adaptive;
        let first = self.waiting.keys().next();
        let is_due = first < self.due.as_ref() && self.due.is_some();
        let is_full = self.waiting.len() >= MOST;
        let is_right = match reason {
            FlushReason::Size => is_full && self.policy() != FlushPolicy::FixedWindow,
            FlushReason::Window => self.now >= deadline || is_due,
            FlushReason::Idle => {
                is_adaptive && (self.announced == 0 || self.window.is_zero()) && !is_full
            }
            FlushReason::Tick => false,
            FlushReason::Shutdown => self.is_closing,
        };
        prop_assert!(is_right, "it leaves for the reason {reason:?}");
        Ok(())
    }

    fn send(&mut self) -> Result<(), TestCaseError> {
        if self.wants.take().is_none() || self.waiting.is_empty() {
            return Ok(());
        }
        self.turns = 0;
        let all: Vec<u32> = self.waiting.values().map(|it| it.key).collect();
        let items = self.line.cut();
        prop_assert!(items.len() <= MOST, "{items:?}");
        prop_assert_eq!(&items[..], &all[..all.len().min(MOST)], "who came first");
        for _ in items {
            self.waiting.pop_first();
        }
        if self.waiting.keys().next() >= self.due.as_ref() {
            self.due = None;
        }
        Ok(())
    }

    /// The collector is told of whatever it waits for.
    fn hears(&mut self) -> Result<(), TestCaseError> {
        let is_told = self.line.queue.wakes();
        let is_full = self.waiting.len() >= MOST && self.policy() != FlushPolicy::FixedWindow;
        let must_be_told = match self.sleeps {
            Some(Step::Idle) => !self.waiting.is_empty(),
            Some(Step::Until(_)) => self.waiting.is_empty() || is_full,
            _ => false,
        };
        prop_assert!(is_told || !must_be_told, "a wake-up is lost");
        if is_told {
            self.sleeps = None;
        }
        prop_assert!(
            is_told || self.wants.is_none() || !self.lends,
            "who lends is not heard"
        );
        // As the collector does, which then asks again for what it waits for.
        if self.wants.is_some() {
            if self.waiting.is_empty() {
                self.wants = None;
            } else if is_told {
                self.lends = false;
                self.line.queue.await_permits();
                prop_assert!(!self.line.queue.wakes(), "it wakes itself");
            }
        }
        Ok(())
    }

    fn is_consistent(&self) -> Result<(), TestCaseError> {
        let queue = &self.line.queue;
        prop_assert!(queue.items.keys().eq(self.waiting.keys()), "who waits");
        prop_assert_eq!(queue.same.len(), self.waiting.len());
        for (serial, waiting) in &self.waiting {
            prop_assert_eq!(queue.find(Some(same(waiting.key))), Some(*serial));
        }
        prop_assert_eq!(queue.announced, self.announced);
        Ok(())
    }
}

proptest! {
    /// A batch leaves for a reason that holds, with those who came first and no more than it may have; nobody waits for
    /// longer than the window, and the collector is told of whatever it waits for.
    #[test]
    fn a_queue_keeps_its_bounds(
        policy in policy(),
        window in prop::sample::select(vec![0u64, 2_000, 10_000]),
        events in prop::collection::vec(event(), 0..120),
    ) {
        let mut watched = Watched::new(policy, Duration::from_micros(window));
        for event in events {
            watched.happen(event)?;
        }
        // Whatever has happened, what waits gets out.
        for _ in 0..2_000 {
            watched.happen(Event::Look)?;
            watched.happen(Event::Send)?;
            if watched.waiting.is_empty() {
                return Ok(());
            }
            if watched.sleeps.is_some() {
                watched.happen(Event::Pass(10_000))?;
            }
        }
        prop_assert!(false, "somebody waits for ever");
    }
}
