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
    /// An argument takes references ([`Registry::with_references`](crate::Registry::with_references)), and its values
    /// could be taken for one.
    LikeAReference {
        /// The tool's name.
        name: &'static str,
        /// Where it is declared.
        location: &'static Location<'static>,
        /// The argument.
        argument: &'static str,
        /// The member that its values and references both have.
        member: &'static str,
    },
    /// An argument is given by a tool that is not in the registry.
    UnknownGiver {
        /// The tool's name.
        name: &'static str,
        /// Where it is declared.
        location: &'static Location<'static>,
        /// The argument.
        argument: &'static str,
        /// The tool that its `from` names.
        giver: &'static str,
    },
    /// A tool has an argument of the name by which calls say what they wait for
    /// ([`Registry::with_call_order`](crate::Registry::with_call_order)).
    ReservedArgument {
        /// The tool's name.
        name: &'static str,
        /// Where it is declared.
        location: &'static Location<'static>,
        /// The argument.
        argument: &'static str,
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
            RegistryProblem::LikeAReference { name, location, argument, member } => write!(
                f,
                "the tool `{name}` at {location} cannot take references as `{argument}`: its values have a member `{member}`, and so do references; rename that member, or remove `refs` or `from`"
            ),
            RegistryProblem::UnknownGiver { name, location, argument, giver } => write!(
                f,
                "the tool `{name}` at {location} takes `{argument}` from `{giver}`, which is not in this registry: register that tool as well, or remove `from`"
            ),
            RegistryProblem::ReservedArgument { name, location, argument } => write!(
                f,
                "the tool `{name}` at {location} has an argument `{argument}`, by which a call says what it waits for where the registry offers that: rename the argument"
            ),
            RegistryProblem::NothingLinked => f.write_str(
                "no tool is linked into this program: a library that is never mentioned is not linked, so write `use my_tools as _;` for each one that declares tools",
            ),
        }
    }
}
