//! The run of one batch: who still wants its answers, who gets which, and what becomes of it when it fails as a whole.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::group::Group;
use super::item::{Caller, Item, Outer};
use super::split::Split;
use super::{Answer, Ran, Terms};
use crate::aboard::{self, Aboard};
use crate::call::{BatchFacts, FlushReason};
use crate::effect::Read;
use crate::error::{ErrorKind, Panicked, ToolError, contained};
use crate::sync::spawn;
use crate::tool::{BatchKey, Context, Reply, nothing_found};

/// What a batch holds while it runs.
pub(super) struct Permits<T: Terms> {
    pub(super) _in_flight: Option<OwnedSemaphorePermit>,
    pub(super) of_terms: T::Permits,
}

/// The keys that something runs for.
type Items<T> = Vec<Box<Item<<T as Terms>::Written>>>;

/// One batch.
pub(super) struct Batch<T: Terms> {
    group: Arc<Group<T>>,
    reason: FlushReason,
    left: Instant,
    draw: f64,
}

/// How a run went that is not settled.
struct Failed<T: Terms> {
    items: Items<T>,
    error: ToolError,
}

/// What a run is to the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is the batch.
    Whole,
    /// It is what is left of it after so many runs.
    After(u32),
}

impl Part {
    /// How often its keys have run, this run included.
    fn runs(self) -> u32 {
        match self {
            Part::Whole => 1,
            Part::After(runs) => runs + 1,
        }
    }
}

impl<T: Terms> Batch<T> {
    pub(super) fn new(group: Arc<Group<T>>, reason: FlushReason) -> Self {
        Self {
            group,
            reason,
            left: Instant::now(),
            draw: fastrand::f64(),
        }
    }

    /// When it left.
    pub(super) fn left(&self) -> Instant {
        self.left
    }

    /// Runs the batch until everyone has an answer.
    pub(super) async fn run(self, items: Items<T>, permits: Permits<T>) {
        let failed = self.attempt(items, permits, Part::Whole).await;
        let Some(Failed { mut items, error }) = failed else {
            return;
        };
        let shared = &self.group.shared;
        let ran = self.ran(items.len(), Part::Whole);
        // Those who try again do so together: only then is it time to look for what is bad.
        let again = |item: &mut Box<Item<_>>| error.is_transient() && !item.is_last_try;
        let mut later: Vec<_> = items.extract_if(.., again).collect();
        self.tell(&mut later, &error, ran).await;
        if items.is_empty() {
            return;
        }
        shared.counters.split();
        let this = Arc::new(self);
        if this.group.shared.tool.spec().has_body() {
            let alone = items.into_iter().map(|item| vec![item]).collect();
            Self::run_all(&this, alone, Part::After(1)).await;
            return;
        }
        let (mut split, mut runs) = (Split::new(items), 1);
        loop {
            let parts = split.round();
            if parts.is_empty() {
                return;
            }
            let failed = Self::run_all(&this, parts, Part::After(runs)).await;
            split.failed(failed.into_iter().map(|failed| failed.items).collect());
            runs += 1;
        }
    }

    /// Runs parts of a batch at once, each by itself.
    async fn run_all(this: &Arc<Self>, parts: Vec<Items<T>>, part: Part) -> Vec<Failed<T>> {
        let running = parts.into_iter().map(|items| {
            let this = Arc::clone(this);
            spawn(async move { this.run_part(items, part).await })
        });
        let running: Vec<_> = running.collect();
        let mut failed = Vec::new();
        for part in running {
            failed.extend(part.await.ok().flatten());
        }
        failed
    }

    async fn run_part(&self, mut items: Items<T>, part: Part) -> Option<Failed<T>> {
        let outer = Outer::of(items.iter().map(|item| &**item));
        let admitted = tokio::select! {
            biased;
            () = poll_fn(|task| all_gone(&mut items, task)) => return None,
            admitted = self.group.shared.admit(&self.group.party, outer) => admitted,
        };
        items.retain(|item| item.is_wanted());
        if items.is_empty() {
            return None;
        }
        match admitted {
            Ok(permits) => self.attempt(items, permits, part).await,
            Err(error) => {
                tell(&mut items, &error, None);
                None
            }
        }
    }

