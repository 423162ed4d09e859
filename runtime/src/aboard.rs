//! What a task is a part of: the questions that it answers, and the runs that it was asked in. A tool that asks itself its
//! own question would wait for itself; a run whose caller waits for it is lent what that one holds.

use std::collections::{HashSet, VecDeque};
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
    /// How many runs are within each other at most.
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The answer to a question.
    Question(CacheKey),
    /// A run of the tool at this place in the registry.
    Run(usize, Option<RunId>),
}

/// A run that holds places; it lends them to what it asks for. No two have the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RunId {
    /// Where it is among those that go on.
    pub(crate) slot: u32,
    /// How many runs were there before it.
    pub(crate) generation: u32,
}

impl Aboard {
    /// A run of a tool, which was asked for within all of these, and which holds places.
    pub(crate) fn run(
        tool: usize,
        id: Option<RunId>,
        outer: impl IntoIterator<Item = Arc<Self>>,
    ) -> Arc<Self> {
        let mut within: Vec<Arc<Self>> = Vec::new();
        for outer in outer {
            // The calls of one run mostly come together.
            if !within.iter().any(|known| Arc::ptr_eq(known, &outer)) {
                within.push(outer);
            }
        }
        let part = Part::Run(tool, id);
        Arc::new(Self::new(part, within))
    }

    fn new(part: Part, outer: Vec<Arc<Self>>) -> Self {
        let depth = outer.iter().map(|outer| outer.depth).max();
        let depth = depth.unwrap_or_default() + usize::from(matches!(part, Part::Run(..)));
        Self { part, outer, depth }
    }

    /// How many runs are within each other at most.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether a run is a part of this.
    pub(crate) fn is_in_run(&self) -> bool {
        self.depth > 0
    }

    /// Whether a run of this tool is a part of this.
    pub(crate) fn is_in_run_of(&self, tool: usize) -> bool {
        parts([self]).any(|part| matches!(part, Part::Run(of, _) if of == tool))
    }
}

/// All that these are, and what they were begun in, innermost first.
fn parts<'a>(aboard: impl IntoIterator<Item = &'a Aboard>) -> impl Iterator<Item = Part> {
    let mut next: VecDeque<&Aboard> = aboard.into_iter().collect();
    // Mostly one leads to one. Where ways part they often meet again, and there would be very many.
    let mut known: HashSet<*const Aboard> = HashSet::new();
    if next.len() > 1 {
        next.retain(|it| known.insert(std::ptr::from_ref(*it)));
    }
    std::iter::from_fn(move || {
        let aboard = next.pop_front()?;
        let is_only_way = aboard.outer.len() == 1 && next.is_empty();
        for outer in &aboard.outer {
            if is_only_way || known.insert(Arc::as_ptr(outer)) {
                next.push_back(outer);
            }
        }
        Some(aboard.part)
    })
}

/// The runs that these are a part of and that hold places, innermost first.
pub(crate) fn runs<'a>(aboard: impl IntoIterator<Item = &'a Arc<Aboard>>) -> Vec<RunId> {
    let aboard = aboard.into_iter().map(|it| &**it);
    let parts = parts(aboard.filter(|it| it.is_in_run()));
    let runs = parts.filter_map(|part| match part {
        Part::Run(_, id) => id,
        Part::Question(_) => None,
    });
    runs.collect()
}

/// The innermost run that this task is a part of and that holds places.
pub(crate) fn innermost() -> Option<RunId> {
    runs(&here()).first().copied()
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
    let outer = outer.into_iter().collect();
    let aboard = Aboard::new(Part::Question(key), outer);
    within(Some(Arc::new(aboard)), run).await
}

/// Whether a question may be waited for here.
///
/// # Errors
/// This task is a part of its answer.
pub(crate) fn may_wait_for(key: &CacheKey, tool: &str) -> Result<(), ToolError> {
    let is_it = |part| part == Part::Question(*key);
    if here().is_some_and(|aboard| parts([&*aboard]).any(is_it)) {
        let message = format_args!(
            "`{tool}` asked for its own result while it was making it: it would wait for itself"
        );
        return Err(ToolError::new(ErrorKind::Internal, message));
    }
    Ok(())
}
