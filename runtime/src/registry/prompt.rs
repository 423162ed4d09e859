//! What a system prompt says so that a model puts into one message what can go into one.

use super::Registry;

/// Without it, models ask for one thing at a time.
const TOGETHER: &str = "Emit all tool calls whose arguments you know in one message: they run side by side, and calls that change something keep the order in which you write them.";

/// The same, where an argument can be the result of another call.
const REFERRING: &str = "Emit all tool calls whose arguments you know in one message: they run side by side, and calls that change something keep the order in which you write them. Where an argument is in the result of an earlier call of the same message and its schema offers `_ref`, do not wait for that result: emit the call with a reference, such as `{\"_ref\":{\"call\":1,\"path\":\"/items/0/id\"}}`.";

impl Registry {
    /// A sentence for the system prompt, by which a model emits independent calls together; with a second one, by which
    /// it emits dependent calls with references, if it is offered any.
    ///
    /// Its bytes change only with what the registry offers.
    ///
    /// ```
    /// # let registry = toolwright::Registry::new([])?;
    /// let system = format!("You are the support agent of a shop. {}", registry.tick_prompt());
    /// assert!(system.contains("in one message"));
    /// # Ok::<(), toolwright::RegistryError>(())
    /// ```
    #[must_use]
    pub fn tick_prompt(&self) -> &'static str {
        let mut arguments = self.tools().iter().flat_map(|tool| &tool.arguments);
        if arguments.any(|argument| argument.takes_references) {
            REFERRING
        } else {
            TOGETHER
        }
    }
}
