//! What a registry offers a model on request, and what of its tools stands in the way.

use super::{RegisteredTool, Registry, RegistryError, RegistryProblem};
use crate::definition::{Offers, clash};
use crate::reference::AFTER;
use crate::tool::ToolEntry;

impl Registry {
    /// The same tools, and a model can refer to the result of an earlier call of the same message, in each argument that
    /// takes references (`#[arg(refs)]`, `#[arg(from = tool)]`), as in
    /// `{"_ref":{"call":1,"path":"/items/0/id"}}`. An argument with `from` may then be left out: it is the result of that
    /// tool, if it was called once before.
    ///
    /// The schemas that a model is sent say so, and so their bytes and fingerprints are other ones. Without this, no
    /// value is ever taken for a reference. What the rules are is told in `docs/references.md` in the repository.
    ///
    /// ```
    /// use toolwright::{registry, tool};
    ///
    /// /// Find the newest order of a customer.
    /// #[tool]
    /// async fn newest_order(
    ///     /// The customer's id.
    ///     customer_id: String,
    /// ) -> String {
    ///     format!("the newest of {customer_id}")
    /// }
    ///
    /// /// Track an order.
    /// #[tool]
    /// async fn track_order(
    ///     /// The order's id.
    ///     #[arg(refs)]
    ///     order_id: String,
    /// ) -> String {
    ///     order_id
    /// }
    ///
    /// let registry = registry![newest_order, track_order]?.with_references()?;
    /// let track = registry.iter().last().expect("two tools");
    /// assert!(track.input_schema().contains(r#""_ref""#));
    /// # Ok::<(), toolwright::RegistryError>(())
    /// ```
    ///
    /// # Errors
    /// All that is in the way: [`RegistryProblem::LikeAReference`], [`RegistryProblem::UnknownGiver`].
    pub fn with_references(self) -> Result<Self, RegistryError> {
        let offers = Offers {
            references: true,
            ..self.offers
        };
        self.offering(offers)
    }

    /// The same tools, and a model can say of each call which earlier calls of the message it must wait for, by one more
    /// argument, `_after`: positions from 1, or names of tools.
    ///
    /// So a model can only add to the order that the tools declare, and never take from it.
    ///
    /// # Errors
    /// Each tool that has such an argument itself: [`RegistryProblem::ReservedArgument`].
    pub fn with_call_order(self) -> Result<Self, RegistryError> {
        let offers = Offers {
            call_order: true,
            ..self.offers
        };
        self.offering(offers)
    }

    fn offering(self, offers: Offers) -> Result<Self, RegistryError> {
        let entries = self.tools.iter().map(RegisteredTool::entry);
        let entries: Vec<ToolEntry> = entries.copied().collect();
        Ok(Self {
            coerces: self.coerces,
            ..Self::of(entries, offers)?
        })
    }

    /// Whether a model is offered references.
    #[must_use]
    pub fn references(&self) -> bool {
        self.offers.references
    }

    /// Whether a model is offered to order its calls.
    #[must_use]
    pub fn call_order(&self) -> bool {
        self.offers.call_order
    }
}

/// What of these tools, sorted by name, does not go with what is offered.
pub(super) fn problems(tools: &[RegisteredTool], offers: Offers) -> Vec<RegistryProblem> {
    let mut problems = Vec::new();
    for tool in tools {
        let (name, location) = (tool.spec().name(), tool.spec().location());
        if offers.call_order && tool.arguments.iter().any(|it| *it.name == *AFTER) {
            problems.push(RegistryProblem::ReservedArgument {
                name,
                location,
                argument: AFTER,
            });
        }
        for (param, argument) in tool.spec().arguments().iter().zip(&tool.arguments) {
            if let Some(member) = clash(&argument.schema).filter(|_| argument.takes_references) {
                problems.push(RegistryProblem::LikeAReference {
                    name,
                    location,
                    argument: param.name(),
                    member,
                });
            }
            if let Some(giver) = argument.given_by
                && !tools.iter().any(|tool| tool.spec().name() == giver)
            {
                problems.push(RegistryProblem::UnknownGiver {
                    name,
                    location,
                    argument: param.name(),
                    giver,
                });
            }
        }
    }
    problems
}
