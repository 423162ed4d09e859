//! What a night came to, as a table.

use std::fmt::{self, Write as _};
use std::path::Path;

use toolwright::model_batch::Answer;
use toolwright::{Provider, codec};

use super::night::{Night, Round};
use super::requests::MESSAGES;

/// The report of a night whose files are in this folder.
///
/// # Errors
/// When a message of the provider cannot be read.
pub fn text(night: &Night, folder: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let mut out = format!("{}\n", night.provider);
    for (name, round) in ["sent", "sent again"].into_iter().zip(&night.rounds) {
        files(&mut out, name, round)?;
    }
    let [first, second] = &night.rounds;
    writeln!(
        out,
        "\n  {:<35}{:<44}{:<11}{:<11}outcome",
        "custom_id", "message", "first", "again"
    )?;
    for ((custom_id, last), message) in night.answers().zip(MESSAGES) {
        let of = |round: &Round| {
            round
                .results
                .get(custom_id)
                .map_or("", |answer| answer.as_str())
        };
        let message: String = format!("{message:?}").chars().take(42).collect();
        let (first, second) = (of(first), of(second));
        let outcome = outcome(night.provider, &last)?;
        writeln!(
            out,
            "  {custom_id:<35}{message:<44}{first:<11}{second:<11}{outcome}"
        )?;
    }
    for problem in night
        .rounds
        .iter()
        .flat_map(|round| round.results.problems())
    {
        let problem = problem
            .to_string()
            .replace(&format!("{}/", folder.display()), "");
        writeln!(out, "\n  {problem}")?;
    }
    Ok(out)
}

fn files(out: &mut String, name: &str, round: &Round) -> fmt::Result {
    for (file, path) in round.batch.files().iter().zip(&round.sent) {
        let path = path.file_name().unwrap_or_default().display();
        let (requests, bytes) = (file.len(), file.bytes());
        let model = file
            .model()
            .map_or(String::new(), |model| format!(" for {model}"));
        writeln!(
            out,
            "  {name:<11}{path}: {requests} requests{model}, {bytes} bytes"
        )?;
    }
    Ok(())
}

/// What the model wants to be done, or why it said nothing.
fn outcome(provider: Provider, answer: &Answer<'_>) -> Result<String, codec::CodecError> {
    Ok(match answer {
        Answer::Succeeded(message) => {
            let calls = codec::calls(provider, message)?;
            let calls = calls
                .iter()
                .map(|call| format!("{} {}", call.name(), call.arguments()));
            let calls: Vec<_> = calls.collect();
            if calls.is_empty() {
                "no call".to_owned()
            } else {
                calls.join(", ")
            }
        }
        Answer::Errored(failure) => failure.message().to_owned(),
        other => other.as_str().to_owned(),
    })
}
