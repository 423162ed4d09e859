//! One turn of a contestant under a load: a runtime, a downstream and a loader of its own, warmed up, watched for a while,
//! and dropped.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::clock;
use super::contestant::{Agent, Asker, Contestant};
use super::downstream::Downstream;

/// How many threads the agents share.
const THREADS: usize = 2;

/// How often it is looked whether a turn is over.
const LOOK: Duration = Duration::from_millis(2);

/// A turn that takes longer hangs.
const TOO_LONG: Duration = Duration::from_mins(1);

/// How many agents ask, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    /// So many agents, each of which asks for the next item when it has the last.
    Agents(usize),
    /// One agent that asks for so many items at once, and again when it has them all.
    Burst(usize),
    /// So many agents a second on average, who come by chance and ask for one item each.
    Rate(u32),
}

/// What happened while a turn was watched.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) lasted: Duration,
    /// How long each answer took: of an item, or of a whole burst.
    pub(super) times: Vec<Duration>,
    pub(super) requests: u64,
    pub(super) items: u64,
}

/// What the agents of a turn share.
#[derive(Default)]
struct Log {
    next: AtomicU64,
    answers: AtomicU64,
    wrong: AtomicU64,
    is_watched: AtomicBool,
    /// What is asked now is not answered any more.
    is_over: AtomicBool,
    times: Mutex<Vec<Duration>>,
}

impl Log {
    fn items(&self, count: usize) -> Vec<u64> {
        (0..count).map(|_| self.item()).collect()
    }

    /// One that nobody asked for before.
    fn item(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn answered(&self, right: bool, time: Duration) {
        if self.is_over() {
            return;
        }
        self.answers.fetch_add(1, Ordering::Relaxed);
        if !right {
            self.wrong.fetch_add(1, Ordering::Relaxed);
        }
        if self.is_watched.load(Ordering::Relaxed) {
            self.times().push(time);
        }
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    fn times(&self) -> std::sync::MutexGuard<'_, Vec<Duration>> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has a contestant take one turn of about this length.
///
/// # Panics
/// An answer was wrong, or none comes any more.
pub(super) fn take(
    contestant: &Contestant,
    overhead: Duration,
    load: Load,
    length: Duration,
) -> Turn {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .expect("a runtime of two threads can be made");
    let downstream = Downstream::new(overhead);
    let asker = {
        let _within = runtime.enter();
        (contestant.ready)(downstream.clone())
    };
    let log = Arc::new(Log::default());
    let turn = match load {
        Load::Agents(agents) => {
            for _ in 0..agents {
                runtime.spawn(ask_on(asker.agent(), Arc::clone(&log)));
            }
            watch(&log, &downstream, agents as u64, length)
        }
        Load::Burst(calls) => {
            runtime.spawn(ask_all_on(asker.agent(), Arc::clone(&log), calls));
            watch(&log, &downstream, 1, length)
        }
        Load::Rate(rate) => thread::scope(|scope| {
            // In a thread of its own, which sleeps as precisely as the clock does.
            let coming = || come_by_chance(&runtime, &*asker, &log, &downstream, rate, length);
            scope.spawn(coming).join().expect("its panics are ours")
        }),
    };
    log.is_over.store(true, Ordering::Relaxed);
    runtime.shutdown_timeout(TOO_LONG);
    let name = &contestant.name;
    assert_eq!(
        log.wrong.load(Ordering::Relaxed),
        0,
        "{name} answered wrongly"
    );
    assert!(!turn.times.is_empty(), "{name} answered nothing");
    turn
}

/// Asks for one item after the other.
async fn ask_on(agent: Arc<dyn Agent>, log: Arc<Log>) {
    while !log.is_over() {
        let begun = Instant::now();
        let right = agent.ask(log.item()).await;
        log.answered(right, begun.elapsed());
    }
}

/// Asks for so many items at once, one burst after the other.
async fn ask_all_on(agent: Arc<dyn Agent>, log: Arc<Log>, calls: usize) {
    while !log.is_over() {
        let items = log.items(calls);
        let begun = Instant::now();
        let right = agent.ask_all(items).await;
        log.answered(right, begun.elapsed());
    }
}

/// Warms up until everyone could have an answer, then watches until everyone could have another, each for a while at least.
fn watch(log: &Log, downstream: &Downstream, everyone: u64, length: Duration) -> Turn {
    let pass = |length: Duration| {
        let (begun, before) = (Instant::now(), log.answers());
        while begun.elapsed() < length || log.answers() - before < everyone {
            assert!(begun.elapsed() < TOO_LONG, "answers do not come any more");
            thread::sleep(LOOK);
        }
    };
    pass(length / 4);
    let watched = watched(log, downstream);
    pass(length);
    watched()
}

/// Begins to watch; what is returned ends it.
fn watched<'a>(log: &'a Log, downstream: &'a Downstream) -> impl FnOnce() -> Turn + 'a {
    let (begun, before) = (Instant::now(), downstream.asked());
    log.is_watched.store(true, Ordering::Relaxed);
    move || {
        log.is_watched.store(false, Ordering::Relaxed);
        let (lasted, asked) = (begun.elapsed(), downstream.asked());
        Turn {
            lasted,
            times: std::mem::take(&mut log.times()),
            requests: asked.requests - before.requests,
            items: asked.items - before.items,
        }
    }
}

/// Agents who come by chance, so many a second; the turn ends when they all have their answers.
fn come_by_chance(
    runtime: &Runtime,
    asker: &dyn Asker,
    log: &Arc<Log>,
    downstream: &Downstream,
    rate: u32,
    length: Duration,
) -> Turn {
    clock::end_sleeps_on_time();
    // The same agents for everyone.
    let mut chance = fastrand::Rng::with_seed(u64::from(rate));
    let mut agents = 0;
    let mut send = |length: Duration| {
        let begun = Instant::now();
        let mut due = Duration::ZERO;
        while due < length {
            thread::sleep(due.saturating_sub(begun.elapsed()));
            let (agent, log) = (asker.agent(), Arc::clone(log));
            runtime.spawn(async move {
                let begun = Instant::now();
                let right = agent.ask(log.item()).await;
                log.answered(right, begun.elapsed());
            });
            agents += 1;
            // The times between those who come by chance are distributed exponentially.
            due += Duration::from_secs_f64(-(1.0 - chance.f64()).ln() / f64::from(rate));
        }
        agents
    };
    send(length / 4);
    let watched = watched(log, downstream);
    let agents = send(length);
    let begun = Instant::now();
    while log.answers() < agents {
        assert!(begun.elapsed() < TOO_LONG, "answers do not come any more");
        thread::sleep(LOOK);
    }
    watched()
}

impl Load {
    /// In words, for a table.
    pub(super) fn text(self) -> String {
        match self {
            Load::Agents(1) => "1 agent".to_owned(),
            Load::Agents(agents) => format!("{agents} agents"),
            Load::Burst(1) => "a tick of 1 call".to_owned(),
            Load::Burst(calls) => format!("a tick of {calls} calls"),
            Load::Rate(rate) => format!("{rate} agents a second"),
        }
    }
}
