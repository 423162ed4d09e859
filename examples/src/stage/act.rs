//! One act: agents who look up orders at once, against one harness, and what that cost.

use std::error::Error;
use std::time::{Duration, Instant};

use toolwright::{Harness, Levers, Session};

use super::script::Script;
use crate::shop::database::Db;
use crate::shop::tools::lookup_order;
use crate::shop::work::ratio;

/// How many runs the harness allows at once: more than there are agents, so that the database is what they wait for.
const RUNS: usize = 256;

/// What one act cost.
#[derive(Debug, Clone, Default)]
pub struct Act {
    /// What each call was answered: by agent, then by call.
    pub answers: Vec<Vec<String>>,
    /// How long each call took, the shortest first.
    pub times: Vec<Duration>,
    /// How many statements went to the database.
    pub round_trips: u64,
    /// How often orders were looked up: a batch counts once.
    pub lookups: u64,
}

/// Has every agent follow its script, in a session of its own, with batching or without. Nothing is cached.
///
/// # Errors
///
/// When the harness cannot be built, or an agent's task dies.
pub async fn act(
    db: &Db,
    tenant: &str,
    scripts: &[Script],
    batching: bool,
) -> Result<Act, Box<dyn Error + Send + Sync>> {
    let levers = Levers::all().without_result_caching();
    let harness = Harness::builder(toolwright::registry![lookup_order]?)
        .state(db.clone())
        .levers(if batching {
            levers
        } else {
            levers.without_batching()
        })
        .max_concurrency(RUNS)
        .build()?;
    let round_trips = db.round_trips();
    let agents: Vec<_> = scripts
        .iter()
        .map(|script| {
            let session = harness.session().tenant(tenant).start();
            tokio::spawn(follow(session, script.clone()))
        })
        .collect();
    let mut act = Act::default();
    for agent in agents {
        let (answers, times) = agent.await?;
        act.answers.push(answers);
        act.times.extend(times);
    }
    act.times.sort_unstable();
    act.round_trips = db.round_trips() - round_trips;
    act.lookups = if batching {
        harness.stats().batches
    } else {
        harness.stats().calls
    };
    Ok(act)
}

/// One agent's calls, one after the other: what they were answered, and how long each took.
async fn follow(session: Session, script: Script) -> (Vec<String>, Vec<Duration>) {
    let (mut answers, mut times) = (Vec::new(), Vec::new());
    for lookup in script {
        tokio::time::sleep(lookup.pause).await;
        let arguments = serde_json::json!({"order_id": lookup.order_id}).to_string();
        let begun = Instant::now();
        let outcome = session.call("lookup_order", &arguments).await;
        times.push(begun.elapsed());
        answers.push(outcome.text().to_owned());
    }
    (answers, times)
}

impl Act {
    /// How many calls a lookup was for, on average.
    #[must_use]
    pub fn mean_batch(&self) -> f64 {
        ratio(self.times.len() as u64, self.lookups)
    }

    /// The time that so many of a hundred calls did not take longer than.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Duration {
        let at = (self.times.len() * percent).div_ceil(100).saturating_sub(1);
        self.times.get(at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let of = |count| Act {
            times: (1..=count).map(Duration::from_millis).collect(),
            ..Act::default()
        };
        let ms = |act: Act| [50, 99, 100].map(|percent| act.percentile(percent).as_millis());
        assert_eq!(ms(of(0)), [0, 0, 0]);
        assert_eq!(ms(of(1)), [1, 1, 1]);
        assert_eq!(ms(of(4)), [2, 4, 4]);
        assert_eq!(ms(of(200)), [100, 198, 200]);
    }
}
