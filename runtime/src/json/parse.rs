//! The reader: one pass over the bytes, one call deep for each level of nesting.

use std::borrow::Cow;

use super::error::{JsonError, Problem};
use super::string::{plain_len, unescape};
use super::{Json, Member};

/// How deep arrays and objects may nest: what keeps the recursion here, and in every walk over the tree, bounded.
const DEEPEST: usize = 128;

/// Up to this many members, a new name is compared with those before it; beyond, names are sorted once.
const COMPARED: usize = 16;

/// A number without an exponent and not longer than this is within the range of an `f64`, which ends near 1.8e308.
const SURELY_FINITE: usize = 300;

/// Parses a text that is one JSON value.
pub(super) fn value(text: &str) -> Result<Json<'_>, JsonError> {
    let mut parser = Parser::begin(text)?;
    let value = parser.value()?;
    parser.end()?;
    Ok(value)
}

/// Parses a text whose outermost value must be an object.
pub(crate) fn members(text: &str) -> Result<Vec<Member<'_>>, JsonError> {
    let mut parser = Parser::begin(text)?;
    let start = parser.at;
    if parser.peek() != Some(b'{') {
        // What is not JSON at all is told as that; this only says which other value it is.
        let other = parser.value()?;
        parser.end()?;
        return Err(parser.problem(start, Problem::NotAnObject(other.kind_name())));
    }
    let members = parser.object(
        |name, text, value| Member { name, text, value },
        |member| &member.name,
    )?;
    parser.end()?;
    Ok(members)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Begins at the first byte of the value.
    fn begin(text: &'a str) -> Result<Self, JsonError> {
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        if text.starts_with('\u{feff}') {
            return Err(parser.problem(0, Problem::ByteOrderMark));
        }
        parser.skip_whitespace();
        match parser.peek() {
            Some(_) => Ok(parser),
            None => Err(parser.problem(0, Problem::Empty)),
        }
    }

    /// Checks that nothing but whitespace is left.
    fn end(&mut self) -> Result<(), JsonError> {
        self.skip_whitespace();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.problem(self.at, Problem::TextAfterValue)),
        }
    }

    fn value(&mut self) -> Result<Json<'a>, JsonError> {
        match self.peek() {
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Json::Number(Cow::Borrowed(self.number()?))),
            Some(b'{') => {
                let members = self.object(|name, _, value| (name, value), |member| &member.0)?;
                Ok(Json::Object(members))
            }
            Some(b'[') => Ok(Json::Array(self.array()?)),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => Err(self.problem(self.at, Problem::ExpectedValue(self.character()))),
            None => Err(self.ends_inside("a value")),
        }
    }

    fn word(&mut self, word: &'static str, value: Json<'a>) -> Result<Json<'a>, JsonError> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.problem(self.at, Problem::ExpectedWord(word)));
        }
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self) -> Result<Vec<Json<'a>>, JsonError> {
        self.descend()?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.ascend();
            return Ok(items);
        }
        loop {
            if self.peek().is_none() {
                return Err(self.ends_inside("an array"));
            }
            items.push(self.value()?);
            self.skip_whitespace();
            match self.peek() {
                Some(b',') => self.after_comma(b']')?,
                Some(b']') => {
                    self.ascend();
                    return Ok(items);
                }
                None => return Err(self.ends_inside("an array")),
                Some(_) => {
                    let problem = Problem::ExpectedCommaOrBracket(self.character());
                    return Err(self.problem(self.at, problem));
                }
            }
        }
    }

    /// Reads an object into whatever its caller keeps of a member: its name, its value's text, its value.
    fn object<M>(
        &mut self,
        keep: impl Fn(Cow<'a, str>, &'a str, Json<'a>) -> M,
        name_of: impl Fn(&M) -> &str,
    ) -> Result<Vec<M>, JsonError> {
        self.descend()?;
        let mut members: Vec<M> = Vec::new();
        // Where the names after the first `COMPARED` begin.
        let mut late = Vec::new();
        if self.peek() == Some(b'}') {
            self.ascend();
            return Ok(members);
        }
        loop {
            let name_at = self.at;
            let name = self.name()?;
            if members.len() >= COMPARED {
                late.push(name_at);
            } else if members.iter().any(|member| name_of(member) == name) {
                return Err(self.problem(name_at, Problem::DuplicateMember(name.into())));
            }
            let start = self.at;
            let value = self.value()?;
            let text = &self.text[start..self.at];
            members.push(keep(name, text, value));
            self.skip_whitespace();
            match self.peek() {
                Some(b',') => self.after_comma(b'}')?,
                Some(b'}') => break,
                None => return Err(self.ends_inside("an object")),
                Some(_) => {
                    let name = members.last().map_or("", &name_of).into();
                    return Err(self.problem(self.at, Problem::ExpectedCommaOrBrace(name)));
                }
            }
        }
        if let Some(second) = duplicate(&members, &name_of) {
            let problem = Problem::DuplicateMember(name_of(&members[second]).into());
            return Err(self.problem(late[second - COMPARED], problem));
        }
        self.ascend();
        Ok(members)
    }

    /// Reads a member's name and colon, up to the first byte of its value.
    fn name(&mut self) -> Result<Cow<'a, str>, JsonError> {
        match self.peek() {
            Some(b'"') => {}
            None => return Err(self.ends_inside("an object")),
            Some(_) => {
                let problem = Problem::ExpectedName(self.character());
                return Err(self.problem(self.at, problem));
            }
        }
        let name = self.string()?;
        self.skip_whitespace();
        match self.peek() {
            Some(b':') => self.at += 1,
            None => return Err(self.ends_inside("an object")),
            Some(_) => return Err(self.problem(self.at, Problem::ExpectedColon(name.into()))),
        }
        self.skip_whitespace();
        if self.peek().is_none() {
            return Err(self.ends_inside("an object"));
        }
        Ok(name)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let start = self.at;
        self.at += plain_len(&self.text.as_bytes()[start..]);
        if self.peek() == Some(b'"') {
            let plain = &self.text[start..self.at];
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut unescaped = String::from(&self.text[start..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(unescaped));
                }
                Some(b'\\') => {
                    let after = self.at + 1;
                    let (character, length) = unescape(&self.text[after..]).map_err(
                        |(problem, offset)| match problem {
                            Problem::EndsInside(what) => self.ends_inside(what),
                            problem => self.problem(after + offset, problem),
                        },
                    )?;
                    unescaped.push(character);
                    self.at = after + length;
                }
                Some(control) => {
                    return Err(self.problem(self.at, Problem::ControlCharacter(control)));
                }
                None => return Err(self.ends_inside("a string")),
            }
            let plain = plain_len(&self.text.as_bytes()[self.at..]);
            unescaped.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
        }
    }

    /// Reads a number and returns it as written.
    fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let integer = self.at;
        self.digits()?;
        if zero && self.at > integer + 1 {
            return Err(self.problem(integer, Problem::LeadingZero));
        }
        let mut surely_finite = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
            surely_finite = self.at - start <= SURELY_FINITE;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
            surely_finite = false;
        }
        let number = &self.text[start..self.at];
        if !surely_finite && !number.parse().is_ok_and(f64::is_finite) {
            return Err(self.problem(start, Problem::NumberOutOfRange));
        }
        Ok(number)
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        match self.peek() {
            _ if self.at > start => Ok(()),
            None => Err(self.ends_inside("a number")),
            Some(_) => Err(self.problem(self.at, Problem::ExpectedDigit)),
        }
    }

    /// Passes an opening bracket and the whitespace after it.
    fn descend(&mut self) -> Result<(), JsonError> {
        if self.depth == DEEPEST {
            return Err(self.problem(self.at, Problem::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_whitespace();
        Ok(())
    }

    /// Passes a closing bracket.
    fn ascend(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    /// Passes a comma and the whitespace after it; the closing bracket must not come next.
    fn after_comma(&mut self, closing: u8) -> Result<(), JsonError> {
        let comma = self.at;
        self.at += 1;
        self.skip_whitespace();
        if self.peek() == Some(closing) {
            return Err(self.problem(comma, Problem::TrailingComma));
        }
        Ok(())
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The character at a byte that was found, for messages: the reader only stops between characters.
    fn character(&self) -> char {
        self.text[self.at..].chars().next().unwrap_or_default()
    }

    fn problem(&self, at: usize, problem: Problem) -> JsonError {
        JsonError::new(self.text, at, problem)
    }

    fn ends_inside(&self, what: &'static str) -> JsonError {
        self.problem(self.text.len(), Problem::EndsInside(what))
    }
}

/// The first member whose name occurs before it. The first `COMPARED` are known to differ.
fn duplicate<M>(members: &[M], name_of: impl Fn(&M) -> &str) -> Option<usize> {
    if members.len() <= COMPARED {
        return None;
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    // A stable sort: of two equal names the second in the text comes second.
    order.sort_by_key(|&index| name_of(&members[index]));
    order
        .windows(2)
        .filter(|pair| name_of(&members[pair[0]]) == name_of(&members[pair[1]]))
        .map(|pair| pair[1])
        .min()
}
