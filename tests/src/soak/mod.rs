//! A soak: agents whose calls fail, panic, take too long, are given up and cancelled at random, for as many ticks as one
//! likes; and what must hold all the while, and afterwards.
//!
//! In reading order: the tools (`world`), which calls there are and what must become of each (`call`), one agent after
//! the other tick (`agent`), and whether anything is missing in the end (`aftermath`).

mod aftermath;
mod agent;
mod call;
mod options;
mod world;

use std::fmt;
use std::panic;
use std::time::Duration;

use tokio::task::JoinSet;
use toolwright::{Harness, Stats};

use self::agent::Agent;
pub use self::options::{Options, USAGE};
use self::world::{PANIC, World};

/// How many agents there are at once.
const AGENTS: u64 = 32;

/// How many tools of the harness run at once.
const CAP: usize = 8;

/// How long nothing new comes after so many ticks.
const REST: Duration = Duration::from_mins(1);

/// Whose agents they are.
const TENANTS: [&str; 3] = ["acme", "globex", "initech"];

/// Whether time is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// It is paused, and calls may take too long.
    Paused,
    /// It goes on, and calls are quick.
    Real,
}

/// What happened to the ticks of a soak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ticks.
    pub ticks: u64,
    /// Those that were given up before they had ended, or whose message was cut off.
    pub dropped: u64,
    /// Those whose session was cancelled, or had a deadline that may have come first.
    pub ended: u64,
    /// Calls, those of ticks that were given up included.
    pub calls: u64,
    /// Calls that were answered as they must be.
    pub answered: u64,
    /// Those among them that failed, as they were meant to.
    pub failed: u64,
    /// Calls that write and have run, each once.
    writes: u64,
    /// Those that may have run or not, as their tick came to an early end.
    unknown_writes: u64,
}

impl Tally {
    /// Adds up two of them.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            ticks: self.ticks + other.ticks,
            dropped: self.dropped + other.dropped,
            ended: self.ended + other.ended,
            calls: self.calls + other.calls,
            answered: self.answered + other.answered,
            failed: self.failed + other.failed,
            writes: self.writes + other.writes,
            unknown_writes: self.unknown_writes + other.unknown_writes,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            ticks,
            dropped,
            ended,
            calls,
            answered,
            failed,
            ..
        } = self;
        write!(
            f,
            "{ticks} ticks ({dropped} given up, {ended} whose session ended), {calls} calls, "
        )?;
        write!(
            f,
            "{answered} answered, {failed} of them with an error, as they were meant to"
        )
    }
}

/// A harness, its tools, and what happened so far.
#[derive(Debug)]
pub struct Soak {
    time: Time,
    harness: Harness,
    world: World,
    draw: fastrand::Rng,
    tally: Tally,
}

impl Soak {
    /// A harness that nothing has happened to.
    #[must_use]
    pub fn new(time: Time, seed: u64) -> Self {
        let world = World::default();
        let harness = world::harness(&world, CAP, time);
        Self {
            time,
            harness,
            world,
            draw: fastrand::Rng::with_seed(seed),
            tally: Tally::default(),
        }
    }

    /// Runs so many ticks more, or a few less, as each agent runs as many.
    ///
    /// # Panics
    /// If a call is not answered exactly once, or not with what it asked for.
    pub async fn run(&mut self, ticks: u64) -> Tally {
        let mut agents = JoinSet::new();
        for number in 0..AGENTS {
            let agent = Agent {
                time: self.time,
                harness: self.harness.clone(),
                tenant: TENANTS[self.draw.usize(..TENANTS.len())],
                draw: self.draw.fork(),
                number,
            };
            agents.spawn(agent.run(ticks / AGENTS));
        }
        let tally = agents
            .join_all()
            .await
            .into_iter()
            .fold(Tally::default(), Tally::and);
        self.tally = self.tally.and(tally);
        if self.time == Time::Paused {
            // What was given up and goes on has come to its end, and results are past their time.
            tokio::time::sleep(REST).await;
        }
        tally
    }

    /// Looks whether anything is missing, or left over, and ends the harness.
    ///
    /// # Panics
    /// If a permit was lost or gained, a write ran twice or not at all, a batch was left behind, or something goes on for ever.
    pub async fn end(self) -> Stats {
        aftermath::check(&self.harness, &self.world, self.time, &self.tally).await;
        self.harness.stats()
    }
}

/// Keeps the panics that the tools of a soak are meant to have from being printed. Others are, as before.
pub fn keep_quiet() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.payload_as_str() != Some(PANIC) {
            before(info);
        }
    }));
}
