//! What became of a call that the cache did not answer, and of each try of it.

use std::sync::Arc;
use std::time::Duration;

use crate::batch::{Answer, Ran};
use crate::cache::{Began, ResultCache};
use crate::call::{BatchFacts, CacheStatus, Content, Outcome, ToolCall};
use crate::effect::Read;
use crate::error::ToolError;
use crate::tool::Reply;

/// What became of a call that the cache did not answer.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    pub(super) reply: Reply,
    /// The batch of the last run.
    pub(super) batch: Option<BatchFacts>,
    /// How often it ran.
    pub(super) runs: u32,
    /// How often it was tried again.
    pub(super) retries: u32,
    /// From before the last run; one for all who share it.
    pub(super) began: Option<Arc<Began>>,
    /// How old it is, if it is a result that was made before.
    pub(super) age: Option<Duration>,
    /// How long it waited for its turns, and how long it ran.
    pub(super) spent: Spent,
}

/// How long a call waited for limits and for company, and how long it ran.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    pub(super) queue: Duration,
    pub(super) run: Duration,
}

impl std::ops::Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            queue: self.queue + other.queue,
            run: self.run + other.run,
        }
    }
}

impl Answered {
    pub(super) fn broke(call: &ToolCall) -> Self {
        Self {
            runs: 1,
            ..Self::refused(ToolError::broke(call.name()))
        }
    }

    pub(super) fn refused(error: ToolError) -> Self {
        Self {
            reply: Err(error),
            batch: None,
            runs: 0,
            retries: 0,
            began: None,
            age: None,
            spent: Spent::default(),
        }
    }

    pub(super) fn recalled(content: Content, age: Duration, began: Began) -> Self {
        Self {
            reply: Ok(content),
            batch: None,
            runs: 0,
            retries: 0,
            began: Some(Arc::new(began)),
            age: Some(age),
            spent: Spent::default(),
        }
    }

    /// Whether something that the run found out to read was written before a call that began at `call`.
    pub(super) fn was_written_since(&self, cache: &ResultCache, call: &Began) -> bool {
        let began = self.began.as_deref();
        began.is_some_and(|run| !cache.serves(run, call))
    }

    pub(super) fn outcome(self, call: &ToolCall, cache: CacheStatus) -> Outcome {
        Outcome {
            cache,
            batch: self.batch,
            attempts: self.runs,
            retries: self.retries,
            queue_time: self.spent.queue,
            run_time: self.spent.run,
            ..Outcome::new(call, self.reply)
        }
    }
}

/// What became of one try.
pub(super) struct Tried {
    pub(super) reply: Reply,
    pub(super) batch: Option<Ran>,
    /// How often it ran.
    pub(super) runs: u32,
    /// What the run has read besides what its tool declares.
    pub(super) reads: Vec<Read>,
    pub(super) spent: Spent,
}

impl Tried {
    pub(super) fn refused(error: ToolError) -> Self {
        Self {
            reply: Err(error),
            batch: None,
            runs: 0,
            reads: Vec::new(),
            spent: Spent::default(),
        }
    }
}

impl From<Answer> for Tried {
    fn from(Answer { reply, ran, reads }: Answer) -> Self {
        Self {
            reply,
            batch: ran,
            runs: ran.map_or(0, |ran| ran.runs),
            reads: reads.to_vec(),
            spent: ran.map_or(Spent::default(), |ran| Spent {
                queue: ran.facts.wait_time,
                run: ran.facts.run_time,
            }),
        }
    }
}
