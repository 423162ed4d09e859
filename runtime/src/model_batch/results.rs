//! Results matched with the requests that they belong to.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use super::answer::Answer;
use super::api::Api;
use super::error::{ModelBatchError, ModelBatchErrorKind};
use super::line::{BrokenLine, Line, ResultLine, ResultLines};

/// An answer for each request of a set, in the order of the requests, from any number of result files.
///
/// See [the module](super) for an example.
#[derive(Debug, Clone)]
pub struct Results {
    api: Api,
    custom_ids: Vec<String>,
    positions: HashMap<String, usize>,
    /// What was read for each request.
    found: Vec<Option<Found>>,
    problems: Vec<Problem>,
}

/// What is kept for one request.
#[derive(Debug, Clone)]
struct Found {
    source: Arc<str>,
    line: Line,
}

/// Something in a result file that is no answer to a request. It keeps the line.
///
/// ```
/// use toolwright::Provider;
/// use toolwright::model_batch::Results;
///
/// let mut results = Results::new(Provider::Anthropic, ["a"])?;
/// let file = "{\"custom_id\":\"A\",\"result\":{\"type\":\"expired\"}}";
/// results.read("results.jsonl", file.as_bytes())?;
/// assert_eq!(results.problems()[0].to_string(), "results.jsonl, line 1: no request has the custom_id `A`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The line cannot be read as a result. Where it names a request of the set that has no other result, that request
    /// is [unreadable](Answer::Unreadable).
    Broken {
        /// The name that was given to the file.
        source: Arc<str>,
        /// The line.
        line: BrokenLine,
    },
    /// No request of the set has the line's id.
    UnknownId {
        /// The name that was given to the file.
        source: Arc<str>,
        /// The line.
        line: ResultLine,
    },
    /// Another line for the same request was kept: a success rather than anything else, and of two of a kind the first
    /// that was read.
    Duplicate {
        /// The name that was given to the file.
        source: Arc<str>,
        /// The line that was not kept.
        line: ResultLine,
        /// The name of the file with the line that was kept instead of it, at that time.
        kept_source: Arc<str>,
        /// The number of that line.
        kept_number: usize,
    },
}

/// How many requests have which answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Those that succeeded.
    pub succeeded: usize,
    /// Those that failed, each alone.
    pub errored: usize,
    /// Those that were not begun in time.
    pub expired: usize,
    /// Those that were cancelled.
    pub cancelled: usize,
    /// Those whose result has an unknown form.
    pub unreadable: usize,
    /// Those without a result.
    pub missing: usize,
}

impl Results {
    /// Results to be read for the requests with these ids, where the set itself is not at hand.
    ///
    /// # Errors
    /// When two of them are equal.
    pub fn new<I: Into<String>>(
        api: impl Into<Api>,
        custom_ids: impl IntoIterator<Item = I>,
    ) -> Result<Self, ModelBatchError> {
        let mut results = Self::expecting(api.into(), []);
        for custom_id in custom_ids {
            results.expect(custom_id.into())?;
        }
        Ok(results)
    }

