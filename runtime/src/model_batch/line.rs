//! The lines of a result file, one at a time.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead};
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::answer::{Answer, Failure};
use super::api::Api;
use super::{anthropic, openai};
use crate::json::Json;

/// The lines of one result file, in the order in which they stand there.
///
/// A line that is broken is an item as well, and the next one is read. Blank lines are passed over, and counted. Only an
/// error of the reader is an `Err`; nothing is read after it.
///
/// ```
/// use toolwright::Provider;
/// use toolwright::model_batch::{Answer, Line, ResultLines};
///
/// let file = "{\"custom_id\":\"a\",\"result\":{\"type\":\"expired\"}}\n{\"custom_id\":\"b\",\"resul";
/// let lines = ResultLines::new(Provider::Anthropic, file.as_bytes());
/// let lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
///
/// let [Line::Read(first), Line::Broken(second)] = &lines[..] else { panic!("{lines:?}") };
/// assert_eq!((first.custom_id(), first.answer()), ("a", Answer::Expired));
/// assert_eq!(second.to_string(), "line 2: not JSON: column 24: the text ends inside a string");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ResultLines<R> {
    api: Api,
    reader: R,
    number: usize,
    has_failed: bool,
}

/// One line of a result file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A request's result.
    Read(ResultLine),
    /// No result that this version can read.
    Broken(BrokenLine),
}

/// The result of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultLine {
    number: usize,
    text: Box<str>,
    custom_id: String,
    finding: Finding,
}

/// A line of a result file that cannot be read as a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLine {
    number: usize,
    bytes: Box<[u8]>,
    custom_id: Option<String>,
    problem: String,
}

/// What a line says of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// Where in the line the message or the response's body is.
    Succeeded(Range<usize>),
    Errored(Failure),
    Expired,
    Cancelled,
}

/// Why a line is no result: the id that it names, if it does, and what is wrong.
pub(super) struct Unread {
    pub(super) custom_id: Option<String>,
    pub(super) problem: String,
}

impl<R: BufRead> ResultLines<R> {
    /// The lines of a result file of an API.
    pub fn new(api: impl Into<Api>, reader: R) -> Self {
        Self {
            api: api.into(),
            reader,
            number: 0,
            has_failed: false,
        }
    }
}

impl<R: BufRead> Iterator for ResultLines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.has_failed {
            let mut bytes = Vec::new();
            match self.reader.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => self.number += 1,
                Err(error) => {
                    self.has_failed = true;
                    let after = format!("after line {}: {error}", self.number);
                    return Some(Err(io::Error::new(error.kind(), after)));
                }
            }
            let line = match self.number {
                1 => bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes),
                _ => &bytes,
            };
            let line = line.trim_ascii();
            if !line.is_empty() {
                return Some(Ok(read(&self.api, self.number, line)));
            }
        }
        None
    }
}

fn read(api: &Api, number: usize, bytes: &[u8]) -> Line {
    let broken = |unread: Unread| {
        Line::Broken(BrokenLine {
            number,
            bytes: bytes.into(),
            custom_id: unread.custom_id,
            problem: unread.problem,
        })
    };
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            return broken(Unread::new(format!("not UTF-8 after {at} bytes")));
        }
    };
    let finding = match api {
        Api::Anthropic => anthropic::read(text),
        Api::OpenAi { .. } => openai::read(text),
    };
    match finding {
        Ok((custom_id, finding)) => Line::Read(ResultLine {
            number,
            text: text.into(),
            custom_id,
            finding,
        }),
        Err(unread) => broken(unread),
    }
}

impl ResultLine {
    /// Its number in the file, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// The id of the request.
    #[must_use]
    pub fn custom_id(&self) -> &str {
        &self.custom_id
    }

    /// What became of the request.
    #[must_use]
    pub fn answer(&self) -> Answer<'_> {
        match &self.finding {
            Finding::Succeeded(body) => Answer::Succeeded(&self.text[body.clone()]),
            Finding::Errored(failure) => Answer::Errored(failure),
            Finding::Expired => Answer::Expired,
            Finding::Cancelled => Answer::Cancelled,
        }
    }

    /// The whole line as it was read, without the whitespace around it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl BrokenLine {
    /// Its number in the file, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// The id that it names, if that much of it can be read.
    #[must_use]
    pub fn custom_id(&self) -> Option<&str> {
        self.custom_id.as_deref()
    }

    /// What is wrong with it, as a clause.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The line as it was read, without the whitespace around it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The line as text, with a replacement character for what is no UTF-8.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

impl fmt::Display for BrokenLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.number, self.problem)
    }
}

impl Unread {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self {
            custom_id: None,
            problem: problem.into(),
        }
    }

    pub(super) fn of(custom_id: String, problem: impl Into<String>) -> Self {
        Self {
            custom_id: Some(custom_id),
            problem: problem.into(),
        }
    }

    /// Of a line that is no object with the members of a result.
    pub(super) fn not_an_object(line: &str, error: &serde_json::Error) -> Self {
        let problem = match Json::parse(line) {
            // It is one line, and the file's line is told beside this.
            Err(json) => json.to_string().replacen("line 1, ", "", 1),
            Ok(value) if value.as_object().is_none() => {
                let found = value.kind_name();
                return Self::new(format!("not a result: it is {found}, not an object"));
            }
            Ok(_) => error.to_string(),
        };
        Self::new(format!("not JSON: {problem}"))
    }
}

/// The id of a line that has one.
pub(super) fn custom_id(raw: Option<&RawValue>) -> Result<String, Unread> {
    match raw.map(value) {
        Some(Some(custom_id)) => Ok(custom_id),
        Some(None) => Err(Unread::new("not a result: its `custom_id` is no string")),
        None => Err(Unread::new("not a result: it has no `custom_id`")),
    }
}

/// A part of a line as a value of a type, if it is one.
pub(super) fn value<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// Where in its line a part is.
pub(super) fn place(line: &str, part: &RawValue) -> Range<usize> {
    let part = part.get();
    let start = part.as_ptr() as usize - line.as_ptr() as usize;
    start..start + part.len()
}

/// The failure that an error's text tells: its words where it has some, and else all of it.
pub(super) fn failure(status: Option<u16>, error: &RawValue) -> Failure {
    let members = value::<ErrorMembers>(error).unwrap_or_default();
    let text = |raw: Option<Box<RawValue>>| raw.and_then(|raw| value::<String>(&raw));
    let message = text(members.message).or_else(|| value::<String>(error));
    Failure {
        status,
        kind: text(members.code).or_else(|| text(members.kind)),
        message: message.unwrap_or_else(|| error.get().to_owned()),
    }
}

/// What both providers' errors have, each as far as it is there.
#[derive(serde::Deserialize, Default)]
struct ErrorMembers {
    message: Option<Box<RawValue>>,
    code: Option<Box<RawValue>>,
    #[serde(rename = "type")]
    kind: Option<Box<RawValue>>,
}
