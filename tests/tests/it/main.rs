//! The behaviour of toolwright, seen from outside.

#![allow(
    clippy::unwrap_used,
    clippy::unused_async,
    reason = "a test that cannot go on fails, and a batch function is async, whatever it does"
)]

mod arguments;
mod attribute;
mod batch;
mod cache;
mod canonical;
mod codecs;
mod definitions;
mod dispatch;
mod dispatcher;
mod hygiene;
mod hygiene_more;
mod keys;
mod limits;
mod linked;
mod methods;
mod options;
mod references;
mod statements;
mod telemetry;
mod ticks;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use toolwright::{Outcome, Session, ToolCall};

/// Counts how often something ran.
#[derive(Debug, Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Runs one call.
async fn one(session: &Session, tool: &str, arguments: &str) -> Outcome {
    let outcomes = session
        .dispatch([ToolCall::new("call_1", tool, arguments)])
        .await;
    outcomes
        .into_outcomes()
        .pop()
        .expect("one call has one outcome")
}
