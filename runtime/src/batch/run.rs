//! The run of one batch: when it may begin, who still wants its answers, and who gets which.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::{Answer, BatchCounters, Group, Ran, Terms};
use crate::call::{BatchFacts, FlushReason};
use crate::effect::Resource;
use crate::error::{ErrorKind, Panicked, ToolError, contained};
use crate::tool::{BatchCall, BatchKey, Reply, nothing_found};

/// One key of a batch.
pub(super) struct Item<W> {
    key: BatchKey,
    asker: Asker<W>,
}

/// Who asks for a key.
struct Asker<W> {
    callers: Vec<oneshot::Sender<Answer>>,
    written: Option<W>,
}

impl<W> Item<W> {
    pub(super) fn new(key: BatchKey, caller: oneshot::Sender<Answer>, written: Option<W>) -> Self {
        let callers = vec![caller];
        let asker = Asker { callers, written };
        Self { key, asker }
    }

    /// One more caller asks for the key.
    pub(super) fn ask(&mut self, caller: oneshot::Sender<Answer>) {
        self.asker.callers.push(caller);
    }
}

impl<T: Terms> Group<T> {
    /// Runs the batch in a task of its own.
    pub(super) fn leave(self, reason: FlushReason, counters: Arc<BatchCounters>) {
        tokio::spawn(self.run(reason, counters));
    }

    async fn run(mut self, flush_reason: FlushReason, counters: Arc<BatchCounters>) {
        // A batch that nobody wants any more gives up its place in the queues.
        let admitted = tokio::select! {
            biased;
            () = poll_fn(|task| all_gone(self.items.iter_mut().map(|item| &mut item.asker), task)) => return,
            admitted = self.terms.admit() => admitted,
        };
        // Those who left while the batch was waiting are not asked for.
        self.items.retain(|item| item.asker.is_there());
        if self.items.is_empty() {
            return;
        }
        let items = self.items.into_iter();
        let (keys, mut askers): (Vec<_>, Vec<_>) = items.map(|item| (item.key, item.asker)).unzip();
        let permits = match admitted {
            Ok(permits) => permits,
            Err(error) => return tell(&mut askers, &error, None),
        };
        let size = keys.len();
        counters.count(size);
        let facts = BatchFacts { size, flush_reason };
        let draw = fastrand::f64();
        let ran = Some(Ran { facts, draw });
        let writes = askers.iter().any(|asker| asker.written.is_some());
        let context = self.context.clone();
        let mut run = contained(self.function.run(self.context, keys));
        let answers = tokio::select! {
            biased;
            answers = self.terms.within(&mut run) => answers,
            // What only reads is worth nothing without a reader.
            () = poll_fn(|task| all_gone(askers.iter_mut(), task)), if !writes => return,
        };
        let Some(answers) = answers else {
            if writes {
                // The callers go, the run stays, and with it its permits and what ends with it.
                tell(&mut askers, &self.terms.timed_out(), ran);
                let _ = run.await;
                self.terms.has_written(written(&mut askers)).await;
                drop((askers, permits));
            } else {
                drop((run, permits));
                tell(&mut askers, &self.terms.timed_out(), ran);
            }
            return;
        };
        // In this order: who waits for the permits, or for an answer, must see what was written.
        let written = written(&mut askers);
        if !written.is_empty() {
            self.terms.has_written(written).await;
        }
        drop(permits);
        let reads: Arc<[Resource]> = context.take_reads().into();
        let replies = replies(self.function, answers, size);
        for (asker, reply) in askers.iter_mut().zip(replies) {
            asker.answer(&reply, ran, &reads);
        }
    }
}

impl<W> Asker<W> {
    fn is_there(&self) -> bool {
        self.callers.iter().any(|caller| !caller.is_closed())
    }

    fn answer(&mut self, reply: &Reply, ran: Option<Ran>, reads: &Arc<[Resource]>) {
        for caller in self.callers.drain(..) {
            let (reply, reads) = (reply.clone(), Arc::clone(reads));
            // A caller that went away meanwhile has nothing to be told.
            let _ = caller.send(Answer { reply, ran, reads });
        }
    }
}

/// What the calls of a batch hold until its run has ended.
fn written<W>(askers: &mut [Asker<W>]) -> Vec<W> {
    let written = askers.iter_mut().map(|asker| asker.written.take());
    written.flatten().collect()
}

/// Tells everyone of the same failure.
fn tell<W>(askers: &mut [Asker<W>], error: &ToolError, ran: Option<Ran>) {
    for asker in askers {
        asker.answer(&Err(error.clone()), ran, &Arc::default());
    }
}

/// Whether every caller went away; if not, the task is woken when the first of those who are there does.
fn all_gone<'a, W: 'a>(
    mut askers: impl Iterator<Item = &'a mut Asker<W>>,
    task: &mut Context<'_>,
) -> Poll<()> {
    let mut is_gone = |caller: &mut oneshot::Sender<Answer>| caller.poll_closed(task).is_ready();
    if askers.all(|asker| asker.callers.iter_mut().all(&mut is_gone)) {
        Poll::Ready(())
    } else {
        Poll::Pending
    }
}

/// Exactly one reply a key.
fn replies(
    function: &dyn BatchCall,
    answers: Result<Result<Vec<Option<Reply>>, ToolError>, Panicked>,
    keys: usize,
) -> Vec<Reply> {
    let error = match answers {
        Ok(Ok(answers)) => {
            let reply = |answer: Option<Reply>| answer.unwrap_or_else(|| Err(nothing_found()));
            return answers.into_iter().map(reply).collect();
        }
        Ok(Err(error)) => error,
        Err(Panicked) => ToolError::new(
            ErrorKind::Panicked,
            format_args!("the batch function `{}` panicked", function.name()),
        ),
    };
    vec![Err(error); keys]
}

impl BatchCounters {
    fn count(&self, keys: usize) {
        let keys = keys as u64;
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.keys.fetch_add(keys, Ordering::Relaxed);
        self.largest.fetch_max(keys, Ordering::Relaxed);
    }
}
