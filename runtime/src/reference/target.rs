//! Which call of a message is meant: by its position, or by the name of its tool. Only earlier ones can be.

use super::cut;
use crate::error::nearest;
use crate::json::Json;

/// What a target is, in the words of messages.
pub(super) const IS: &str =
    "the position of an earlier call in this message, from 1, or the name of its tool";

/// A call of the same message, as a model names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Its position, from 1.
    Position(usize),
    /// The name of its tool.
    Tool(Box<str>),
}

impl Target {
    /// Reads a position or a name. A position in quotes is one too, as no tool's name begins with a digit.
    pub(crate) fn read(value: &Json<'_>) -> Result<Self, String> {
        let digits = match value {
            Json::Number(digits) => digits,
            Json::String(text) if text.is_empty() => {
                return Err(format!("`call` is {IS}, got \"\""));
            }
            Json::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text,
            Json::String(name) => return Ok(Target::Tool(name.as_ref().into())),
            other => return Err(format!("`call` is {IS}, got {}", other.kind_name())),
        };
        match digits.parse() {
            Ok(position @ 1..) => Ok(Target::Position(position)),
            _ => Err(format!("`call` is {IS}, got {}", cut(digits))),
        }
    }

    /// The place, from 0, of the one call that is meant, among the tools of the calls before.
    ///
    /// # Errors
    /// There is none, or more than one, in words that a model can act on.
    pub(crate) fn among(&self, earlier: &[&str]) -> Result<usize, String> {
        match *self.all_among(earlier)?.as_slice() {
            [place] => Ok(place),
            ref places => {
                let positions: Vec<String> =
                    places.iter().map(|place| (place + 1).to_string()).collect();
                let (last, first) = positions.split_last().expect("there are two at least");
                Err(format!(
                    "{self} was called more than once before it, as call {} and {last}: give the position",
                    first.join(", ")
                ))
            }
        }
    }

    /// The places, from 0, of all calls that can be meant: one at least.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn all_among(&self, earlier: &[&str]) -> Result<Vec<usize>, String> {
        let places: Vec<usize> = match self {
            Target::Position(position) => (0..earlier.len())
                .filter(|place| place + 1 == *position)
                .collect(),
            Target::Tool(name) => {
                let calls = earlier.iter().enumerate();
                let calls = calls.filter(|&(_, &tool)| *tool == **name);
                calls.map(|(place, _)| place).collect()
            }
        };
        if places.is_empty() {
            Err(self.unknown(earlier))
        } else {
            Ok(places)
        }
    }

    fn unknown(&self, earlier: &[&str]) -> String {
        let there_are = match earlier.len() {
            0 => {
                return "this is the first call of its message, and no other comes before it"
                    .to_owned();
            }
            1 => "the only one before it is call 1".to_owned(),
            count => format!("those before it are the calls 1 to {count}"),
        };
        match self {
            Target::Position(_) => format!("{self} does not come before it: {there_are}"),
            Target::Tool(name) => match nearest(name, earlier.iter().copied()) {
                Some(near) => {
                    format!(
                        "{self} was not called before it in this message: did you mean `{near}`?"
                    )
                }
                None => format!("{self} was not called before it in this message: {there_are}"),
            },
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Position(position) => write!(f, "call {position}"),
            Target::Tool(name) => write!(f, "`{}`", cut(name)),
        }
    }
}
