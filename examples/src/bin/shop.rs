//! The shop: a customer service over a real SQLite database, its work done with all levers off and
//! with all levers on, and every answer compared.
//!
//! ```text
//! cargo run --release -p toolwright-examples --bin shop
//! ```

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use toolwright_examples::shop::comparison::Comparison;
use toolwright_examples::shop::options::{HELP, Options, Request};
use toolwright_examples::shop::progress::Progress;
use toolwright_examples::shop::report;

fn main() -> ExitCode {
    let arguments = env::args_os().skip(1);
    match Request::parse(arguments.map(|argument| argument.to_string_lossy().into_owned())) {
        Ok(Request::Help) => exit(print(HELP)),
        Ok(Request::Run(options)) => exit(run(options)),
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

fn exit(result: Result<(), Box<dyn Error + Send + Sync>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&*error);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(options: Options) -> Result<(), Box<dyn Error + Send + Sync>> {
    let json = options.json;
    let progress = Arc::new(Progress::stderr());
    // Dropped on Ctrl-C as on an error, the run takes its temporary folder with it.
    let comparison = tokio::select! {
        comparison = Comparison::run(options, &progress) => comparison?,
        _ = tokio::signal::ctrl_c() => return Err("interrupted".into()),
    };
    if json {
        print(&format!("{}\n", report::json(&comparison)))?;
    } else {
        print(&report::text(&comparison)?)?;
    }
    comparison.verdict()?;
    Ok(())
}

/// Writes to stdout. Whoever reads may have gone, such as `head`: that is no failure of ours.
fn print(text: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("the report cannot be written: {error}").into())
        }
        _ => Ok(()),
    }
}

fn complain(error: &dyn Error) {
    let mut message = format!("shop: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(": ");
        message.push_str(&error.to_string());
        cause = error.source();
    }
    let _ = writeln!(io::stderr(), "{message}");
}
