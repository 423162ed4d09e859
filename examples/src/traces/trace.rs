//! A recorded trace: calls in the order in which they began, what is known of each, and what could not be used.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::Entity;
use super::policy::Spelling;

/// The calls of one file.
#[derive(Debug, Clone)]
pub struct Trace {
    /// What it is called in a report.
    pub name: &'static str,
    /// In the order in which they began.
    pub calls: Vec<Call>,
    /// Whether the record says when. If not, each call waits for the one before it, and no time passes.
    pub is_timed: bool,
    /// What the record has that could not be taken as it is.
    pub flaws: Vec<Flaw>,
}

/// One recorded call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The line of the file that holds it, from 1.
    pub line: usize,
    /// The name of the tool that was called.
    pub tool: String,
    /// Whose call it is.
    pub tenant: Arc<str>,
    /// What it does to the world.
    pub kind: Kind,
    /// What was asked: equal keys are equal questions, as the record has it.
    pub key: String,
    /// What was asked, as JSON, spelled as it was sent.
    pub question: String,
    /// The text that was sent, as a JSON string, if the record has it.
    pub text: Option<String>,
    /// What it read, or may have changed.
    pub entities: Vec<Entity>,
    /// Whether it came to an error.
    pub failed: bool,
    /// When it began, after the start of the trace.
    pub begin: Duration,
    /// When it ended.
    pub end: Duration,
    /// What it came to, if the calls of the record met one world. If not, an answer depends on what was changed before.
    pub answer: Option<String>,
}

/// What a call does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It asks.
    Read,
    /// It may change the things that it names.
    Write,
    /// It may change anything: a command of a shell, or a kind of call that nobody knows.
    Shell,
    /// Neither.
    Other,
}

/// Something in the record that could not be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong, and what was made of it.
    pub message: String,
}

impl Trace {
    /// How many calls are of this kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.calls.iter().filter(|call| call.kind == kind).count()
    }

    /// How many calls write or may write.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.count(Kind::Write) + self.count(Kind::Shell)
    }

    /// How many writes say the same as an earlier one of their line, which is to say of their run.
    #[must_use]
    pub fn repeated_writes(&self) -> usize {
        let mut seen = HashSet::new();
        let writes = self.calls.iter().filter(|call| call.kind == Kind::Write);
        writes
            .filter(|call| !seen.insert((call.line, &call.key)))
            .count()
    }

    /// Of the argument texts that were sent, how many are not in the canonical form; and of how many.
    #[must_use]
    pub fn not_canonical(&self) -> Option<(usize, usize)> {
        let texts = self.calls.iter().filter_map(|call| {
            let text: String = serde_json::from_str(call.text.as_deref()?).ok()?;
            Some(text != call.key)
        });
        let (mut odd, mut all) = (0, 0);
        for is_odd in texts {
            odd += usize::from(is_odd);
            all += 1;
        }
        (all > 0).then_some((odd, all))
    }
}

impl Call {
    /// Whether it may change one of these.
    #[must_use]
    pub fn may_change(&self, entities: &[Entity]) -> bool {
        let overlaps = |mine: &Entity| entities.iter().any(|theirs| mine.overlaps(theirs));
        matches!(self.kind, Kind::Write | Kind::Shell) && self.entities.iter().any(overlaps)
    }

    /// The question as JSON.
    #[must_use]
    pub fn question(&self, spelling: Spelling) -> &str {
        match (spelling, &self.text) {
            (Spelling::AsSent, Some(text)) => text,
            _ => &self.question,
        }
    }
}
