//! Model calls through request files: a night's messages to the shop are written for the batch APIs of Anthropic and
//! OpenAI, answered by a simulated provider with all that can go wrong, read back, and sent again where it is worth it.
//! Nothing is sent anywhere.
//!
//! ```text
//! cargo run -p toolwright-examples --bin model_batch [DIR]
//! ```
//!
//! With a folder, the files stay there to be looked at.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use toolwright::Provider;
use toolwright_examples::model_batch::night::Problem;
use toolwright_examples::model_batch::{Night, report};

const USAGE: &str = "usage: model_batch [DIR]";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let folder = match &arguments[..] {
        [] => None,
        [folder] if !folder.as_encoded_bytes().starts_with(b"-") => Some(PathBuf::from(folder)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("model_batch: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: Option<PathBuf>) -> Result<(), Problem> {
    match folder {
        Some(folder) => tell(&folder),
        None => tell(tempfile::tempdir()?.path()),
    }
}

fn tell(folder: &Path) -> Result<(), Problem> {
    for provider in [Provider::Anthropic, Provider::OpenAiChat] {
        let folder = folder.join(provider.as_str());
        let night = Night::spent(provider, &folder)?;
        let report = report::text(&night, &folder)?;
        // Whoever stops reading has read enough: a closed pipe is no error.
        let _ = writeln!(std::io::stdout(), "{report}");
    }
    Ok(())
}
