//! Why a text is not JSON, and where.

use std::error::Error;
use std::fmt;

/// A text that is not one JSON value, or that gives a member twice: what is wrong, and where.
///
/// ```
/// let error = toolwright::canonicalize(r#"{"order_id" "A-1"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "line 1, column 13: expected `:` after the member name `order_id`");
/// assert_eq!(error.position(), 12);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    position: usize,
    line: usize,
    column: usize,
    problem: Problem,
}

impl JsonError {
    /// A problem found at a byte of the text, which begins a character or is its end.
    pub(super) fn new(text: &str, position: usize, problem: Problem) -> Self {
        let before = &text[..position];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = 1 + before.matches('\n').count();
        let column = 1 + before[line_start..].chars().count();
        JsonError {
            position,
            line,
            column,
            problem,
        }
    }

    /// What is wrong, for tests that tell one mistake from another.
    #[cfg(test)]
    pub(super) fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The byte of the text at which the problem was met.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The line of that byte, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of that byte in characters, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.problem
        )
    }
}

impl Error for JsonError {}

/// What can be wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    Empty,
    ByteOrderMark,
    EndsInside(&'static str),
    ExpectedValue(char),
    ExpectedWord(&'static str),
    ExpectedName(char),
    ExpectedColon(Box<str>),
    ExpectedCommaOrBrace(Box<str>),
    ExpectedCommaOrBracket(char),
    TrailingComma,
    TextAfterValue,
    DuplicateMember(Box<str>),
    ControlCharacter(u8),
    UnknownEscape(char),
    ExpectedHexDigit,
    LoneSurrogate(u16),
    ExpectedDigit,
    LeadingZero,
    NumberOutOfRange,
    TooDeep,
    NotAnObject(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Empty => f.write_str("the text is empty"),
            Problem::ByteOrderMark => f.write_str("the text begins with a byte order mark"),
            Problem::EndsInside(what) => write!(f, "the text ends inside {what}"),
            Problem::ExpectedValue(found) => {
                write!(f, "expected a value, found `{}`", Char(*found))
            }
            Problem::ExpectedWord(word) => write!(f, "expected `{word}`"),
            Problem::ExpectedName(found) => {
                let found = Char(*found);
                write!(
                    f,
                    "expected a member name in double quotes, found `{found}`"
                )
            }
            Problem::ExpectedColon(name) => {
                write!(f, "expected `:` after the member name `{}`", Name(name))
            }
            Problem::ExpectedCommaOrBrace(name) => {
                write!(f, "expected `,` or `}}` after the member `{}`", Name(name))
            }
            Problem::ExpectedCommaOrBracket(found) => {
                write!(f, "expected `,` or `]`, found `{}`", Char(*found))
            }
            Problem::TrailingComma => f.write_str("the last comma has nothing after it"),
            Problem::TextAfterValue => f.write_str("there is more text after the value"),
            Problem::DuplicateMember(name) => {
                write!(f, "the member `{}` is given twice", Name(name))
            }
            Problem::ControlCharacter(byte) => write!(
                f,
                "the control character U+{byte:04X} in a string must be written as an escape"
            ),
            Problem::UnknownEscape(found) => {
                write!(f, "`\\{}` is not an escape", Char(*found))
            }
            Problem::ExpectedHexDigit => {
                f.write_str("expected four hexadecimal digits after `\\u`")
            }
            Problem::LoneSurrogate(unit) => {
                write!(f, "`\\u{unit:04x}` is half of a surrogate pair")
            }
            Problem::ExpectedDigit => f.write_str("expected a digit"),
            Problem::LeadingZero => f.write_str("a number has no leading zeros"),
            Problem::NumberOutOfRange => f.write_str("number out of range"),
            Problem::TooDeep => f.write_str("nested more than 128 deep"),
            Problem::NotAnObject(found) => write!(f, "expected an object, found {found}"),
        }
    }
}

/// A member name in a message: on one line, and not longer than a message should be.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 64;
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(LONGEST) {
            Char(character).fmt(f)?;
        }
        if characters.next().is_some() {
            f.write_str("…")?;
        }
        Ok(())
    }
}

/// A character in a message: escaped where it would not be seen.
struct Char(char);

impl fmt::Display for Char {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            quote @ ('\'' | '"') => fmt::Write::write_char(f, quote),
            other => other.escape_debug().fmt(f),
        }
    }
}
