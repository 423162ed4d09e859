//! Replays recorded agent runs through the airline's tools and compares every result with the recorded one.
//!
//! Each run has a tenant of its own, and so a copy of its own of all that the tools change. All runs go through one
//! harness, many at once; within a run the ticks keep their order.

mod compare;
mod options;
mod pass;
mod problem;
mod report;
pub mod trace;

pub use self::compare::{Mismatch, Reason, compare};
pub(crate) use self::options::split;
pub use self::options::{Command, Options, USAGE, Which};
pub use self::pass::{Pass, Setup, replay};
pub use self::problem::Problem;
pub use self::report::{Comparison, Summary};
