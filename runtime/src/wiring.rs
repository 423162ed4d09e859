//! How a call hangs on earlier ones of its message: what its arguments refer to, what another call gives, what it waits
//! for. Read off the arguments before anything runs, and filled in, once, when the others have ended.

use std::borrow::Cow;
use std::ops::Range;

use crate::json::{Json, Member, members, write_string};
use crate::reference::{AFTER, Reference, Target};
use crate::registry::{RegisteredArgument, RegisteredTool};

/// What a call takes from earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wiring {
    /// In the order of the declared arguments.
    pub(crate) wires: Vec<Wire>,
    /// The calls that it waits for as well.
    pub(crate) after: Vec<Target>,
}

/// One argument that an earlier call gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wire {
    /// The index of the declared argument.
    pub(crate) argument: usize,
    pub(crate) reference: Reference,
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The model wrote a reference.
    Written,
    /// The model left it out, and the declaration says who gives it.
    LeftOut { is_optional: bool },
}

impl Wiring {
    /// The places, from 0, of the earlier calls that are waited for and give nothing. `earlier` is the tool of each call
    /// before this one, in the order of the message.
    ///
    /// # Errors
    /// What is named is no earlier call, in words that a model can act on.
    pub(crate) fn waits_for(&self, earlier: &[&str]) -> Result<Vec<usize>, String> {
        let mut places = Vec::new();
        for target in &self.after {
            let found = target.all_among(earlier);
            places.extend(found.map_err(|why| format!("argument `/{AFTER}`: {why}"))?);
        }
        Ok(places)
    }
}

impl Wire {
    /// The place, from 0, of the earlier call that gives the value; none for an argument that stays left out. `earlier`
    /// is the tool of each call before this one, in the order of the message.
    ///
    /// # Errors
    /// What is referred to is no earlier call, in words that a model can act on.
    pub(crate) fn source(
        &self,
        tool: &RegisteredTool,
        earlier: &[&str],
    ) -> Result<Option<usize>, String> {
        let found = self.reference.call.among(earlier).map(Some);
        let Origin::LeftOut { is_optional } = self.origin else {
            return found.map_err(|why| self.refused(tool, &why));
        };
        let giver = &self.reference.call;
        match found {
            Err(_) if is_optional && giver.all_among(earlier).is_err() => Ok(None),
            Err(why) => {
                let why = format_args!("left out, it is the result of {giver}, but {why}");
                Err(self.refused(tool, &why))
            }
            found => found,
        }
    }

    /// That this argument cannot be had, and why.
    pub(crate) fn refused(&self, tool: &RegisteredTool, why: &dyn std::fmt::Display) -> String {
        let argument = tool.arguments.get(self.argument);
        let name = argument.map_or("", |argument| &argument.name);
        format!("argument `/{name}`: {why}")
    }
}

/// Reads what the arguments of a call say of other calls. What is no JSON object says nothing of them: whoever reads the
/// arguments tells what is wrong.
///
/// # Errors
/// What is meant as a reference and is none, all of it at once, in words that a model can act on.
pub(crate) fn scan(tool: &RegisteredTool, text: &str) -> Result<Wiring, String> {
    let mut wiring = Wiring::default();
    let Some(sent) = members(text).ok().filter(|_| tool.may_be_wired()) else {
        return Ok(wiring);
    };
    let mut problems = Vec::new();
    for (index, argument) in tool.arguments.iter().enumerate() {
        let value = sent.iter().find(|member| *member.name == *argument.name);
        match wire(index, argument, value.map(|member| &member.value)) {
            Some(Ok(wire)) => wiring.wires.push(wire),
            Some(Err(why)) => problems.push(format!("argument `/{}`: {why}", argument.name)),
            None => {}
        }
    }
    if let Some(member) = sent.iter().find(|member| is_order(tool, member)) {
        match order(&member.value) {
            Ok(after) => wiring.after = after,
            Err(why) => problems.push(format!("argument `/{AFTER}`: {why}")),
        }
    }
    if problems.is_empty() {
        Ok(wiring)
    } else {
        Err(problems.join("; "))
    }
}

