//! Input that cannot be replayed.

use std::fmt;
use std::path::Path;

/// Why there is nothing to replay, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(String);

impl Problem {
    /// A problem in these words.
    #[must_use]
    pub fn new(message: impl fmt::Display) -> Self {
        // One line, whatever a parser or a file name put into it.
        Self(message.to_string().replace(['\n', '\r'], " "))
    }

    /// A problem of a file.
    #[must_use]
    pub fn in_file(path: &Path, problem: impl fmt::Display) -> Self {
        Self::new(format_args!("{}: {problem}", path.display()))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}
