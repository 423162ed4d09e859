//! Joins calls that arrive together into one call of their batch function.
//!
//! A group is one tool, version and scope: tenants never share a batch. It leaves when it is full, or when its window,
//! which begins with its first call, is over. Equal keys are asked once, unless the tool writes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};

use crate::call::{BatchFacts, FlushReason};
use crate::error::{ErrorKind, ToolError};
use crate::key::CacheKey;
use crate::tool::{BatchCall, BatchKey, Context, Reply, nothing_found};

/// How many different keys a batch has at most.
pub(crate) const MOST: usize = 64;
/// How long the first call of a batch waits for company at most.
pub(crate) const WINDOW: Duration = Duration::from_millis(2);

/// Whose batch this is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    /// The tool's place in its registry.
    pub(crate) tool: usize,
    /// The tenant in whose name the batch runs; none for shared tools and sessions without one.
    pub(crate) tenant: Option<Arc<str>>,
}

/// One call on its way into a batch.
pub(crate) struct Load {
    pub(crate) group: GroupKey,
    pub(crate) function: &'static dyn BatchCall,
    /// The context of the batch: the tenant's, with no call in it.
    pub(crate) context: Context,
    /// Calls with the same key are one question; none is never joined with another.
    pub(crate) same: Option<CacheKey>,
    pub(crate) key: BatchKey,
}

/// The answer of a batch to one call.
pub(crate) type Answer = (Reply, BatchFacts);

/// The batches of one harness. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Loader {
    groups: Arc<Mutex<Groups>>,
    permits: Arc<Semaphore>,
    counters: Arc<BatchCounters>,
}

/// Counts of the batches that ran.
#[derive(Default)]
pub(crate) struct BatchCounters {
    pub(crate) batches: AtomicU64,
    pub(crate) keys: AtomicU64,
    pub(crate) largest: AtomicU64,
}

#[derive(Default)]
struct Groups {
    waiting: HashMap<GroupKey, Group>,
    /// Tells a group from one that had its key before, so that an old window never flushes a new batch.
    next: u64,
}

struct Group {
    serial: u64,
    function: &'static dyn BatchCall,
    context: Context,
    items: Vec<Item>,
    same: HashMap<CacheKey, usize>,
}

struct Item {
    key: BatchKey,
    callers: Vec<oneshot::Sender<Answer>>,
}

impl Loader {
    /// A loader whose batches each take one of these permits while they run.
    pub(crate) fn new(permits: Arc<Semaphore>, counters: Arc<BatchCounters>) -> Self {
        Self {
            groups: Arc::default(),
            permits,
            counters,
        }
    }

    /// The answer for one call. A caller that goes away leaves its batch, if that has not left itself.
    pub(crate) async fn load(&self, load: Load) -> Result<Answer, ToolError> {
        let answer = self.join(load);
        answer.await.map_err(|_| {
            ToolError::new(
                ErrorKind::Cancelled,
                "the batch was given up before it had an answer",
            )
        })
    }

    fn join(&self, load: Load) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        let mut groups = self.lock();
        let serial = groups.next;
        let group = match groups.waiting.entry(load.group.clone()) {
            Entry::Occupied(group) => group.into_mut(),
            Entry::Vacant(place) => {
                self.flush_later(load.group.clone(), serial);
                place.insert(Group {
                    serial,
                    function: load.function,
                    context: load.context,
                    items: Vec::new(),
                    same: HashMap::new(),
                })
            }
        };
        let is_new = group.serial == serial;
        let same = load.same.and_then(|same| group.same.get(&same));
        if let Some(item) = same.and_then(|&at| group.items.get_mut(at)) {
            item.callers.push(sender);
        } else {
            let at = group.items.len();
            group.same.extend(load.same.map(|same| (same, at)));
            group.items.push(Item {
                key: load.key,
                callers: vec![sender],
            });
        }
        let is_full = group.items.len() >= MOST;
        groups.next += u64::from(is_new);
        if is_full && let Some(group) = groups.waiting.remove(&load.group) {
            self.flush(group, FlushReason::Size);
        }
        receiver
    }

    fn flush_later(&self, key: GroupKey, serial: u64) {
        let loader = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(WINDOW).await;
            let mut groups = loader.lock();
            let is_ours = groups
                .waiting
                .get(&key)
                .is_some_and(|group| group.serial == serial);
            let group = is_ours.then(|| groups.waiting.remove(&key)).flatten();
            drop(groups);
            if let Some(group) = group {
                loader.flush(group, FlushReason::Window);
            }
        });
    }

    fn flush(&self, group: Group, flush_reason: FlushReason) {
        let (permits, counters) = (Arc::clone(&self.permits), Arc::clone(&self.counters));
        tokio::spawn(async move {
            let _permit = permits.acquire_owned().await;
            let Group {
                function,
                context,
                mut items,
                ..
            } = group;
            // Those who left while the batch was waiting are not asked for.
            items.retain(|item| item.callers.iter().any(|caller| !caller.is_closed()));
            if items.is_empty() {
                return;
            }
            let facts = BatchFacts {
                size: items.len(),
                flush_reason,
            };
            counters.batches.fetch_add(1, Ordering::Relaxed);
            counters
                .keys
                .fetch_add(facts.size as u64, Ordering::Relaxed);
            counters
                .largest
                .fetch_max(facts.size as u64, Ordering::Relaxed);
            let (keys, callers): (Vec<_>, Vec<_>) = items
                .into_iter()
                .map(|item| (item.key, item.callers))
                .unzip();
            let replies = run(function, context, keys).await;
            for (callers, reply) in callers.into_iter().zip(replies) {
                for caller in callers {
                    // A caller that went away meanwhile has nothing to be told.
                    let _ = caller.send((reply.clone(), facts));
                }
            }
        });
    }

    fn lock(&self) -> MutexGuard<'_, Groups> {
        // Nothing in here panics half way through a change.
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the function, in a task of its own so that its panic is an answer: exactly one reply a key.
async fn run(
    function: &'static dyn BatchCall,
    context: Context,
    keys: Vec<BatchKey>,
) -> Vec<Reply> {
    let count = keys.len();
    let answers = match tokio::spawn(function.run(context, keys)).await {
        Ok(answers) => answers,
        Err(error) if error.is_panic() => Err(ToolError::new(
            ErrorKind::Panicked,
            format_args!("the batch function `{}` panicked", function.name()),
        )),
        Err(_) => Err(ToolError::new(
            ErrorKind::Cancelled,
            "the batch was given up before it had an answer",
        )),
    };
    match answers {
        Ok(answers) => answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| Err(nothing_found())))
            .collect(),
        Err(error) => vec![Err(error); count],
    }
}