/// What one argument says of another call.
fn wire(
    index: usize,
    argument: &RegisteredArgument,
    value: Option<&Json<'_>>,
) -> Option<Result<Wire, String>> {
    let is_optional = argument.optional;
    // A null where the argument is optional says that there is to be none.
    let is_left_out = value.is_none_or(|value| !is_optional && *value == Json::Null);
    let (read, origin) = match argument.given_by {
        Some(giver) if is_left_out => {
            let whole = Ok(Reference::to_tool(giver));
            (whole, Origin::LeftOut { is_optional })
        }
        _ if argument.takes_references => (Reference::read(value?)?, Origin::Written),
        _ => return None,
    };
    Some(read.map(|reference| Wire {
        argument: index,
        reference,
        origin,
    }))
}

/// Whether a member is no argument, but names what the call waits for.
fn is_order(tool: &RegisteredTool, member: &Member<'_>) -> bool {
    tool.takes_order() && member.name == AFTER
}

/// The calls to wait for: several, or one, or none.
fn order(value: &Json<'_>) -> Result<Vec<Target>, String> {
    match value {
        Json::Null => Ok(Vec::new()),
        Json::Array(targets) => targets.iter().map(Target::read).collect(),
        one => Target::read(one).map(|one| vec![one]),
    }
}

/// The arguments with these values, JSON texts by the index of their argument, in the place of references and of what
/// was left out, and without the calls to wait for. Everything else stays byte for byte what the model sent.
pub(crate) fn fill<'t>(
    tool: &RegisteredTool,
    text: &'t str,
    values: &[(usize, String)],
) -> Cow<'t, str> {
    let Ok(sent) = members(text) else {
        return Cow::Borrowed(text);
    };
    let value_of = |name: &str| {
        let is_named = |(index, _): &&(usize, String)| {
            let argument = tool.arguments.get(*index);
            argument.is_some_and(|argument| *argument.name == *name)
        };
        values
            .iter()
            .find(is_named)
            .map(|(_, value)| value.as_str())
    };
    // What is replaced, in the order of the text.
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    for (place, member) in sent.iter().enumerate() {
        if let Some(value) = value_of(&member.name) {
            edits.push((span(text, member), value));
        } else if is_order(tool, member) {
            edits.push((with_its_comma(text, &sent, place), ""));
        }
    }
    let is_sent = |name: &str| sent.iter().any(|member| *member.name == *name);
    let left = sent.iter().filter(|member| !is_order(tool, member)).count();
    let mut added = Vec::new();
    for (index, value) in values {
        let argument = tool.arguments.get(*index);
        if let Some(argument) = argument.filter(|argument| !is_sent(&argument.name)) {
            if left > 0 || !added.is_empty() {
                added.push(b',');
            }
            write_string(&argument.name, &mut added);
            added.push(b':');
            added.extend_from_slice(value.as_bytes());
        }
    }
    let added = String::from_utf8(added).expect("only text was written");
    if !added.is_empty() {
        let end = text.rfind('}').expect("an object ends with a brace");
        edits.push((end..end, &added));
    }
    if edits.is_empty() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(edited(text, &edits))
    }
}

fn edited(text: &str, edits: &[(Range<usize>, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, value) in edits {
        out.push_str(&text[at..range.start]);
        out.push_str(value);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Where a member's value stands in the text.
fn span(text: &str, member: &Member<'_>) -> Range<usize> {
    let start = member.text.as_ptr() as usize - text.as_ptr() as usize;
    start..start + member.text.len()
}

/// Where a whole member stands, with the one comma that would be too many without it.
fn with_its_comma(text: &str, sent: &[Member<'_>], place: usize) -> Range<usize> {
    let end = sent.get(place).map_or(0, |member| span(text, member).end);
    let before = place.checked_sub(1).and_then(|place| sent.get(place));
    if let Some(before) = before {
        return span(text, before).end..end;
    }
    let start = text.find('{').map_or(0, |brace| brace + 1);
    // Between a value and the next member's name there is one comma, and nothing else but whitespace.
    let comma = text[end..].find(',').filter(|_| sent.len() > 1);
    start..comma.map_or(end, |comma| end + comma + 1)
}

#[cfg(test)]
mod tests;
