//! What recorded traces say about the result cache: all recorded calls go through one harness, in one shared world,
//! under several policies of invalidation.
//!
//! Every recorded call is one call of a harness. What it read and what it changed is known from the record, so that a
//! served result can be compared with what the world would have answered at that moment, and the hits with those of an
//! invalidation that knows everything.

mod airline;
mod entity;
mod judge;
mod lines;
mod options;
mod oracle;
mod pass;
mod policy;
mod report;
mod sessions;
mod shell;
mod table;
mod tools;
mod trace;
mod world;

pub use self::entity::Entity;
pub use self::options::{Options, USAGE};
pub use self::pass::{Pass, Wrong, replay};
pub use self::policy::{Policy, Spelling, Ttl};
pub use self::report::{Figures, Keys, Report, Row, TraceReport};
pub use self::trace::{Call, Flaw, Kind, Trace};
use crate::replay::Problem;

/// Replays every trace that the options name, under every policy that it has something to say about.
///
/// # Errors
/// There is no trace, a file cannot be read, or it holds no call.
pub fn run(options: &Options) -> Result<Report, Problem> {
    let mut traces = Vec::new();
    if let Some(path) = options.runs()? {
        traces.push(TraceReport::of(airline::read(&path)?, options.ttl)?);
    }
    if let Some(path) = options.sessions()? {
        traces.push(TraceReport::of(sessions::read(&path)?, options.ttl)?);
    }
    Ok(Report {
        ttl: options.ttl,
        traces,
    })
}
