//! What can be wrong with a set of tools, said of all of them at once.

use std::fmt;
use std::panic::Location;

/// Why there is no registry: every problem, in the order of the tools' names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryError {
    pub(super) problems: Vec<RegistryProblem>,
}

/// One problem of a set of tools.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryProblem {
    /// Two tools have one name.
    DuplicateTool {
        /// The name.
        name: &'static str,
        /// Where one of them is declared.
        first: &'static Location<'static>,
        /// Where the other is declared.
        second: &'static Location<'static>,
    },
    /// Not every provider takes this name.
    InvalidName {
        /// The name.
        name: &'static str,
        /// Where the tool is declared.
        location: &'static Location<'static>,
    },
    /// A tool cannot be described to a model.
    InvalidTool {
        /// The tool's name.
        name: &'static str,
        /// Where it is declared.
        location: &'static Location<'static>,
        /// What is wrong with it.
        message: String,
    },
    /// A value that the schema of an argument allows and its type refuses ([`Registry::verify`](crate::Registry::verify)).
    Disagreement {
        /// The tool's name.
        name: &'static str,
        /// Where it is declared.
        location: &'static Location<'static>,
        /// The argument.
        argument: &'static str,
        /// The value, as a JSON text.
        value: String,
        /// Why the type refuses it.
        refusal: String,
    },
    /// `Registry::linked()` found nothing.
    NothingLinked,
}

impl RegistryError {
    /// The problems.
    #[must_use]
    pub fn problems(&self) -> &[RegistryProblem] {
        &self.problems
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RegistryError {}

impl fmt::Display for RegistryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegistryProblem::DuplicateTool { name, first, second } => {
                write!(f, "two tools are named `{name}`: one at {first}, one at {second}; give one `name = \"…\"`")
            }
            RegistryProblem::InvalidName { name, location } => write!(
                f,
                "the tool `{name}` at {location} has a name that not every provider takes: a letter or `_`, then up to 63 letters, digits, `_` or `-`"
            ),
            RegistryProblem::InvalidTool { name, location, message } => {
                write!(f, "the tool `{name}` at {location} cannot be registered: {message}")
            }
            RegistryProblem::Disagreement { name, location, argument, value, refusal } => write!(
                f,
                "the tool `{name}` at {location} promises more than it keeps: the schema of `{argument}` allows {value}, and its type refuses it ({refusal})"
            ),
            RegistryProblem::NothingLinked => f.write_str(
                "no tool is linked into this program: a library that is never mentioned is not linked, so write `use my_tools as _;` for each one that declares tools",
            ),
        }
    }
}