    /// Results for ids that are known to be different.
    pub(super) fn expecting<'i>(api: Api, custom_ids: impl IntoIterator<Item = &'i str>) -> Self {
        let custom_ids: Vec<_> = custom_ids.into_iter().map(str::to_owned).collect();
        let positions = custom_ids.iter().cloned().zip(0..).collect();
        Self {
            api,
            positions,
            found: vec![None; custom_ids.len()],
            custom_ids,
            problems: Vec::new(),
        }
    }

    fn expect(&mut self, custom_id: String) -> Result<(), ModelBatchError> {
        let position = self.custom_ids.len();
        match self.positions.entry(custom_id) {
            Entry::Occupied(taken) => {
                let first = *taken.get();
                let kind = ModelBatchErrorKind::DuplicateId { first };
                let custom_id = Some(taken.key().clone());
                Err(ModelBatchError::new(position, custom_id, kind))
            }
            Entry::Vacant(free) => {
                self.custom_ids.push(free.key().clone());
                self.found.push(None);
                free.insert(position);
                Ok(())
            }
        }
    }

    /// Reads a result file to its end. The name is for problems.
    ///
    /// # Errors
    /// Those of the reader, with the name and the last line that was read. What was read until then is kept.
    pub fn read(&mut self, name: impl Into<Arc<str>>, reader: impl BufRead) -> io::Result<()> {
        let source: Arc<str> = name.into();
        for line in ResultLines::new(self.api.clone(), reader) {
            let of_source =
                |error: io::Error| io::Error::new(error.kind(), format!("{source}: {error}"));
            self.take(&source, line.map_err(of_source)?);
        }
        Ok(())
    }

    /// Reads a result file to its end.
    ///
    /// # Errors
    /// As [`read`](Self::read), and when the file cannot be opened.
    pub fn read_file(&mut self, path: impl AsRef<Path>) -> io::Result<()> {
        let name = path.as_ref().display().to_string();
        let file = File::open(path);
        let file =
            file.map_err(|error| io::Error::new(error.kind(), format!("{name}: {error}")))?;
        self.read(name, BufReader::new(file))
    }

    fn take(&mut self, source: &Arc<str>, line: Line) {
        if let Line::Broken(broken) = &line {
            self.problems.push(Problem::Broken {
                source: Arc::clone(source),
                line: broken.clone(),
            });
        }
        let position = line.custom_id().and_then(|id| self.positions.get(id));
        let Some(&position) = position else {
            if let Line::Read(line) = line {
                let source = Arc::clone(source);
                self.problems.push(Problem::UnknownId { source, line });
            }
            return;
        };
        let new = Found {
            source: Arc::clone(source),
            line,
        };
        let slot = &mut self.found[position];
        let Some(old) = slot.take() else {
            *slot = Some(new);
            return;
        };
        let (kept, other) = if new.line.rank() > old.line.rank() {
            (new, old)
        } else {
            (old, new)
        };
        // A broken line has been told already.
        if let Line::Read(line) = other.line {
            self.problems.push(Problem::Duplicate {
                source: other.source,
                line,
                kept_source: Arc::clone(&kept.source),
                kept_number: kept.line.number(),
            });
        }
        *slot = Some(kept);
    }

    /// The answer for a request; `None` if the set has no request of that id.
    #[must_use]
    pub fn get(&self, custom_id: &str) -> Option<Answer<'_>> {
        let position = *self.positions.get(custom_id)?;
        Some(self.answer(position))
    }

    /// The line that a request's answer was read from.
    #[must_use]
    pub fn line(&self, custom_id: &str) -> Option<&Line> {
        let position = *self.positions.get(custom_id)?;
        Some(&self.found[position].as_ref()?.line)
    }

    /// Each request's id and its answer, in the order of the requests.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Answer<'_>)> {
        let ids = self.custom_ids.iter().enumerate();
        ids.map(|(position, custom_id)| (custom_id.as_str(), self.answer(position)))
    }

    /// What was read that is no answer to a request, in the order in which it was met.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many requests have which answer.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, answer) in self.iter() {
            *match answer {
                Answer::Succeeded(_) => &mut counts.succeeded,
                Answer::Errored(_) => &mut counts.errored,
                Answer::Expired => &mut counts.expired,
                Answer::Cancelled => &mut counts.cancelled,
                Answer::Unreadable(_) => &mut counts.unreadable,
                Answer::Missing => &mut counts.missing,
            } += 1;
        }
        counts
    }

    fn answer(&self, position: usize) -> Answer<'_> {
        match self.found[position].as_ref().map(|found| &found.line) {
            Some(Line::Read(result)) => result.answer(),
            Some(Line::Broken(broken)) => Answer::Unreadable(broken),
            None => Answer::Missing,
        }
    }
}

impl Line {
    fn custom_id(&self) -> Option<&str> {
        match self {
            Line::Read(line) => Some(line.custom_id()),
            Line::Broken(line) => line.custom_id(),
        }
    }

    fn number(&self) -> usize {
        match self {
            Line::Read(line) => line.number(),
            Line::Broken(line) => line.number(),
        }
    }

    /// Which of two lines for one request is kept: the one of higher rank.
    fn rank(&self) -> u8 {
        match self {
            Line::Broken(_) => 0,
            Line::Read(line) => match line.answer() {
                Answer::Succeeded(_) => 2,
                _ => 1,
            },
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Broken { source, line } => write!(f, "{source}, {line}"),
            Problem::UnknownId { source, line } => {
                let (number, custom_id) = (line.number(), line.custom_id().escape_debug());
                write!(
                    f,
                    "{source}, line {number}: no request has the custom_id `{custom_id}`"
                )
            }
            Problem::Duplicate {
                source,
                line,
                kept_source,
                kept_number,
            } => {
                let (number, custom_id) = (line.number(), line.custom_id().escape_debug());
                write!(
                    f,
                    "{source}, line {number}: `{custom_id}` has another result, that of {kept_source}, line {kept_number}"
                )
            }
        }
    }
}
