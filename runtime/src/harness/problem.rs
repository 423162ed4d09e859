//! What can be wrong with a harness before it runs anything.

use std::fmt;
use std::panic::Location;

/// Why there is no harness: every problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarnessError {
    pub(super) problems: Vec<HarnessProblem>,
}

/// One problem of a harness.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HarnessProblem {
    /// A tool needs state of a type that the harness was not given.
    MissingState {
        /// The tool's name.
        tool: &'static str,
        /// Where it is declared.
        location: &'static Location<'static>,
        /// The type, as the compiler writes it.
        type_name: &'static str,
    },
    /// The concurrency cap is zero, so that nothing would ever run.
    NoConcurrency,
    /// The part by which TTLs are shortened is not from 0 to 1.
    InvalidJitter,
    /// No call could wait for a batch, or no batch could ever run.
    NoBatching,
    /// How its calls are gathered was given for a tool without a batch function.
    NotBatched {
        /// The tool's name.
        tool: &'static str,
    },
    /// The cost of a run, or how calls are gathered, was given for a tool that is not in the registry.
    UnknownTool {
        /// The name that was given.
        tool: String,
    },
}

impl HarnessError {
    /// The problems.
    #[must_use]
    pub fn problems(&self) -> &[HarnessProblem] {
        &self.problems
    }
}

impl fmt::Display for HarnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for HarnessError {}

impl fmt::Display for HarnessProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HarnessProblem::MissingState {
                tool,
                location,
                type_name,
            } => write!(
                f,
                "the tool `{tool}` at {location} needs state of type `{type_name}`: give the harness one with `.state(…)`"
            ),
            HarnessProblem::NoConcurrency => {
                f.write_str("a concurrency cap of 0 would never run anything: give at least 1")
            }
            HarnessProblem::InvalidJitter => f.write_str(
                "a TTL is shortened by a part of itself: give `ttl_jitter` a number from 0 to 1",
            ),
            HarnessProblem::UnknownTool { tool } => write!(
                f,
                "`run_cost` or `batching_of` was given for `{tool}`, which is not in the registry"
            ),
            HarnessProblem::NoBatching => f.write_str(
                "with `max_waiting` or `max_in_flight` at 0 no batch would ever run: give at least 1",
            ),
            HarnessProblem::NotBatched { tool } => write!(
                f,
                "`batching_of` was given for `{tool}`, which has no batch function: declare one with `batch = \"…\"`"
            ),
        }
    }
}
