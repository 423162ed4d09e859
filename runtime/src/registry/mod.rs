//! The sorted set of declared tools: what is emitted to a provider. Pure data, no I/O.

mod error;
#[cfg(feature = "linked")]
mod linked;
mod lint;
mod offer;
mod prompt;
mod tool;
mod verify;

use std::sync::Arc;

pub use self::error::{RegistryError, RegistryProblem};
#[cfg(feature = "linked")]
pub use self::linked::LINKED;
pub use self::lint::{Lint, LintKind};
pub(crate) use self::tool::{RegisteredArgument, RegisteredTool};
pub use self::verify::Verified;
use crate::definition::{Fingerprint, Offers, Provider, ToolDefinition};
use crate::tool::{ToolEntry, ToolSpec};

/// Declared tools, sorted by name. Cheap to clone.
///
/// ```
/// use toolwright::{Provider, registry, tool};
///
/// /// Add two numbers.
/// #[tool]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> Result<i64, String> {
///     Ok(a + b)
/// }
///
/// let registry = registry![add]?;
/// assert_eq!(registry.names().collect::<Vec<_>>(), ["add"]);
/// assert!(registry.definitions(Provider::Anthropic).starts_with(r#"[{"name":"add","description":"Add two numbers.","#));
/// # Ok::<(), toolwright::RegistryError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Registry {
    tools: Arc<[RegisteredTool]>,
    coerces: bool,
    offers: Offers,
}

impl Registry {
    /// A registry of these entries, such as those of [`ToolSet::ENTRIES`](crate::ToolSet::ENTRIES); their order does not
    /// matter. [`registry!`](crate::registry!) is this for tools that one can name.
    ///
    /// # Errors
    /// All that is wrong: names given twice, names that not every provider takes, arguments without a schema.
    pub fn new(tools: impl IntoIterator<Item = ToolEntry>) -> Result<Self, RegistryError> {
        Self::of(tools.into_iter().collect(), Offers::default())
    }

    fn of(mut entries: Vec<ToolEntry>, offers: Offers) -> Result<Self, RegistryError> {
        let mut problems = Vec::new();
        // Sorted by place as well, so that a duplicate is reported the same way whatever the order of linking was.
        entries.sort_by_key(|entry| {
            let at = entry.spec().location();
            (entry.spec().name(), at.file(), at.line(), at.column())
        });
        for pair in entries.windows(2) {
            if let [first, second] = pair
                && first.spec().name() == second.spec().name()
            {
                problems.push(RegistryProblem::DuplicateTool {
                    name: first.spec().name(),
                    first: first.spec().location(),
                    second: second.spec().location(),
                });
            }
        }
        let mut registered = Vec::with_capacity(entries.len());
        for entry in entries {
            match RegisteredTool::new(entry, offers) {
                Ok(tool) => registered.push(tool),
                Err(problem) => problems.push(problem),
            }
        }
        problems.extend(offer::problems(&registered, offers));
        if problems.is_empty() {
            Ok(Self {
                tools: registered.into(),
                coerces: false,
                offers,
            })
        } else {
            Err(RegistryError { problems })
        }
    }

    /// A registry of every tool that is linked into this program.
    ///
    /// Explicit registration with [`Registry::new`] is the better way: it is a list that one can read. This one is a
    /// convenience, and it has a trap: **a library that is a dependency and is never mentioned is not linked**, so its
    /// tools are missing and nothing says so. Mention each such library once: `use my_tools as _;`.
    ///
    /// # Errors
    /// As [`Registry::new`]; and no tool is linked at all, which is that trap most of the time.
    #[cfg(feature = "linked")]
    pub fn linked() -> Result<Self, RegistryError> {
        if LINKED.is_empty() {
            return Err(RegistryError {
                problems: vec![RegistryProblem::NothingLinked],
            });
        }
        Self::new(LINKED.iter().copied())
    }

    /// How many tools there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tools.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.tools.iter().map(|tool| tool.spec().name())
    }

    /// The declaration of the tool of this name.
    #[must_use]
    pub fn spec(&self, name: &str) -> Option<&ToolSpec> {
        self.find(name).map(|(_, tool)| tool.spec())
    }

    /// The definitions, sorted by name, whatever the provider.
    pub fn iter(&self) -> impl Iterator<Item = &ToolDefinition> + '_ {
        self.tools.iter().map(RegisteredTool::definition)
    }

    /// The value of a request's `tools`, as the bytes to send.
    ///
    /// They change when a declaration does, and never otherwise: not with the order of declaration or linking, the
    /// process, the platform, or the features of another crate of the build.
    #[must_use]
    pub fn definitions(&self, provider: Provider) -> String {
        let definitions: Vec<String> = self
            .iter()
            .map(|definition| definition.to_json(provider))
            .collect();
        format!("[{}]", definitions.join(","))
    }

    /// The digest of all definitions: the same registry has the same one, everywhere.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let texts: Vec<String> = self
            .iter()
            .map(|definition| definition.fingerprint().to_string())
            .collect();
        Fingerprint::of(texts.iter().map(String::as_bytes))
    }

    /// The same tools, every one as if it said `coerce`: arguments of a wrong type are put right where their meaning is
    /// plain, as the text `"5"` for the number 5.
    #[must_use]
    pub fn coerce(self) -> Self {
        Self {
            coerces: true,
            ..self
        }
    }

    pub(crate) fn coerces(&self) -> bool {
        self.coerces
    }

    pub(crate) fn tools(&self) -> &[RegisteredTool] {
        &self.tools
    }

    /// The tool of this name, and its place among the sorted tools.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &RegisteredTool)> {
        let place = self
            .tools
            .binary_search_by(|tool| tool.spec().name().cmp(name))
            .ok()?;
        Some((place, self.tools.get(place)?))
    }
}

/// A [`Registry`] of these tools and tool sets: `registry![lookup_order, shipping::quote, Shop]?`.
///
/// Each is the path of a function with `#[tool]` or of a type with `#[tools]`; their order does not matter.
///
/// ```
/// use toolwright::{registry, tool};
///
/// /// Say hello.
/// #[tool]
/// async fn hello() -> Result<String, String> {
///     Ok("hello".to_owned())
/// }
///
/// assert_eq!(registry![hello]?.len(), 1);
/// # Ok::<(), toolwright::RegistryError>(())
/// ```
///
/// # Errors
/// As [`Registry::new`].
#[macro_export]
macro_rules! registry {
    ($($tools:ty),* $(,)?) => {
        $crate::Registry::new(
            <[&[$crate::ToolEntry]]>::concat(&[$($crate::ToolEntry::all_of::<$tools>()),*])
        )
    };
}