    /// Runs keys once: their callers have their answers, unless what has failed can be taken apart.
    async fn attempt(
        &self,
        mut items: Items<T>,
        permits: Permits<T>,
        part: Part,
    ) -> Option<Failed<T>> {
        let shared = &self.group.shared;
        let (counters, terms) = (&shared.counters, &shared.terms);
        let size = items.len();
        let is_body = size == 1 && shared.tool.spec().has_body();
        if part == Part::Whole {
            counters.left(size, self.reason, is_body);
            let callers = items.iter().flat_map(|item| &item.callers);
            callers.for_each(|caller| counters.waited(self.left - caller.arrived));
        } else {
            counters.split_run(is_body);
        }
        let writes = items.iter().any(|item| item.written.is_some());
        let outer = items.iter().flat_map(|item| item.aboard.iter().cloned());
        let aboard = Aboard::run(shared.place, T::run_of(&permits.of_terms), outer);
        let context = items.first().map(|item| {
            let own = item.call.context();
            if is_body {
                own.within(aboard.clone())
            } else {
                // The tenant's, and of several calls no call's own.
                own.of_batch().within(aboard.clone())
            }
        });
        let run = self.answers(&mut items, context.clone(), is_body);
        let run = pin!(aboard::within(Some(aboard), run));
        let run = contained(run);
        let began = Instant::now();
        let mut run = pin!(terms.watched(size, self.reason, run));
        let end = tokio::select! {
            biased;
            end = terms.within(&mut run) => end,
            // What only reads is worth nothing without a reader.
            () = poll_fn(|task| all_gone(&mut items, task)), if !writes => return None,
        };
        let mut ran = self.ran(size, part);
        ran.facts.run_time = began.elapsed();
        let Some(answers) = end else {
            let error = terms.timed_out();
            if writes {
                // The callers go, the run stays, and with it its permits and what ends with it.
                tell(&mut items, &error, Some(ran));
                let _ = run.await;
                terms.has_written(written(&mut items)).await;
                drop(permits);
            } else {
                drop(permits);
                tell(&mut items, &error, Some(ran));
            }
            return None;
        };
        self.group.answered(self.left, ran.facts.run_time);
        counters.ran(&ran.facts);
        terms.has_run(&ran.facts);
        let replies = match self.replies(answers, is_body) {
            Ok(replies) => replies,
            Err(error) if size > 1 && shared.may_repeat() && may_be_one_key(&error) => {
                // What was written is recorded with the answer.
                return Some(Failed { items, error });
            }
            Err(error) => vec![Err(error); size],
        };
        if let ([item], [Err(error)], Part::After(_)) = (&*items, &*replies, part)
            && error.kind() != ErrorKind::NotFound
        {
            self.group.quarantine(item);
        }
        if let Some(Err(error)) = replies.first()
            && !items.iter().any(|item| item.is_wanted())
        {
            terms.unheard(error);
        }
        // In this order: who waits for the permits, or for an answer, must see what was written.
        let written = written(&mut items);
        if !written.is_empty() {
            terms.has_written(written).await;
        }
        drop(permits);
        let reads: Arc<[Read]> = context.map(|it| it.take_reads()).unwrap_or_default().into();
        for (item, reply) in items.iter_mut().zip(replies) {
            answer(item, &reply, Some(ran), &reads);
        }
        None
    }

