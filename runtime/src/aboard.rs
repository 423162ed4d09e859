//! What a task is a part of: the questions that it answers, and the runs that it was asked in. A tool that asks itself its
//! own question would wait for itself; a run that waits for a permit which its own caller holds would wait for ever.

use std::sync::Arc;

use crate::error::{ErrorKind, ToolError};
use crate::key::CacheKey;

tokio::task_local! {
    static ABOARD: Option<Arc<Aboard>>;
}

/// Something that is going on, and what it was begun in. A batch was begun in all that its calls were.
#[derive(Debug)]
pub(crate) struct Aboard {
    part: Part,
    outer: Vec<Arc<Aboard>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The answer to a question.
    Question(CacheKey),
    /// A run of the tool at this place in the registry.
    Run(usize),
}

impl Aboard {
    /// A run of a tool, which was asked for within all of these.
    pub(crate) fn run(tool: usize, outer: impl IntoIterator<Item = Arc<Self>>) -> Arc<Self> {
        let mut within: Vec<Arc<Self>> = Vec::new();
        for outer in outer {
            // The calls of one run mostly come together.
            if !within.iter().any(|known| Arc::ptr_eq(known, &outer)) {
                within.push(outer);
            }
        }
        Arc::new(Self {
            part: Part::Run(tool),
            outer: within,
        })
    }

    fn any(&self, is: &impl Fn(Part) -> bool) -> bool {
        is(self.part) || self.outer.iter().any(|outer| outer.any(is))
    }

    /// How many runs are within each other at most.
    pub(crate) fn depth(&self) -> usize {
        let outer = self.outer.iter().map(|outer| outer.depth()).max();
        outer.unwrap_or_default() + usize::from(matches!(self.part, Part::Run(_)))
    }

    /// Whether a run is a part of this.
    pub(crate) fn is_in_run(&self) -> bool {
        self.any(&|part| matches!(part, Part::Run(_)))
    }

    /// Whether a run of this tool is a part of this.
    pub(crate) fn is_in_run_of(&self, tool: usize) -> bool {
        self.any(&|part| part == Part::Run(tool))
    }
}

/// What this task is a part of, to be taken along into another.
pub(crate) fn here() -> Option<Arc<Aboard>> {
    ABOARD.try_with(Clone::clone).ok().flatten()
}

/// Runs something as a part of this.
pub(crate) fn within<T>(
    aboard: Option<Arc<Aboard>>,
    run: impl Future<Output = T>,
) -> impl Future<Output = T> {
    // No `async fn`, which would have room for the run twice.
    ABOARD.scope(aboard, run)
}

/// Runs the answer to a question, asked where `outer` was going on.
pub(crate) async fn answering<T>(
    key: CacheKey,
    outer: Option<Arc<Aboard>>,
    run: impl Future<Output = T>,
) -> T {
    let aboard = Aboard {
        part: Part::Question(key),
        outer: outer.into_iter().collect(),
    };
    within(Some(Arc::new(aboard)), run).await
}

/// Whether a question may be waited for here.
///
/// # Errors
/// This task is a part of its answer.
pub(crate) fn may_wait_for(key: &CacheKey, tool: &str) -> Result<(), ToolError> {
    let is_asked = |aboard: Arc<Aboard>| aboard.any(&|part| part == Part::Question(*key));
    if here().is_some_and(is_asked) {
        let message = format_args!(
            "`{tool}` asked for its own result while it was making it: it would wait for itself"
        );
        return Err(ToolError::new(ErrorKind::Internal, message));
    }
    Ok(())
}
