//! What bounds the runs of a tool, and the order of its calls: each limit by itself, and all of them together.

mod after;
mod batches;
mod caps;
mod random;
mod rates;
mod retries;
mod timeouts;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use toolwright::{Outcome, Session, ToolCall};

/// What happened, and when: in milliseconds from the making of the log.
#[derive(Debug, Clone)]
struct Log {
    start: Instant,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            lines: Arc::default(),
        }
    }

    fn now(&self) -> u128 {
        self.start.elapsed().as_millis()
    }

    fn add(&self, what: &str) {
        let line = format!("{} {what}", self.now());
        self.lines.lock().unwrap().push(line);
    }

    /// What happened since this was last asked.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap())
    }

    /// A run of this many milliseconds: it begins, and ends or is dropped.
    async fn run(&self, name: &str, millis: u64) -> &'static str {
        struct Running<'l>(&'l Log, &'l str);
        impl Drop for Running<'_> {
            fn drop(&mut self) {
                self.0.add(&format!("dropped {}", self.1));
            }
        }
        self.add(&format!("+{name}"));
        let running = Running(self, name);
        sleep(millis).await;
        std::mem::forget(running);
        self.add(&format!("-{name}"));
        "done"
    }
}

async fn sleep(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Calls of these tools with these arguments.
fn calls(calls: &[(&str, &str)]) -> Vec<ToolCall> {
    let call = |(index, (tool, arguments)): (usize, &(&str, &str))| {
        ToolCall::new(format!("call_{index}"), *tool, *arguments)
    };
    calls.iter().enumerate().map(call).collect()
}

/// Runs one tick, and a millisecond later another beside it: what began first is sure.
async fn one_after_another(session: &Session, first: Vec<ToolCall>, second: Vec<ToolCall>) {
    let later = async {
        sleep(1).await;
        session.dispatch(second).await
    };
    tokio::join!(session.dispatch(first), later);
}

/// Runs a tick that its agent gives up after so many milliseconds.
async fn give_up(session: &Session, millis: u64, calls: Vec<ToolCall>) {
    let tick = session.dispatch(calls);
    let given_up = tokio::time::timeout(Duration::from_millis(millis), tick).await;
    given_up.expect_err("the tick was given up while it ran");
}

fn texts(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().map(Outcome::text).collect()
}
