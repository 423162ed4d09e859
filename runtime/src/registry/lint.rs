//! What is allowed and probably not meant: said of a registry, each with the tool, the reason and the way out.

use std::fmt;
use std::panic::Location;

use super::{RegisteredTool, Registry};
use crate::error::nearest;
use crate::json::Json;

/// Something in a registry that is allowed and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// The tool's name.
    pub tool: &'static str,
    /// Where it is declared.
    pub location: &'static Location<'static>,
    /// What it is.
    pub kind: LintKind,
}

/// The lints.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LintKind {
    /// The tool is cached and declares no `reads`, while another tool writes: no write ever invalidates its results.
    CachedWithoutReads {
        /// A tool that writes.
        writer: &'static str,
    },
    /// `after` names a tool that the registry does not have, so that it orders nothing.
    UnknownAfter {
        /// The name.
        name: &'static str,
        /// The tool that was probably meant.
        near: Option<&'static str>,
    },
    /// A field of a struct that is all arguments at once has no description, and a model has nothing to go by.
    UndescribedField {
        /// The field.
        field: String,
    },
}

impl Registry {
    /// What is allowed and probably not meant, in the order of the tools' names.
    ///
    /// ```
    /// use toolwright::{registry, tool};
    ///
    /// /// List the open orders.
    /// #[tool(ttl = "5m")]
    /// async fn open_orders() -> Vec<String> {
    ///     vec!["A-1".to_owned()]
    /// }
    ///
    /// /// Close one order.
    /// #[tool(writes = "order/{order_id}")]
    /// async fn close_order(
    ///     /// The order's id.
    ///     order_id: String,
    /// ) -> String {
    ///     order_id
    /// }
    ///
    /// let lints = registry![open_orders, close_order]?.lints();
    /// assert!(lints[0].to_string().contains("no write invalidates its results"));
    /// # Ok::<(), toolwright::RegistryError>(())
    /// ```
    #[must_use]
    pub fn lints(&self) -> Vec<Lint> {
        let tools = self.tools().iter();
        let mut writers = tools.filter(|tool: &&RegisteredTool| !tool.writes.is_empty());
        let writer = writers.next().map(|tool| tool.spec().name());
        let mut lints = Vec::new();
        for tool in self.tools() {
            let spec = tool.spec();
            let mut found = |kind| {
                lints.push(Lint {
                    tool: spec.name(),
                    location: spec.location(),
                    kind,
                });
            };
            if let Some(writer) = writer
                && spec.ttl().is_some()
                && tool.reads.is_empty()
            {
                found(LintKind::CachedWithoutReads { writer });
            }
            for &name in spec.after_tools() {
                if self.find(name).is_none() {
                    let near = nearest(name, self.names());
                    found(LintKind::UnknownAfter { name, near });
                }
            }
            if tool.is_flat() {
                for field in undescribed(tool) {
                    found(LintKind::UndescribedField { field });
                }
            }
        }
        lints
    }
}

fn undescribed(tool: &RegisteredTool) -> impl Iterator<Item = String> + '_ {
    let has_none = |schema: &Json<'_>| {
        let description = schema.get("description").and_then(Json::as_str);
        description.is_none_or(str::is_empty)
    };
    let arguments = tool.arguments.iter();
    arguments
        .filter(move |argument| has_none(&argument.schema))
        .map(|argument| argument.name.to_string())
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lint {
            tool,
            location,
            kind,
        } = self;
        write!(f, "the tool `{tool}` at {location} ")?;
        match kind {
            LintKind::CachedWithoutReads { writer } => write!(
                f,
                "is cached and declares no `reads`, so that no write invalidates its results, not even one of `{writer}`: declare what it reads, such as `reads = \"order/*\"`, or `reads = \"*\"` for everything"
            ),
            LintKind::UnknownAfter { name, near } => {
                write!(
                    f,
                    "runs after `{name}`, which is no tool here, so that nothing is ordered: "
                )?;
                match near {
                    Some(near) => write!(f, "did you mean `{near}`?"),
                    None => f.write_str("register that tool, or remove `after`"),
                }
            }
            LintKind::UndescribedField { field } => write!(
                f,
                "has no description of its argument `{field}`: write a doc comment above the field"
            ),
        }
    }
}
