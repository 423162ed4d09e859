//! The stage: 16 agents who look up orders, then 4, 25 and 2, each act without batching and with it.
//!
//! ```text
//! cargo run --release -p toolwright-examples --bin stage
//! ```

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use toolwright_examples::stage::options::{HELP, Options, Request};
use toolwright_examples::stage::report;
use toolwright_examples::stage::show::Show;

fn main() -> ExitCode {
    let arguments = env::args_os().skip(1);
    match Request::parse(arguments.map(|argument| argument.to_string_lossy().into_owned())) {
        Ok(Request::Help) => exit(print(HELP)),
        Ok(Request::Play(options)) => exit(play(options)),
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
async fn play(options: Options) -> Result<(), Box<dyn Error + Send + Sync>> {
    // Dropped on Ctrl-C as on an error, the show takes its temporary folder with it.
    let show = tokio::select! {
        show = Show::play(options) => show?,
        _ = tokio::signal::ctrl_c() => return Err("interrupted".into()),
    };
    if options.json {
        print(&format!("{}\n", report::json(&show)))?;
    } else {
        print(&report::text(&show)?)?;
    }
    show.verdict()?;
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
            Err(format!("the cards cannot be written: {error}").into())
        }
        _ => Ok(()),
    }
}

fn complain(error: &dyn Error) {
    // Whoever reads this may have gone as well.
    let _ = writeln!(io::stderr(), "stage: {error}");
}