    /// The run itself: an answer for each key.
    fn answers(
        &self,
        items: &mut Items<T>,
        context: Option<Context>,
        is_body: bool,
    ) -> impl Future<Output = Result<Vec<Option<Reply>>, ToolError>> + Send + 'static {
        let shared = &self.group.shared;
        let (tool, function) = (shared.tool, shared.function);
        let call = items.first().zip(context.clone());
        let call = call.map(|(item, context)| item.call.again(context));
        let keys = items.iter_mut().map(|item| match item.key.take() {
            Some(key) if !is_body => Ok(key),
            _ => function.key(&item.call),
        });
        let keys: Result<Vec<BatchKey>, ToolError> = keys.collect();
        async move {
            match (call, context) {
                (Some(call), _) if is_body => Ok(vec![Some(tool.call(call).await)]),
                (_, Some(context)) => function.run(context, keys?).await,
                _ => Ok(Vec::new()),
            }
        }
    }

    /// A reply for each key.
    ///
    /// # Errors
    /// The run failed as a whole.
    fn replies(
        &self,
        answers: Result<Result<Vec<Option<Reply>>, ToolError>, Panicked>,
        is_body: bool,
    ) -> Result<Vec<Reply>, ToolError> {
        let shared = &self.group.shared;
        match answers {
            Ok(answers) => {
                let reply = |answer: Option<Reply>| answer.unwrap_or_else(|| Err(nothing_found()));
                answers.map(|answers| answers.into_iter().map(reply).collect())
            }
            Err(Panicked) if is_body => Err(ToolError::broke(shared.tool.spec().name())),
            Err(Panicked) => Err(ToolError::new(
                ErrorKind::Panicked,
                format_args!("the batch function `{}` panicked", shared.function.name()),
            )),
        }
    }

    fn ran(&self, size: usize, part: Part) -> Ran {
        Ran {
            facts: BatchFacts {
                size,
                flush_reason: self.reason,
                wait_time: Duration::ZERO,
                run_time: Duration::ZERO,
            },
            runs: part.runs(),
            left: self.left,
            draw: self.draw,
        }
    }

    /// Tells callers of a failure, and before that whoever has to know what they may have written.
    async fn tell(&self, items: &mut Items<T>, error: &ToolError, ran: Ran) {
        let written = written(items);
        if !written.is_empty() {
            self.group.shared.terms.has_written(written).await;
        }
        tell(items, error, Some(ran));
    }
}

impl<W> Item<W> {
    /// Whether every caller went away; if not, the task is woken when one of them does.
    pub(super) fn poll_gone(&mut self, task: &mut task::Context<'_>) -> Poll<()> {
        let mut is_gone = |caller: &mut Caller| caller.sender.poll_closed(task).is_ready();
        if self.callers.iter_mut().all(&mut is_gone) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// Whether every caller of every key went away.
fn all_gone<W>(items: &mut [Box<Item<W>>], task: &mut task::Context<'_>) -> Poll<()> {
    if items.iter_mut().all(|item| item.poll_gone(task).is_ready()) {
        Poll::Ready(())
    } else {
        Poll::Pending
    }
}

/// Whether a batch may have failed because of one of its keys. A function that breaks its contract, or that had too much
/// to do, does so again; a panic is a mistake in the function.
fn may_be_one_key(error: &ToolError) -> bool {
    match error.kind() {
        ErrorKind::Failed
        | ErrorKind::NotFound
        | ErrorKind::InvalidArguments
        | ErrorKind::InvalidCall
        | ErrorKind::InvalidReference
        | ErrorKind::DependencyFailed
        | ErrorKind::Refused
        | ErrorKind::UnknownTool => true,
        ErrorKind::MissingTenant
        | ErrorKind::Panicked
        | ErrorKind::TimedOut
        | ErrorKind::RateLimited
        | ErrorKind::Overloaded
        | ErrorKind::BatchContract
        | ErrorKind::Cancelled
        | ErrorKind::DeadlineExceeded
        | ErrorKind::TooDeep
        | ErrorKind::ShuttingDown
        | ErrorKind::Internal => false,
    }
}

/// What the calls of a batch hold until its run has ended.
fn written<W>(items: &mut [Box<Item<W>>]) -> Vec<W> {
    let written = items.iter_mut().map(|item| item.written.take());
    written.flatten().collect()
}

/// Tells everyone of the same failure.
pub(super) fn tell<W>(items: &mut [Box<Item<W>>], error: &ToolError, ran: Option<Ran>) {
    for item in items {
        answer(item, &Err(error.clone()), ran, &Arc::default());
    }
}

fn answer<W>(item: &mut Item<W>, reply: &Reply, ran: Option<Ran>, reads: &Arc<[Read]>) {
    for caller in item.callers.drain(..) {
        let (reply, reads) = (reply.clone(), Arc::clone(reads));
        let ran = ran.map(|ran| ran.for_one(caller.arrived));
        // A caller that went away meanwhile has nothing to be told.
        let _ = caller.sender.send(Answer { reply, ran, reads });
    }
}
