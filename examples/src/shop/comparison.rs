//! The same work twice: with all levers off, and with all levers on.

use std::error::Error;
use std::fmt;
use std::fs;
use std::sync::Arc;

use toolwright::Levers;

use super::database::{Db, seed};
use super::generator::generate;
use super::options::Options;
use super::progress::Progress;
use super::scripts::{Script, scripts};
use super::work::{Pass, pass};

/// Connections in the pool at most: one for each agent of a usual run, so that no pass waits for one.
const CONNECTIONS: usize = 16;

/// Both passes over the same scripts, each on a fresh copy of the same database.
#[derive(Debug)]
pub struct Comparison {
    /// What was run.
    pub options: Options,
    /// What the agents did.
    pub scripts: Arc<[Script]>,
    /// How many connections each pass had.
    pub connections: usize,
    /// With all levers off.
    pub off: Pass,
    /// With all levers on.
    pub on: Pass,
}

impl Comparison {
    /// Seeds a database in a temporary folder, which is gone when this returns, and runs both passes.
    ///
    /// # Errors
    ///
    /// When the database cannot be written or a pass cannot be run; not when the answers differ.
    pub async fn run(
        options: Options,
        progress: &Arc<Progress>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let folder = tempfile::Builder::new()
            .prefix("toolwright-shop-")
            .tempdir()?;
        let seeded = folder.path().join("seed.db");

        let rows = generate(options.orders);
        let scripts: Arc<[Script]> = scripts(&rows, options.agents)?.into();
        progress.begin("seeding the database", options.orders, "orders");
        let mut known = 0;
        seed(&seeded, &rows, |orders| {
            progress.advance(orders - known);
            known = orders;
        })?;
        progress.end();
        drop(rows);

        let connections = options.agents.min(CONNECTIONS);
        let ticks = scripts.iter().map(|script| script.ticks.len()).sum();
        let mut passes = Vec::with_capacity(2);
        for (title, file, levers) in [
            ("pass 1, levers off", "off.db", Levers::none()),
            ("pass 2, levers on", "on.db", Levers::all()),
        ] {
            let file = folder.path().join(file);
            fs::copy(&seeded, &file)?;
            let db = Db::open(&file, connections, options.latency)?;
            progress.begin(title, ticks, "ticks");
            passes.push(pass(&db, &scripts, levers, progress).await?);
            progress.end();
        }
        folder.close()?;
        let on = passes.pop().unwrap_or_default();
        let off = passes.pop().unwrap_or_default();
        Ok(Self {
            options,
            scripts,
            connections,
            off,
            on,
        })
    }

    /// What the example promises: the same answers, at no more than a third of the round trips.
    ///
    /// # Errors
    ///
    /// The first thing that breaks the promise.
    pub fn verdict(&self) -> Result<(), Broken> {
        if let Some(difference) = self.difference() {
            return Err(Broken::Answers(Box::new(difference)));
        }
        let (off, on) = (self.off.round_trips, self.on.round_trips);
        if on * 3 > off {
            return Err(Broken::RoundTrips { off, on });
        }
        Ok(())
    }

    fn difference(&self) -> Option<Difference> {
        for (agent, script) in self.scripts.iter().enumerate() {
            for (number, tick) in script.ticks.iter().enumerate() {
                for (position, call) in tick.calls.iter().enumerate() {
                    let answer = |pass: &Pass| {
                        let tick = pass.answers.get(agent)?.get(number)?;
                        tick.get(position).cloned()
                    };
                    let (off, on) = (answer(&self.off), answer(&self.on));
                    if off.is_none() || off != on {
                        return Some(Difference {
                            place: [agent, number, position].map(|index| index + 1),
                            call: format!("{} {}", call.tool, call.arguments),
                            off: off.unwrap_or_else(|| "no answer".to_owned()),
                            on: on.unwrap_or_else(|| "no answer".to_owned()),
                        });
                    }
                }
            }
        }
        None
    }
}

/// How the promise was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// A call was answered differently.
    Answers(Box<Difference>),
    /// The levers saved too little.
    RoundTrips {
        /// Round trips with levers off.
        off: u64,
        /// Round trips with levers on.
        on: u64,
    },
}

/// The first call that was answered differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Agent, tick and call, from one.
    place: [usize; 3],
    call: String,
    off: String,
    on: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answers(difference) => {
                let Difference {
                    place: [agent, tick, call],
                    call: text,
                    off,
                    on,
                } = &**difference;
                write!(
                    f,
                    "the answers differ, first for agent {agent}, tick {tick}, call {call}: \
                     {text}\n  levers off: {off}\n  levers on:  {on}"
                )
            }
            Self::RoundTrips { off, on } => write!(
                f,
                "{on} round trips with levers on are more than a third of the {off} with levers off"
            ),
        }
    }
}

impl Error for Broken {}

#[cfg(test)]
mod tests;
