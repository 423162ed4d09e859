//! The calls of a soak, and what must become of each.

use fastrand::Rng;
use serde_json::json;
use toolwright::{ErrorKind, Outcome, ToolCall};

use super::Time;
use super::world::{FAILURE, linked};

/// How many things there are; few, so that calls have to do with each other, and results do not pile up.
const KEYS: u64 = 24;

/// A call, and what must become of it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) call: ToolCall,
    expected: Expected,
    /// Whether it goes with others, of which one that breaks or hangs does so to all of them.
    has_company: bool,
}

/// What a call that runs must come to.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    /// It answers this.
    Text(String),
    /// It fails like this.
    Error(ErrorKind),
    /// It has the text of the call at this place, or fails as that did not give one.
    Linked(usize),
}

/// What a tool is meant to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Answers,
    Fails,
    Breaks,
    Hangs,
}

impl Mood {
    fn draw(draw: &mut Rng, time: Time) -> Self {
        match draw.u8(..40) {
            0..4 => Self::Fails,
            4 => Self::Breaks,
            // What takes too long takes seconds.
            5 if time == Time::Paused => Self::Hangs,
            _ => Self::Answers,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Fails => "fails",
            Self::Breaks => "breaks",
            Self::Hangs => "hangs",
        }
    }

    fn expected(self, key: u64) -> Expected {
        match self {
            Self::Answers => Expected::Text(format!("{key} answers")),
            Self::Fails => Expected::Error(ErrorKind::Failed),
            Self::Breaks => Expected::Error(ErrorKind::Panicked),
            Self::Hangs => Expected::Error(ErrorKind::TimedOut),
        }
    }
}

impl Asked {
    /// The calls of a tick.
    pub(super) fn tick(draw: &mut Rng, time: Time) -> Vec<Self> {
        let count = match draw.u8(..8) {
            0 => draw.usize(12..=24),
            1..4 => 1,
            _ => draw.usize(2..=6),
        };
        let mut calls: Vec<Self> = (0..count)
            .map(|place| Self::draw(draw, time, place))
            .collect();
        if count > 1 && draw.u8(..16) == 0 {
            let id = calls[0].call.id().to_owned();
            let last = &mut calls[count - 1];
            last.call = ToolCall::new(id, last.call.name(), last.call.arguments());
            last.expected = Expected::Error(ErrorKind::InvalidCall);
        }
        calls
    }

    fn draw(draw: &mut Rng, time: Time, place: usize) -> Self {
        let (key, mood) = (draw.u64(..KEYS), Mood::draw(draw, time));
        let millis = match time {
            Time::Paused => draw.u64(..12),
            Time::Real => draw.u64(..8) / 7,
        };
        let name = mood.name();
        let timed = format!(r#"{{"key":{key},"mood":"{name}","millis":{millis}}}"#);
        let (tool, arguments, expected) = match draw.u8(..24) {
            0 => (
                "soak_nothing",
                "{}".to_owned(),
                Expected::Error(ErrorKind::UnknownTool),
            ),
            1 => (
                "soak_read",
                r#"{"key":"#.to_owned(),
                Expected::Error(ErrorKind::InvalidArguments),
            ),
            2..8 => ("soak_read", timed, mood.expected(key)),
            8..12 => ("soak_write", timed, mood.expected(key)),
            12..14 => ("soak_narrow", timed, mood.expected(key)),
            14..16 if mood != Mood::Hangs => ("soak_retried", timed, mood.expected(key)),
            16 if place > 0 => {
                let other = draw.usize(..place);
                let arguments = json!({ "text": { "_ref": { "call": other + 1 } } });
                (
                    "soak_linked",
                    arguments.to_string(),
                    Expected::Linked(other),
                )
            }
            16..19 => {
                let depth = draw.u8(..3);
                let nested = format!(r#"{{"key":{key},"mood":"{name}","depth":{depth}}}"#);
                ("soak_nested", nested, mood.expected(key))
            }
            _ => {
                let together = format!(r#"{{"key":{key},"mood":"{name}"}}"#);
                ("soak_fetch", together, mood.expected(key))
            }
        };
        Self {
            call: ToolCall::new(format!("call_{place}"), tool, arguments),
            expected,
            has_company: tool == "soak_fetch",
        }
    }

    /// Whether this runs a write, unless it was given up before.
    pub(super) fn writes(&self) -> bool {
        self.call.name() == "soak_write" && self.expected != Expected::Error(ErrorKind::InvalidCall)
    }

    /// Whether this is what must become of it, or how calls end when their session has ended early.
    pub(super) fn check(&self, outcome: &Outcome, all: &[Outcome], ended: Option<ErrorKind>) {
        let Self { call, expected, .. } = self;
        assert_eq!((outcome.id(), outcome.tool()), (call.id(), call.name()));
        let found = match outcome.result() {
            Ok(_) => Expected::Text(outcome.text().to_owned()),
            Err(error) => Expected::Error(error.kind()),
        };
        if ended.map(Expected::Error).as_ref() == Some(&found) {
            return;
        }
        let of_company = [ErrorKind::Panicked, ErrorKind::TimedOut].map(Expected::Error);
        if self.has_company && of_company.contains(&found) {
            return;
        }
        if let Expected::Linked(other) = expected {
            let expected = match all[*other].result() {
                Ok(content) => Expected::Text(linked(content.text())),
                Err(_) => Expected::Error(ErrorKind::DependencyFailed),
            };
            return assert_eq!(found, expected, "{call:?}: {outcome:?}");
        }
        assert_eq!(&found, expected, "{call:?}: {outcome:?}");
        if found == Expected::Error(ErrorKind::Failed) {
            assert!(outcome.text().contains(FAILURE), "{outcome:?}");
        }
    }
}
