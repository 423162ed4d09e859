//! A file of recorded runs, one JSON object a line.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::Problem;

/// One recorded run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The run's id.
    pub id: String,
    /// The line of the file that holds it, from 1.
    pub line: usize,
    /// The calls of each model turn that made any.
    pub ticks: Vec<Vec<RecordedCall>>,
}

/// One recorded call and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// The id that the provider gave it.
    pub id: String,
    /// The name of the tool.
    pub tool: String,
    /// The arguments as the model sent them: JSON text.
    pub arguments: String,
    /// What the model was shown.
    pub result: String,
    /// Whether that was an error.
    pub error: bool,
}

#[derive(Deserialize)]
struct RawRun {
    run_id: String,
    ticks: Vec<RawTick>,
}

#[derive(Deserialize)]
struct RawTick {
    #[serde(default)]
    calls: Vec<RawCall>,
}

#[derive(Deserialize)]
struct RawCall {
    id: String,
    name: String,
    args: Option<Value>,
    args_raw: Option<String>,
    result: String,
    error: Option<bool>,
}

/// Reads all runs of a file, and finds every mistake in it that would make a replay meaningless.
///
/// # Errors
/// The file cannot be read or holds no run, a line is not a run, a call names a tool that `knows_tool` does not know, or
/// its arguments are not a JSON object. The problem names the line.
pub fn read(path: &Path, knows_tool: impl Fn(&str) -> bool) -> Result<Vec<Run>, Problem> {
    let text = std::fs::read_to_string(path).map_err(|error| Problem::in_file(path, error))?;
    let mut runs = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = Place {
            path,
            line: index + 1,
        };
        let raw: RawRun = serde_json::from_str(line)
            .map_err(|error| place.problem(&format!("is not a run: {error}")))?;
        runs.push(place.run(raw, &knows_tool)?);
    }
    if runs.is_empty() {
        return Err(Problem::in_file(path, "holds no run"));
    }
    Ok(runs)
}

/// The runs' file: as given, or, if there is none, below the data directory.
#[must_use]
pub fn locate(data: &Path, runs: Option<&Path>) -> PathBuf {
    match runs {
        None => data.join("runs.jsonl"),
        Some(runs) if runs.exists() || !data.join(runs).exists() => runs.to_owned(),
        Some(runs) => data.join(runs),
    }
}

/// Where in the file a mistake is.
struct Place<'a> {
    path: &'a Path,
    line: usize,
}

impl Place<'_> {
    fn run(&self, raw: RawRun, knows_tool: &impl Fn(&str) -> bool) -> Result<Run, Problem> {
        let ticks = raw
            .ticks
            .into_iter()
            .filter(|tick| !tick.calls.is_empty())
            .map(|tick| {
                tick.calls
                    .into_iter()
                    .map(|call| self.call(call, knows_tool))
                    .collect()
            })
            .collect::<Result<_, _>>()?;
        Ok(Run {
            id: raw.run_id,
            line: self.line,
            ticks,
        })
    }

    fn call(
        &self,
        raw: RawCall,
        knows_tool: &impl Fn(&str) -> bool,
    ) -> Result<RecordedCall, Problem> {
        let RawCall {
            id,
            name,
            args,
            args_raw,
            result,
            error,
        } = raw;
        if !knows_tool(&name) {
            return Err(self.problem(&format!(
                "the call `{id}` names the tool `{name}`, which the airline does not have"
            )));
        }
        let arguments = args_raw
            .or_else(|| args.map(|args| args.to_string()))
            .unwrap_or_default();
        match serde_json::from_str(&arguments) {
            Ok(Value::Object(_)) => {}
            Ok(_) => {
                return Err(self.problem(&format!(
                    "the arguments of the call `{id}` are not a JSON object: {arguments}"
                )));
            }
            Err(error) => {
                return Err(self.problem(&format!(
                    "the arguments of the call `{id}` are not JSON: {error}"
                )));
            }
        }
        let error = error.unwrap_or_else(|| result.starts_with("Error"));
        Ok(RecordedCall {
            id,
            tool: name,
            arguments,
            result,
            error,
        })
    }

    fn problem(&self, problem: &str) -> Problem {
        Problem::in_file(self.path, format!("line {}: {problem}", self.line))
    }
}
