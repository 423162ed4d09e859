//! A file of JSON lines that may have broken ones.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::trace::Flaw;
use crate::replay::Problem;

/// Reads every line that is one; the others are flaws. Blank lines are none.
pub(super) fn read<T: DeserializeOwned>(
    path: &Path,
    flaws: &mut Vec<Flaw>,
) -> Result<Vec<(usize, T)>, Problem> {
    let bytes = std::fs::read(path).map_err(|error| Problem::in_file(path, error))?;
    let mut read = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(value) => read.push((index + 1, value)),
            Err(error) => flaws.push(Flaw {
                line: index + 1,
                message: format!("the line is left out: {error}"),
            }),
        }
    }
    Ok(read)
}
