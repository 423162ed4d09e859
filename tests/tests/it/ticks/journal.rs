//! When the calls of a tick ran.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use toolwright::{Context, Outcome, Session, ToolCall};

use super::bounds::Job;

/// From when to when each call ran, by its id.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal(Arc<Mutex<HashMap<String, Run>>>);

/// From when to when.
type Run = (Instant, Instant);

impl Journal {
    /// Runs a call for so long.
    pub(super) async fn spend(&self, ctx: &Context, millis: u64) {
        let began = Instant::now();
        sleep(Duration::from_millis(millis)).await;
        self.add(ctx, began);
    }

    /// Notes a run that ends now.
    pub(super) fn add(&self, ctx: &Context, began: Instant) {
        let id = ctx.call_id().expect("a call alone has an id").to_owned();
        let mut runs = self.0.lock().unwrap();
        let before = runs.insert(id, (began, Instant::now()));
        assert_eq!(before, None, "each call runs once");
    }

    /// Runs a tick, whose calls have their places as their ids.
    pub(super) async fn tick(
        &self,
        session: &Session,
        calls: impl IntoIterator<Item = (&str, String)>,
    ) -> Tick {
        self.0.lock().unwrap().clear();
        let call = |(place, (tool, arguments)): (usize, (&str, String))| {
            ToolCall::new(place.to_string(), tool, arguments)
        };
        let calls: Vec<_> = calls.into_iter().enumerate().map(call).collect();
        let began = Instant::now();
        let outcomes: Vec<Outcome> = session.dispatch(calls).await.into_iter().collect();
        let millis = |at: Instant| u64::try_from((at - began).as_millis()).unwrap();
        let took = millis(Instant::now());
        let runs = self.0.lock().unwrap();
        let run = |place: usize| {
            let &(from, to) = runs.get(&place.to_string())?;
            Some((millis(from), millis(to)))
        };
        Tick {
            took,
            runs: (0..outcomes.len()).map(run).collect(),
            outcomes,
        }
    }
}

/// What became of a tick, in milliseconds since it began.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) took: u64,
    pub(super) outcomes: Vec<Outcome>,
    /// From when to when each call ran; none for one that did not.
    runs: Vec<Option<(u64, u64)>>,
}

impl Tick {
    /// From when to when each call ran, which all of them did.
    pub(super) fn runs(&self) -> Vec<(u64, u64)> {
        let runs = self.runs.iter().map(|run| run.expect("every call ran"));
        runs.collect()
    }

    /// Whether each of these jobs began after those that it waits for, and ran for as long as it takes.
    pub(super) fn check_order(&self, jobs: &[Job]) {
        let runs = self.runs();
        assert_eq!(runs.len(), jobs.len());
        for (later, job) in jobs.iter().enumerate() {
            let (from, to) = runs[later];
            assert_eq!(to - from, job.millis, "call {later} of {jobs:?}");
            for &earlier in &job.after {
                let ended = runs[earlier].1;
                assert!(
                    ended <= from,
                    "{earlier} ended at {ended}, {later} began at {from}: {jobs:?}"
                );
            }
        }
    }

    /// How many calls ran at once, at most.
    pub(super) fn most_at_once(&self) -> usize {
        let runs = self.runs();
        let at_once = |&(at, _): &(u64, u64)| {
            let is_running = |run: &&(u64, u64)| run.0 <= at && at < run.1;
            runs.iter().filter(is_running).count()
        };
        runs.iter().map(at_once).max().unwrap_or(0)
    }
}
