//! The arguments of a call: told apart, put right where the tool allows it, and held against their schema. What is
//! wrong is said in words that a model can act on, all of it at once.

use std::ops::Range;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::call::ToolCall;
use crate::canonical::{self, Shape};
use crate::definition::coerce;
use crate::error::{ErrorKind, ToolError, listed, nearest};
use crate::json::{Json, Member, members, write_string};
use crate::registry::RegisteredTool;
use crate::tool::Args;

/// A tool with no more arguments than this has them looked at without an allocation.
const FEW: usize = 8;

/// What the model sent, for each declared argument.
pub(super) struct Arguments<'t> {
    text: &'t str,
    sent: Vec<Member<'t>>,
    /// For each declared argument, its place among the members that were sent.
    places: SmallVec<[Option<usize>; FEW]>,
    /// How many values were put right.
    pub(super) coerced: usize,
}

/// The text of a call's arguments. Models send nothing, or null, for a tool without required arguments.
pub(super) fn text(arguments: &str) -> &str {
    match arguments.trim() {
        "" | "null" => "{}",
        _ => arguments,
    }
}

impl<'t> Arguments<'t> {
    /// Reads the arguments of a call of this tool. Those that are still to come, by their indexes, are taken as left out,
    /// which all of them may be.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArguments`]: they are not JSON, or not what the tool takes.
    pub(super) fn read(
        tool: &RegisteredTool,
        text: &'t str,
        coerces: bool,
        to_come: &[usize],
    ) -> Result<Self, ToolError> {
        let name = tool.spec().name();
        let sent = members(text).map_err(|error| {
            let message =
                format_args!("the arguments of `{name}` must be one JSON object: {error}");
            ToolError::new(ErrorKind::InvalidArguments, message)
        })?;
        let mut arguments = Self {
            text,
            places: places(tool, &sent, to_come)?,
            sent,
            coerced: 0,
        };
        if coerces {
            arguments.coerce(tool);
        }
        arguments.check(tool)?;
        Ok(arguments)
    }

    /// The value of the argument at this index, if it was sent.
    pub(super) fn value(&self, index: usize) -> Option<&Json<'t>> {
        let place = self.places.get(index).copied().flatten()?;
        self.sent.get(place).map(|member| &member.value)
    }

    /// The text that the tool reads its arguments from, and where in it each of them stands.
    pub(super) fn args(&self, tool: &RegisteredTool, call: &ToolCall) -> Args {
        let is_flat = tool.is_flat();
        // A struct reads all members at once, so those that were left out by a null must be gone.
        let has_null = is_flat && self.places.iter().flatten().count() < self.sent.len();
        if self.coerced > 0 || has_null {
            return self.rewritten(tool, is_flat);
        }
        let text = if *self.text == *call.arguments() {
            Arc::clone(call.shared_arguments())
        } else {
            Arc::from(self.text)
        };
        if is_flat {
            let all = 0..text.len();
            return Args::new(text, [Some(all)]);
        }
        let spans = self.places.iter().map(|place| {
            place
                .and_then(|place| self.sent.get(place))
                .map(|member| span(self.text, member))
        });
        Args::new(text, spans)
    }

    fn rewritten(&self, tool: &RegisteredTool, is_flat: bool) -> Args {
        let mut out = Vec::with_capacity(self.text.len());
        let mut spans = Vec::with_capacity(tool.arguments.len());
        for (index, argument) in tool.arguments.iter().enumerate() {
            let span = self.value(index).map(|value| {
                out.push(if out.is_empty() { b'{' } else { b',' });
                write_string(&argument.name, &mut out);
                out.push(b':');
                let start = out.len();
                canonical::write(value, &Shape::Any, &mut out);
                start..out.len()
            });
            spans.push(span);
        }
        if out.is_empty() {
            out.push(b'{');
        }
        out.push(b'}');
        let text: Arc<str> = String::from_utf8(out)
            .expect("only text was written")
            .into();
        if is_flat {
            spans = vec![Some(0..text.len())];
        }
        Args::new(text, spans)
    }

    fn coerce(&mut self, tool: &RegisteredTool) {
        for (argument, place) in tool.arguments.iter().zip(&self.places) {
            if let Some(member) = place.and_then(|place| self.sent.get_mut(place)) {
                self.coerced += coerce(&argument.schema, &mut member.value);
            }
        }
    }

    fn check(&self, tool: &RegisteredTool) -> Result<(), ToolError> {
        let mut problems = Vec::new();
        for (index, argument) in tool.arguments.iter().enumerate() {
            if let (Some(check), Some(value)) = (&argument.check, self.value(index))
                && let Err(violation) = check.check(value)
            {
                problems.push(format!(
                    "argument `/{}{}`: {}",
                    argument.name, violation.pointer, violation.message
                ));
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(ToolError::new(
            ErrorKind::InvalidArguments,
            problems.join("; "),
        ))
    }
}

/// For each declared argument, its place among the members that were sent. All that is wrong is said at once.
fn places(
    tool: &RegisteredTool,
    sent: &[Member<'_>],
    to_come: &[usize],
) -> Result<SmallVec<[Option<usize>; FEW]>, ToolError> {
    let mut places: SmallVec<[_; FEW]> = smallvec![None; tool.arguments.len()];
    let mut problems = Vec::new();
    let names = || tool.arguments.iter().map(|argument| &*argument.name);
    for (place, member) in sent.iter().enumerate() {
        let Some(index) = names().position(|name| *name == *member.name) else {
            let hint = match nearest(&member.name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if tool.arguments.is_empty() => "it takes none".to_owned(),
                None => format!("the arguments are {}", listed(names(), "and")),
            };
            problems.push(format!("there is no argument `/{}`: {hint}", member.name));
            continue;
        };
        let optional = tool
            .arguments
            .get(index)
            .is_some_and(|argument| argument.optional);
        let left_out = (optional && member.value == Json::Null) || to_come.contains(&index);
        if let Some(slot) = places.get_mut(index)
            && !left_out
        {
            *slot = Some(place);
        }
    }
    for (index, (argument, place)) in tool.arguments.iter().zip(&places).enumerate() {
        if place.is_none() && !argument.optional && !to_come.contains(&index) {
            problems.push(format!("the argument `/{}` is required", argument.name));
        }
    }
    if problems.is_empty() {
        return Ok(places);
    }
    let message = format_args!(
        "`{}` cannot take these arguments: {}",
        tool.spec().name(),
        problems.join("; ")
    );
    Err(ToolError::new(ErrorKind::InvalidArguments, message))
}

/// Where a member's value stands in the text.
fn span(text: &str, member: &Member<'_>) -> Range<usize> {
    let start = member.text.as_ptr() as usize - text.as_ptr() as usize;
    start..start + member.text.len()
}
